"""A shift's own screens: who has it, who could have it, calling it off."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.zones import local_span
from core import audit
from places.languages import language_name
from volunteers.actions.shifts import (
    CertificateMissing,
    NotStarted,
    OtherCampaign,
    PlaceReleased,
    ShiftCancelled,
    ShiftFull,
    ShiftOver,
    ShiftRefused,
    ShiftsOverlap,
    assign_volunteer,
    cancel_shift,
    record_outcome,
    release_volunteer,
)
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.selectors.rosters import display_name, lacks_language, places_of
from volunteers.selectors.suggestions import suggestions_for
from volunteers.viewsets.working_views import WorkingView, number_in

SUGGESTED = 20
_REFUSALS: dict[type[ShiftRefused], Any] = {
    ShiftCancelled: _("This shift was called off."),
    ShiftOver: _("This shift has begun already."),
    ShiftFull: _("Everybody who is needed for this shift is there: release somebody first, or ask for more people."),
    CertificateMissing: _("%(name)s holds no certificate of “%(training)s” that is valid on the day of the shift."),
    ShiftsOverlap: _("%(name)s has another shift at that time."),
    OtherCampaign: _("%(name)s volunteers for another campaign."),
}


class ShiftView(WorkingView):
    model = Shift
    permission = "volunteers.change_shiftassignment"
    related = (
        "campaign", "organisation", "required_curriculum", "team", "territory", "event__venue", "event__territory"
    )  # fmt: skip
    header_icon = "date"
    index_name = "staff_shifts:index"
    index_label = _("Shifts")
    row: Shift

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shift = self.row
        when = local_span(shift.starts_at, shift.ends_at, shift.campaign)
        return {**super().get_context_data(**kwargs), "shift": shift, "when": when}


class BoardView(ShiftView):
    """Who has the shift and what became of it; who could have it and what speaks against it."""

    template_name = "volunteers/staff/board.html"
    page_title = _("Shift")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shift, user = self.row, self.request.user
        named = self.request.GET.get("q", "").replace("\0", "").strip()[:80]
        places = places_of(shift, user)  # type: ignore[arg-type]
        taken = ShiftAssignment.objects.standing().filter(shift=shift).count()
        is_full = taken >= shift.needed
        closed = is_full or shift.cancelled_at is not None
        found = [] if closed else suggestions_for(shift, user, named=named)  # type: ignore[arg-type]
        page = Paginator(found, SUGGESTED).get_page(self.request.GET.get("p"))
        candidates = list(page.object_list)
        covers = CoverRequest.objects.open(timezone.now()).filter(assignment__shift=shift)
        audit.record("volunteers.shift_assignment.listed", by=user, target=shift, count=len(places) + len(candidates))
        return {
            **context,
            "places": places,
            "taken": taken,
            "is_full": is_full,
            "candidates": candidates,
            "page": page,
            "spoken": language_name(shift.language) if shift.language else "",
            "asked": {cover.assignment_id: cover.note for cover in covers},
            "named": named,
            "has_begun": shift.starts_at <= timezone.now(),
            "is_over": shift.ends_at <= timezone.now(),
        }


class AssignView(ShiftView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        people = Volunteer.objects.visible_to(request.user).select_related("supporter", "campaign")  # type: ignore[arg-type]
        volunteer = get_object_or_404(people, pk=number_in(request.POST, "volunteer"))
        words = {"name": display_name(volunteer), "training": self.row.required_curriculum or ""}
        try:
            assign_volunteer(shift=self.row, volunteer=volunteer, by=request.user, at=timezone.now())
        except ShiftRefused as refusal:
            messages.error(request, _REFUSALS[type(refusal)] % words)
        else:
            messages.success(request, gettext("%(name)s has this shift.") % words)
            if lacks_language(self.row, volunteer):
                messages.warning(request, gettext("%(name)s did not name the language this shift needs.") % words)
        return self.back("staff_shifts:board")


class OutcomeView(ShiftView):
    """Done, missed, back to assigned, or released: one button each."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen = ShiftAssignment.objects.filter(volunteer__in=Volunteer.objects.visible_to(request.user))  # type: ignore[arg-type]
        assignment = get_object_or_404(
            seen.select_related("shift__campaign", "volunteer"),
            shift=self.row,
            pk=number_in(request.POST, "assignment"),
        )
        wanted = request.POST.get("status", "")
        try:
            if wanted == AssignmentStatus.RELEASED:
                release_volunteer(assignment=assignment, by=request.user, at=timezone.now())
            elif wanted in AssignmentStatus:
                record_outcome(
                    assignment=assignment, status=AssignmentStatus(wanted), by=request.user, at=timezone.now()
                )
        except NotStarted:
            messages.error(request, gettext("This shift has not begun: nobody did or missed it yet."))
        except ShiftCancelled:
            messages.error(request, gettext("This shift was called off."))
        except PlaceReleased:
            messages.error(request, gettext("This place was given back meanwhile."))
        return self.back("staff_shifts:board")


class CancelShiftView(ShiftView):
    """Ask once, then call it off and tell those who have it."""

    permission = "volunteers.change_shift"
    template_name = "volunteers/staff/cancel.html"
    page_title = _("Call off")
    header_icon = "cross"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        told = self.row.assignments.filter(status=AssignmentStatus.ASSIGNED).count()
        return {**context, "told": told, "is_over": self.row.ends_at <= timezone.now(), "back": "staff_shifts:board"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cancel_shift(shift=self.row, by=request.user, at=timezone.now())
        messages.success(request, gettext("It was called off; those who have it are told."))
        return self.back("staff_shifts:board")
