"""The page of one broadcast: what it is, what comes next, how far it is, what came of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audiences.actions.broadcasts import needs_approval
from audiences.actions.deciding import is_test_over
from audiences.actions.resending import MOST_RESENDS, failed_of
from audiences.comparison import wilson
from audiences.enums import BroadcastStatus, Split
from audiences.models import Broadcast
from audiences.pace import is_too_slow, rate_of
from audiences.segment_rules import InvalidRule
from audiences.selectors.broadcast_reach import people_beside
from audiences.selectors.broadcast_sheet import name_of, sheet_of, words_of
from audiences.selectors.figures import (
    blurred_figures,
    blurred_progress,
    drift_of,
    figures_of,
    progress_of,
)
from audiences.selectors.fingerprints import fingerprint_of
from audiences.selectors.members import SegmentCycle, SegmentTooLong, UnknownSegment
from audiences.selectors.readiness import problems_of
from audiences.selectors.trial import arms_of, verdict_of
from core.small_counts import is_small
from core.staff_page import StaffPage
from core.staff_views import refuse
from messaging.quiet_hours import read_quiet_hours
from people.enums import Channel

TRAIL = (("staff_broadcasts:index", _("Broadcasts")),)
REFRESH_SECONDS = 5
SEE_PEOPLE = "audiences.view_broadcastrecipient"
NOT_WORKED_OUT = (InvalidRule, UnknownSegment, SegmentCycle, SegmentTooLong)


class BroadcastPage(StaffPage):
    """One broadcast through its viewer: outside 404; a press needs the right to change it."""

    permission = "audiences.view_broadcast"
    header_icon = "mail"
    trail = TRAIL
    changes = False
    broadcast: Broadcast
    may_change: bool

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = Broadcast.objects.visible_to(user).select_related(
            "campaign", "organisation", "author", "submitted_by", "approved_by", "winner"
        )
        self.broadcast = get_object_or_404(seen, pk=kwargs["pk"])
        may = user.has_perm("audiences.change_broadcast")
        self.may_change = may and Broadcast.objects.changeable_by(user).filter(pk=self.broadcast.pk).exists()
        if (self.changes or request.method == "POST") and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_see_people(self) -> bool:
        """Whether the user holds an office that sees people in the organisation this broadcast is of."""
        user: Any = self.request.user
        shown = Broadcast.objects.all().showing_people_to(user).filter(pk=self.broadcast.pk)
        return bool(user.has_perm(SEE_PEOPLE) and shown.exists())

    def get_page_subtitle(self) -> str:
        return self.broadcast.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "broadcast": self.broadcast, "may_change": self.may_change, "zone": self.broadcast.zone}

    def back(self) -> HttpResponse:
        return redirect("staff_broadcasts:show", pk=self.broadcast.pk)


class ShowView(BroadcastPage):
    """Before it starts the sheet of whom it reaches, afterwards how far it is and what came of it."""

    template_name = "audiences/staff/broadcast.html"
    page_title = _("Broadcast")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, broadcast, at = super().get_context_data(**kwargs), self.broadcast, timezone.now()
        user: Any = self.request.user
        context |= {
            "included": broadcast.included.all(),
            "excluded": broadcast.excluded.all(),
            "variants": broadcast.variants.select_related("text"),
            "may_approve": self.may_change
            and user.has_perm("audiences.approve_broadcast")
            and Broadcast.objects.approvable_by(user).filter(pk=broadcast.pk).exists(),
            "may_see_people": self.may_see_people,
            "asks_second": False,
            "threshold": settings.BROADCAST_APPROVAL_ABOVE,
            "rate": rate_of(broadcast),
            "quiet": read_quiet_hours(settings.QUIET_HOURS) if broadcast.channel == Channel.SMS else None,
            "refresh_seconds": REFRESH_SECONDS,
            "is_even": broadcast.split == Split.EVEN,
            "is_test": broadcast.split == Split.TEST,
        }
        if broadcast.is_changeable:
            # Worked out before what is shown: what changes in between is then not what was seen.
            seen = fingerprint_of(broadcast) if broadcast.status == BroadcastStatus.DRAFT else broadcast.fingerprint
            return (
                context
                | {"seen": seen, "words": words_of(broadcast)}
                | before(broadcast, at, sees_people=context["may_see_people"])
            )
        return context | {"words": words_of(broadcast)} | after(broadcast, at, sees_people=self.may_see_people)


def before(broadcast: Broadcast, at: datetime, *, sees_people: bool) -> dict[str, Any]:
    """Return what is shown of a broadcast that has not begun; of consents nothing to who reads figures only."""
    if not sees_people:  # nor whether anybody may be written to: a draft to one segment would say so of one person
        return {"problems": [], "sheet": None}
    problems = problems_of(broadcast, at) if broadcast.status == BroadcastStatus.DRAFT else []
    try:
        sheet = sheet_of(broadcast, at)
    except NOT_WORKED_OUT:  # the problems say so
        return {"problems": problems or problems_of(broadcast, at), "sheet": None}
    asks_second = needs_approval(sheet.reach.reachable + people_beside(broadcast, at))
    return {"problems": problems, "sheet": sheet, "asks_second": asks_second}


def after(broadcast: Broadcast, at: datetime, *, sees_people: bool) -> dict[str, Any]:
    """Return what is shown of a broadcast that has begun; no small figures to who reads figures only (ADR 19)."""
    figures = figures_of(broadcast) if sees_people else blurred_figures(figures_of(broadcast))
    failed = failed_of(broadcast).count() if broadcast.status == BroadcastStatus.SENT else 0
    return {
        **how_far(broadcast, at, sees_people=sees_people),
        "figures": figures,
        "lines": [(line, name_of(line.language)) for line in figures.lines],
        "failed": failed if broadcast.resends < MOST_RESENDS else 0,
        **comparison(broadcast, at, sees_people=sees_people),
    }


def how_far(broadcast: Broadcast, at: datetime, *, sees_people: bool) -> dict[str, Any]:
    progress = progress_of(broadcast)
    return {
        "progress": progress if sees_people else blurred_progress(progress),
        "is_too_slow": broadcast.is_under_way and is_too_slow(broadcast, progress.minutes_left, at),
    }


def comparison(broadcast: Broadcast, at: datetime, *, sees_people: bool) -> dict[str, Any]:
    """Return how the variants did, with what may be said of it and what not.

    Shares and intervals give small counts away: to who reads figures only all of it is told or nothing.
    """
    if broadcast.split == Split.NONE or broadcast.started_at is None:
        return {"arms": []}
    variants = {variant.label: variant for variant in broadcast.variants.select_related("text")}
    arms = arms_of(broadcast)
    if not sees_people and any(is_small(count) for arm in arms for count in (arm.sent, arm.acted)):
        return {"arms": [], "is_comparison_hidden": True}
    return {
        "arms": [(variants[arm.label], arm, wilson(arm.acted, arm.sent)) for arm in arms],
        "verdict": verdict_of(broadcast),
        "may_decide": broadcast.split == Split.TEST and broadcast.winner_id is None and broadcast.is_under_way,
        "is_test_over": is_test_over(broadcast, at),
    }


class ProgressView(BroadcastPage):
    """The part of the page that changes while it is being sent, for the page to fetch again and again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        broadcast = self.broadcast
        context = {
            "broadcast": broadcast,
            **how_far(broadcast, timezone.now(), sees_people=self.may_see_people),
            "refresh_seconds": REFRESH_SECONDS,
            "zone": broadcast.zone,
        }
        response = render(request, "audiences/staff/broadcast_progress.html", context)
        if not broadcast.is_under_way:  # it is over: the whole page says more
            response["HX-Refresh"] = "true"
        return response


class SinceView(BroadcastPage):
    """Who would be written to now and was not, and the other way round; asked for by a press, because it costs."""

    template_name = "audiences/staff/broadcast_since.html"
    page_title = _("Since it began")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        return response if self.may_see_people else refuse(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_taken = self.broadcast.snapshot_done_at is not None
        drift = drift_of(self.broadcast, timezone.now()) if is_taken else None
        return {**super().get_context_data(**kwargs), "drift": drift}
