"""A session's own screens: the attendance sheet, invitations, calling it off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.zones import local_span
from core import audit
from volunteers.actions.agenda_notices import mail_address
from volunteers.actions.certificates import issue_due_certificates
from volunteers.actions.trainings import (
    DOORS_OPEN,
    SessionCancelled,
    SessionFull,
    SessionNotOpen,
    SessionOver,
    SessionRefused,
    cancel_session,
    invite_volunteers,
    record_everyone_attended,
    record_presence,
)
from volunteers.enums import TrainingPresence
from volunteers.models import TrainingSession, Volunteer
from volunteers.selectors.rosters import display_name, sheet_of, without_place_in
from volunteers.viewsets.planning_forms import InviteForm
from volunteers.viewsets.working_views import WorkingView, number_in

_REFUSALS: dict[type[SessionRefused], Any] = {
    SessionCancelled: _("This session was called off."),
    SessionFull: _("Every place of this session is taken."),
    SessionNotOpen: _("It has not begun: people can be marked from two hours before."),
    SessionOver: _("It has begun: nobody is invited to it any more."),
}
_TAPPED = (TrainingPresence.COMING, TrainingPresence.ATTENDED, TrainingPresence.MISSED)
MOST_WALK_INS = 500


class SessionView(WorkingView):
    model = TrainingSession
    permission = "volunteers.change_trainingattendance"
    related = ("curriculum__campaign", "curriculum__organisation")
    header_icon = "date"
    index_name = "staff_sessions:index"
    index_label = _("Training sessions")
    row: TrainingSession

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        session = self.row
        when = local_span(session.starts_at, session.ends_at, session.curriculum.campaign)
        return {**super().get_context_data(**kwargs), "session": session, "when": when}

    def refused(self, refusal: SessionRefused) -> None:
        messages.error(self.request, _REFUSALS.get(type(refusal), gettext("This person is not of this campaign.")))


class SheetView(SessionView):
    """Everybody in the session with one button per state; a tap says what is, so two people at one door may tap."""

    template_name = "volunteers/staff/sheet.html"
    page_title = _("Attendance")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        session, user = self.row, self.request.user
        rows = sheet_of(session, user)  # type: ignore[arg-type]
        counts = {state.value: sum(row.presence == state for row in rows) for state in TrainingPresence}
        audit.record("volunteers.training_attendance.listed", by=user, target=session, count=len(rows))
        strangers = without_place_in(session, user).order_by("supporter__full_name")[:MOST_WALK_INS]  # type: ignore[arg-type]
        return {
            **context,
            "rows": rows,
            "counts": counts,
            "taken": counts["coming"] + counts["attended"],
            "states": [(state.value, state.label) for state in _TAPPED],
            "others": [(volunteer.pk, display_name(volunteer)) for volunteer in strangers],
            "is_open": timezone.now() >= session.starts_at - DOORS_OPEN,
            "is_upcoming": session.starts_at > timezone.now(),
            "may_certify": user.has_perm("volunteers.add_certificate"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = get_object_or_404(
            Volunteer.objects.visible_to(request.user),  # type: ignore[arg-type]
            pk=number_in(request.POST, "volunteer"),
        )
        wanted = request.POST.get("presence")
        if wanted not in _TAPPED:
            messages.error(request, gettext("Choose one of the three buttons."))
            return self.back("staff_sessions:sheet")
        try:
            record_presence(
                session=self.row,
                volunteer=person,
                presence=TrainingPresence(wanted),
                by=request.user,
                at=timezone.now(),
            )
        except SessionRefused as refusal:
            self.refused(refusal)
        return self.back("staff_sessions:sheet", f"#person-{person.pk}")


class EveryoneView(SessionView):
    """The button for the whole sheet."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            count = record_everyone_attended(session=self.row, by=request.user, at=timezone.now())
        except SessionRefused as refusal:
            self.refused(refusal)
        else:
            text = ngettext("%(count)s person was marked.", "%(count)s people were marked.", count)
            messages.success(request, text % {"count": count})
        return self.back("staff_sessions:sheet")


class CertifyView(SessionView):
    """The button that gives certificates to those of this session who have completed the training."""

    permission = "volunteers.add_certificate"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        issued = issue_due_certificates(
            curriculum=self.row.curriculum, session=self.row, by=request.user, at=timezone.now()
        )
        text = ngettext("%(count)s certificate was issued.", "%(count)s certificates were issued.", len(issued))
        messages.success(request, text % {"count": len(issued)})
        return self.back("staff_sessions:sheet")


class InviteView(SessionView):
    """Say whom, see how many, send."""

    template_name = "volunteers/staff/invite.html"
    page_title = _("Invite")
    header_icon = "mail"

    def form(self, told: Any = None) -> InviteForm:
        people = without_place_in(self.row, self.request.user)  # type: ignore[arg-type]
        return InviteForm(told, people=people)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.GET or None)
        return self.render_to_response(self.get_context_data(form=form, **self.preview(form)))

    def preview(self, form: InviteForm) -> dict[str, Any]:
        if not form.is_bound or not form.is_valid():
            return {}
        chosen = list(form.chosen().prefetch_related("supporter__contact_points"))
        unreachable = sum(mail_address(volunteer) is None for volunteer in chosen)
        return {"count": len(chosen), "unreachable": unreachable, "names": [display_name(each) for each in chosen[:12]]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            places = invite_volunteers(session=self.row, volunteers=form.chosen(), by=request.user, at=timezone.now())
        except SessionRefused as refusal:
            self.refused(refusal)
        else:
            text = ngettext("%(count)s person was invited.", "%(count)s people were invited.", len(places))
            messages.success(request, text % {"count": len(places)})
        return self.back("staff_sessions:sheet")


class CancelSessionView(SessionView):
    """Ask once, then call it off and tell those who said they come."""

    permission = "volunteers.change_trainingsession"
    template_name = "volunteers/staff/cancel.html"
    page_title = _("Call off")
    header_icon = "cross"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        coming = self.row.attendances.filter(presence=TrainingPresence.COMING).count()
        return {
            **context,
            "told": coming,
            "is_over": self.row.ends_at <= timezone.now(),
            "back": "staff_sessions:sheet",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cancel_session(session=self.row, by=request.user, at=timezone.now())
        messages.success(request, gettext("It was called off; those who said they come are told."))
        return self.back("staff_sessions:sheet")
