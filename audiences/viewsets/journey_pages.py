"""The page of one journey, and what is pressed on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audiences.actions.journeys import (
    NotReady,
    change_journey,
    end_journey,
    move_to_version,
    pause_journey,
    start_journey,
)
from audiences.forms.journeys import JourneyForm
from audiences.journey_enums import JourneyStatus, RunStatus
from audiences.journey_words import say_trigger
from audiences.models import Automation, AutomationVersion
from audiences.selectors.ground import ground_of
from audiences.selectors.journey_figures import (
    messages_by_status,
    read_steps,
    shown_steps,
    walkers_of_old,
    with_counts,
)
from audiences.triggers.base import InvalidTrigger
from core.staff_page import StaffPage
from core.staff_views import refuse

TRAIL = (("staff_journeys:index", _("Journeys")),)
SHOWN_VERSIONS = 10


class JourneyPage(StaffPage):
    """One journey through its viewer. ``changes``: also asks that the user may change it, as every press does."""

    permission = "audiences.view_automation"
    trail = TRAIL
    header_icon = "history"
    changes = False
    journey: Automation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = with_counts(Automation.objects.visible_to(user))
        rows = seen.select_related("organisation", "campaign", "leave_segment")
        self.journey = get_object_or_404(rows, pk=kwargs["pk"])
        if (self.changes or request.method == "POST") and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_change(self) -> bool:
        user: Any = self.request.user
        mine = Automation.objects.changeable_by(user).filter(pk=self.journey.pk)
        return user.has_perm("audiences.change_automation") and mine.exists()

    @cached_property
    def newest(self) -> AutomationVersion | None:
        return self.journey.versions.order_by("-number").first()

    def get_page_subtitle(self) -> str:
        return self.journey.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "journey": self.journey, "may_change": self.may_change}

    def back(self) -> HttpResponse:
        return redirect("staff_journeys:show", pk=self.journey.pk)


class ShowView(JourneyPage):
    """What it does, who is where, and what holds anybody up."""

    template_name = "audiences/staff/journey.html"
    page_title = _("Journey")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        journey, user = self.journey, self.request.user
        steps = shown_steps(journey, read_steps(self.newest))
        stuck = journey.runs.filter(status=RunStatus.WAITING, stuck_since__isnull=False)
        return {
            **super().get_context_data(**kwargs),
            "begins": say_trigger(journey.trigger, ground_of(journey.organisation_id, timezone.now())),
            "steps": steps,
            "newest": self.newest,
            "versions": journey.versions.select_related("by").order_by("-number")[:SHOWN_VERSIONS],
            "old_walkers": walkers_of_old(journey, self.newest),
            "messages_sent": messages_by_status(journey),
            "stuck": stuck.count(),
            "may_see_people": user.has_perm("audiences.view_automationrun"),
            "is_draft": journey.status == JourneyStatus.DRAFT,
            "is_running": journey.status == JourneyStatus.RUNNING,
            "is_ended": journey.status == JourneyStatus.ENDED,
        }


class EditView(JourneyPage):
    """Change what it is called, how it begins and when it is left."""

    template_name = "audiences/staff/journey_edit.html"
    page_title = _("How it begins")
    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._shown(JourneyForm(automation=self.journey))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = JourneyForm(request.POST, automation=self.journey)
        if not form.is_valid():
            return self._shown(form, status=422)
        told = form.cleaned_data
        try:
            change_journey(
                automation=self.journey,
                name=told["name"],
                trigger=told["trigger"],
                leave_segment=told["leave_segment"],
                by=request.user,  # type: ignore[arg-type]
            )
        except InvalidTrigger as error:
            form.add_error("kind", str(error.words))
            return self._shown(form, status=422)
        messages.success(request, gettext("“%(name)s” is saved.") % {"name": told["name"]})
        return self.back()

    def _shown(self, form: JourneyForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


class PressView(JourneyPage):
    """One button of the page. ``press`` does it and returns what to say."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.press(request.user))
        except NotReady:
            messages.error(request, gettext("It cannot start: it has no steps, or was ended."))
        except InvalidTrigger as error:
            messages.error(request, str(error.words))
        return self.back()

    def press(self, by: Any) -> str:
        raise NotImplementedError


class StartView(PressView):
    def press(self, by: Any) -> str:
        start_journey(automation=self.journey, by=by, at=timezone.now())
        return gettext("It runs. Whoever meets its beginning from now on is taken in.")


class PauseView(PressView):
    def press(self, by: Any) -> str:
        pause_journey(automation=self.journey, by=by)
        return gettext("It is paused: nobody comes in, nobody goes on, and nothing leaves.")


class MoveView(PressView):
    """Lead those who keep an older version through the newest."""

    def press(self, by: Any) -> str:
        if self.newest is None:
            raise NotReady
        moved = move_to_version(version=self.newest, by=by)
        left = sum(people for _number, people in walkers_of_old(self.journey, self.newest))
        said = ngettext("%(count)s person moved.", "%(count)s people moved.", moved) % {"count": moved}
        if left:
            kept = ngettext(
                "%(count)s waits at a step this version has no more, and keeps their own.",
                "%(count)s wait at steps this version has no more, and keep their own.",
                left,
            )
            said = f"{said} {kept % {'count': left}}"
        return said


class EndView(JourneyPage):
    """Ask once, saying how many are on the way, then end it for good."""

    template_name = "audiences/staff/journey_end.html"
    page_title = _("End the journey")
    changes = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        end_journey(automation=self.journey, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, gettext("“%(name)s” is ended.") % {"name": self.journey.name})
        return self.back()


PAGES: dict[str, type[JourneyPage]] = {
    "edit": EditView,
    "start": StartView,
    "pause": PauseView,
    "move": MoveView,
    "end": EndView,
}
