"""Trainings, their sessions and their certificates: what staff set up and look up."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from campaigns.zones import local_day, local_span
from core import audit
from core.staff_views import (
    CRUD,
    DayColumn,
    KeysetIndexView,
    RefusalPageMixin,
    ScopedCreateView,
    ScopedEditView,
    ScopedViewSet,
    refuse,
)
from volunteers.actions.certificates import revoke_certificate
from volunteers.actions.trainings import announce_moved_session
from volunteers.certificate_rules import spaced_code
from volunteers.certificate_views import pdf_answer
from volunteers.models import Certificate, Curriculum, TrainingSession
from volunteers.selectors.certificates import Standing, standing_of
from volunteers.selectors.rosters import display_name
from volunteers.viewsets.agenda_lists import AgendaFilterSet, AgendaIndexView
from volunteers.viewsets.attendance import CancelSessionView, CertifyView, EveryoneView, InviteView, SheetView
from volunteers.viewsets.columns import LinkColumn, SpanColumn
from volunteers.viewsets.planning_forms import CurriculumForm, SessionForm
from volunteers.viewsets.working_views import WorkingView, number_in

PLANNED = CRUD - {"delete"}  # people were told of it: it is called off, not deleted
_TIMES = ("starts_at", "ends_at", "place")


class LockedEditView(ScopedEditView):
    """Hold the row while its form is checked, so that nobody takes a place between the check and the saving."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            locked = self.model.objects.select_for_update().get(pk=self.kwargs["pk"])
            self.before = tuple(getattr(locked, name) for name in _TIMES)
            response: HttpResponseBase = super().post(request, *args, **kwargs)
            return response

    def is_moved(self, row: Any) -> bool:
        return self.before != tuple(getattr(row, name) for name in _TIMES)


class CurriculumSessionsPanel(HelpPanel):
    """The sessions of a training, with links; on a new one, what to do next."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            training = self.instance
            if not training.pk:
                return context
            sessions = [
                (session, local_span(session.starts_at, session.ends_at, training.campaign))
                for session in training.sessions.next_first(timezone.now())[:50]
            ]
            return {**context, "training": training, "sessions": sessions}


class CurriculumViewSet(ScopedViewSet):
    model = Curriculum
    name = "trainings"
    url_namespace = "staff_trainings"
    icon = "form"
    list_display = [
        "title",
        Column("sessions_required", label=_("Sessions needed")),
        Column(
            "valid_months", label=_("Valid for (months)"), accessor=lambda row: row.valid_months or _("without end")
        ),
        Column("organisation", label=_("Given by")),
        Column("campaign", label=_("Campaign")),
        BooleanColumn("is_generated", label=_("Generated")),
    ]
    related = ("campaign", "organisation")
    search_fields = ["title", "key"]
    empty_text = _("There is no training yet. Begin with one; then plan its sessions and invite people.")
    edit_handler = ObjectList(
        [
            CurriculumSessionsPanel(template="volunteers/staff/curriculum_sessions.html", heading=_("Its sessions")),
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldPanel("key", help_text=_("A short name, for imports and reports.")),
                    FieldPanel("summary", help_text=_("Printed on the certificate, as far as there is room.")),
                    FieldPanel("campaign"),
                    FieldPanel("organisation"),
                ],
                heading=_("What it is"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("sessions_required"), FieldPanel("valid_months")])],
                heading=_("Certificate"),
            ),
        ],
        base_form_class=CurriculumForm,
    )


class SessionCreateView(ScopedCreateView):
    def get_initial(self) -> dict[str, Any]:
        """Begin with the training whose page led here."""
        return {**super().get_initial(), "curriculum": number_in(self.request.GET, "curriculum")}

    def get_success_url(self) -> str:
        """Go on with the sheet: people are invited there."""
        return reverse("staff_sessions:sheet", args=[self.object.pk])


class SessionEditView(LockedEditView):
    def save_form(self) -> TrainingSession:
        session: TrainingSession = super().save_form()
        if self.is_moved(session):
            announce_moved_session(session=session, at=timezone.now())
        return session


class SessionFilterSet(AgendaFilterSet):
    curriculum = django_filters.ModelChoiceFilter(
        label=_("Training"), queryset=lambda request: Curriculum.objects.visible_to(request.user)
    )

    class Meta:
        model = TrainingSession
        fields: list[str] = []


def state_of_session(session: Any) -> str:
    """Return "called off", "over" or "to come"."""
    if session.cancelled_at:
        return gettext("called off")
    return pgettext("a session or shift", "over") if session.ends_at <= timezone.now() else gettext("to come")


class SessionViewSet(ScopedViewSet):
    model = TrainingSession
    name = "training-sessions"
    url_namespace = "staff_sessions"
    icon = "date"
    menu_label = _("Training sessions")
    screens = PLANNED
    index_view_class = AgendaIndexView
    list_display = [
        LinkColumn("title", url_name="staff_sessions:sheet", label=_("Session")),
        SpanColumn("starts_at", campaign_of=lambda row: row.curriculum.campaign, label=_("When")),
        Column("place", label=_("Where")),
        Column("curriculum", label=_("Training")),
        Column("capacity", label=_("Places"), accessor=lambda row: row.capacity or ""),
        Column("state", label=_("State"), accessor=state_of_session),
    ]
    related = ("curriculum__campaign",)
    search_fields = ["title", "place", "curriculum__title"]
    filterset_class = SessionFilterSet
    empty_text = _("No session is to come. Plan one for a training, then invite people to it.")
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("curriculum"),
                    FieldRowPanel([FieldPanel("title"), FieldPanel("unit")]),
                    HelpPanel(_("Sessions of the same unit are repeats: attending two of them counts once.")),
                ],
                heading=_("What it is"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                    FieldPanel("place"),
                    FieldPanel("online_url"),
                ],
                heading=_("When and where"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("language"), FieldPanel("capacity")]),
                    FieldPanel("trainer", help_text=_("Shown to those invited, if you write it.")),
                ],
                heading=_("For whom"),
            ),
        ],
        base_form_class=SessionForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("sheet/<int:pk>/", SheetView.as_view(), name="sheet"),
            path("everyone/<int:pk>/", EveryoneView.as_view(), name="everyone"),
            path("certify/<int:pk>/", CertifyView.as_view(), name="certify"),
            path("invite/<int:pk>/", InviteView.as_view(), name="invite"),
            path("cancel/<int:pk>/", CancelSessionView.as_view(), name="cancel"),
        ]


class CertificateFilterSet(WagtailFilterSet):
    curriculum = django_filters.ModelChoiceFilter(
        label=_("Training"), queryset=lambda request: Curriculum.objects.visible_to(request.user)
    )

    class Meta:
        model = Certificate
        fields: list[str] = []


def standing_label(certificate: Any) -> str:
    """Return what a certificate is worth today."""
    today = local_day(timezone.now(), certificate.curriculum.campaign)
    return {
        Standing.VALID: gettext("valid"),
        Standing.EXPIRED: gettext("expired"),
        Standing.REVOKED: gettext("taken back"),
    }[standing_of(certificate, today)]


class CertificateIndexView(KeysetIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("volunteers.change_certificate")
        for row in context["object_list"]:
            row.may_revoke = may and row.revoked_at is None and row.pk in self.changeable_on_page
        return context


class UntilColumn(DayColumn):
    """The last day, or that there is none."""

    def get_value(self, instance: Any) -> str:
        return super().get_value(instance) or gettext("without end")


class CertificateActionsColumn(Column):
    cell_template_name = "volunteers/staff/certificate_cell.html"


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For your colleagues. The public page says only that it was taken back."),
    )


class RevokeView(WorkingView):
    """Ask why, then take a certificate back."""

    model = Certificate
    permission = "volunteers.change_certificate"
    related = ("curriculum__campaign", "volunteer__supporter")
    template_name = "volunteers/staff/revoke.html"
    page_title = _("Take back")
    header_icon = "cross"
    index_name = "staff_certificates:index"
    index_label = _("Certificates")
    row: Certificate

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {"form": RevokeForm(), **context, "certificate": self.row, "name": display_name(self.row.volunteer)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RevokeForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        at: datetime = timezone.now()
        revoke_certificate(certificate=self.row, reason=form.cleaned_data["reason"], by=request.user, at=at)
        messages.success(request, gettext("The certificate was taken back."))
        return redirect("staff_certificates:index")


class CertificateFileView(RefusalPageMixin, View):
    """The paper, for staff; every download is audited."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Certificate.objects.visible_to(request.user).select_related(  # type: ignore[arg-type]
            "curriculum__campaign", "curriculum__organisation", "volunteer__supporter"
        )
        certificate = get_object_or_404(rows, pk=pk)
        if not request.user.has_perm("volunteers.view_certificate"):
            return refuse(request)
        audit.record("volunteers.certificate.downloaded", by=request.user, target=certificate)
        return pdf_answer(certificate)


class CertificateViewSet(ScopedViewSet):
    model = Certificate
    name = "certificates"
    url_namespace = "staff_certificates"
    icon = "check"
    screens = frozenset({"index", "index_results"})
    lists_people = True
    list_display = [
        Column("volunteer", label=_("Who"), accessor=lambda row: display_name(row.volunteer)),
        Column("curriculum", label=_("Training")),
        DayColumn("issued_date", label=_("Issued on")),
        UntilColumn("valid_until", label=_("Valid until")),
        Column("standing", label=_("State"), accessor=standing_label),
        Column("code", label=_("Code"), accessor=lambda row: spaced_code(row.code)),
        CertificateActionsColumn("actions", label=_("Paper")),
    ]
    related = ("curriculum__campaign", "volunteer__supporter")
    search_fields = ["code", "volunteer__supporter__full_name"]
    filterset_class = CertificateFilterSet
    index_view_class = CertificateIndexView
    empty_text = _("No certificate was issued yet. Mark who attended on a session's sheet, then issue them there.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("revoke/<int:pk>/", RevokeView.as_view(), name="revoke"),
            path("paper/<int:pk>/", CertificateFileView.as_view(), name="paper"),
        ]
