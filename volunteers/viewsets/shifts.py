"""Shifts and hours: what staff plan, fill and count."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from campaigns.zones import zone_of
from core.lists import listed
from core.staff_views import (
    CRUD,
    DayColumn,
    KeysetIndexView,
    RefusalPageMixin,
    ScopedCreateView,
    ScopedDeleteView,
    ScopedEditView,
    ScopedViewSet,
    refuse,
)
from events.models import Event
from volunteers.actions.hours import correct_hours, record_other_work, remove_hours
from volunteers.actions.shifts import announce_moved_shift
from volunteers.enums import AssignmentStatus, HoursKind
from volunteers.models import HoursEntry, Shift, Team
from volunteers.selectors.hours import Period, minutes_by_team, minutes_by_volunteer
from volunteers.selectors.rosters import display_name, places_of
from volunteers.viewsets.agenda_lists import AgendaFilterSet, AgendaIndexView
from volunteers.viewsets.at_risk import AtRiskView
from volunteers.viewsets.columns import LinkColumn, SpanColumn
from volunteers.viewsets.planning_forms import HoursForm, ShiftForm
from volunteers.viewsets.shift_board import AssignView, BoardView, CancelShiftView, OutcomeView
from volunteers.viewsets.trainings import PLANNED, LockedEditView, state_of_session
from volunteers.viewsets.working_views import number_in


class ShiftIndexView(AgendaIndexView):
    def get_base_queryset(self) -> Any:
        standing = Count("assignments", filter=~Q(assignments__status=AssignmentStatus.RELEASED))
        return super().get_base_queryset().annotate(taken=standing)


class ShiftEditView(LockedEditView):
    """Save a shift; a moved one is announced, and the planner is led to whom the new time does not suit."""

    doubtful: Sequence[str] = ()
    told: int | None = None

    def save_form(self) -> Shift:
        shift: Shift = super().save_form()
        if self.is_moved(shift):
            self.told = announce_moved_shift(shift=shift, at=timezone.now())
            self.doubtful = [place.name for place in places_of(shift, self.request.user) if place.is_doubtful]
        return shift

    def form_valid(self, form: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().form_valid(form)
        if self.told:
            text = ngettext("%(count)s person is told of it.", "%(count)s people are told of it.", self.told)
            messages.success(self.request, text % {"count": self.told})
        if self.doubtful:
            text = gettext("The new time does not suit everybody who has this shift: %(names)s. See below why.")
            messages.warning(self.request, text % {"names": listed(self.doubtful)})
        return response

    def get_success_url(self) -> str:
        """Go on with the board where the shift was moved: who has it now needs a look."""
        if self.told is None:
            return str(super().get_success_url())
        return reverse("staff_shifts:board", args=[self.object.pk])


class ShiftFilterSet(AgendaFilterSet):
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), queryset=lambda request: Team.objects.visible_to(request.user)
    )

    class Meta:
        model = Shift
        fields: list[str] = []


class ShiftCreateView(ScopedCreateView):
    """Plan a shift; ``?event=<id>`` plans one of an event, with its times, campaign and organisation."""

    @cached_property
    def event(self) -> Event | None:
        number = number_in(self.request.GET, "event")
        return get_object_or_404(Event.objects.changeable_by(self.request.user), pk=number) if number else None

    def get_initial_form_instance(self) -> Shift:
        event = self.event
        if event is None:
            return Shift()
        return Shift(
            event=event,
            campaign_id=event.campaign_id,
            organisation_id=event.organisation_id,
            territory_id=event.territory_id,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
        )

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.event is not None:
            zone = zone_of(self.event.campaign)
            for name in ("starts_at", "ends_at"):
                form.initial[name] = getattr(self.event, name).astimezone(zone).replace(tzinfo=None)
            for name in ("campaign", "organisation"):
                form.fields[name].disabled = True  # a shift of an event is of its campaign, under its host
            form.fields["place"].help_text = _("Leave it empty where the event is held.")
        return form

    def get_add_url(self) -> str:
        address = str(super().get_add_url())
        return address if self.event is None else f"{address}?event={self.event.pk}"

    def get_page_subtitle(self) -> str:
        return str(self.event) if self.event is not None else str(super().get_page_subtitle())

    def get_success_url(self) -> str:
        """Go on with the board: people are assigned there."""
        return reverse("staff_shifts:board", args=[self.object.pk])


class ShiftViewSet(ScopedViewSet):
    model = Shift
    name = "shifts"
    url_namespace = "staff_shifts"
    icon = "time"
    screens = PLANNED
    list_display = [
        LinkColumn("title", url_name="staff_shifts:board", label=_("Shift")),
        Column("event", label=_("Event"), accessor=lambda row: row.event or ""),
        SpanColumn("starts_at", campaign_of=lambda row: row.campaign, label=_("When")),
        Column("place", label=_("Where"), accessor="where"),
        Column("taken", label=_("People"), accessor=lambda row: f"{row.taken} / {row.needed}"),
        Column("team", label=_("Team"), accessor=lambda row: row.team or ""),
        Column("state", label=_("State"), accessor=state_of_session),
    ]
    related = ("campaign", "team", "event__venue")
    search_fields = ["title", "place", "event__title"]
    filterset_class = ShiftFilterSet
    index_view_class = ShiftIndexView
    add_view_class = ShiftCreateView
    edit_view_class = ShiftEditView
    empty_text = _("No shift is to come. Plan one, then give it to people who hold the certificate it needs.")
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("title"), FieldPanel("campaign"), FieldPanel("organisation")], heading=_("What it is")
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                    FieldRowPanel([FieldPanel("place"), FieldPanel("territory")]),
                ],
                heading=_("When and where"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("needed"), FieldPanel("team")]),
                    FieldPanel(
                        "required_curriculum",
                        help_text=_("Only who holds it on the day of the shift can have the shift."),
                    ),
                    FieldPanel("language", help_text=_("Who does not speak it can still be given the shift.")),
                    FieldPanel("notes", help_text=_("Sent with the reminders and shown on the phone.")),
                ],
                heading=_("Who is needed"),
            ),
        ],
        base_form_class=ShiftForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("at-risk/", AtRiskView.as_view(), name="at_risk"),
            path("board/<int:pk>/", BoardView.as_view(), name="board"),
            path("assign/<int:pk>/", AssignView.as_view(), name="assign"),
            path("outcome/<int:pk>/", OutcomeView.as_view(), name="outcome"),
            path("cancel/<int:pk>/", CancelShiftView.as_view(), name="cancel"),
        ]


def hours_and_minutes(minutes: int) -> str:
    """Return "2:05" for 125 minutes."""
    return f"{minutes // 60}:{minutes % 60:02}"


class HoursIndexView(KeysetIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        totals = HeaderButton(_("Totals"), url=reverse("staff_hours:totals"), icon_name="list-ul")
        return [*super().header_buttons, totals]

    def get_delete_url(self, instance: Any) -> str | None:
        return super().get_delete_url(instance) if instance.kind == HoursKind.OTHER else None


class HoursCreateView(ScopedCreateView):
    def save_instance(self) -> HoursEntry:
        told = self.form.cleaned_data
        return record_other_work(
            volunteer=told["volunteer"],
            day=told["day"],
            minutes=told["minutes"],
            what=told["what"],
            by=self.request.user,
            at=timezone.now(),
        )


class HoursEditView(ScopedEditView):
    def save_instance(self) -> HoursEntry:
        told = self.form.cleaned_data
        entry = HoursEntry.objects.get(pk=self.object.pk)
        return correct_hours(
            entry=entry,
            day=told["day"],
            minutes=told["minutes"],
            what=told["what"],
            by=self.request.user,
            at=timezone.now(),
        )


class HoursDeleteView(ScopedDeleteView):
    """Only other work is taken back here; hours of a shift go when the shift is put right."""

    def changeable_rows(self) -> Any:
        return super().changeable_rows().filter(kind=HoursKind.OTHER)

    def delete_action(self) -> None:
        remove_hours(entry=self.object, by=self.request.user)


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("From"), required=False, widget=AdminDateInput)
    last = forms.DateField(label=_("Until"), required=False, widget=AdminDateInput)


class TotalsView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """The hours of a period, by team and by person; four weeks unless another one is asked for."""

    template_name = "volunteers/staff/totals.html"
    page_title = _("Hours in total")
    header_icon = "time"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("volunteers.view_hoursentry"):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_hours:index"), "label": _("Hours")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        form = PeriodForm(self.request.GET or {"first": today - timedelta(days=27), "last": today})
        told = form.cleaned_data if form.is_valid() else {}
        period = Period(told.get("first"), told.get("last"))
        user: Any = self.request.user
        groups = [
            (_("By team"), _("no team"), minutes_by_team(user, period)),
            (_("By person"), "", minutes_by_volunteer(user, period)),
        ]
        tables = [
            (
                heading,
                [
                    (
                        row.name or unnamed,
                        row.people,
                        *map(hours_and_minutes, (row.shift, row.training, row.other, row.total)),
                    )
                    for row in rows
                ],
            )
            for heading, unnamed, rows in groups
        ]
        return {**super().get_context_data(**kwargs), "form": form, "tables": tables, "media": form.media}


class HoursViewSet(ScopedViewSet):
    model = HoursEntry
    name = "hours"
    url_namespace = "staff_hours"
    icon = "history"
    screens = CRUD
    menu_label = _("Hours")
    lists_people = True
    list_display = [
        Column("volunteer", label=_("Who"), accessor=lambda row: display_name(row.volunteer)),
        DayColumn("day", label=_("Day")),
        Column("minutes", label=_("Hours"), accessor=lambda row: hours_and_minutes(row.minutes)),
        Column("kind", label=_("What for"), accessor="get_kind_display"),
        Column("what", label=_("What was done")),
    ]
    related = ("volunteer__supporter",)
    search_fields = ["what", "volunteer__supporter__full_name"]
    index_view_class = HoursIndexView
    add_view_class = HoursCreateView
    edit_view_class = HoursEditView
    delete_view_class = HoursDeleteView
    empty_text = _(
        "No hours yet. Those of shifts and trainings are written when people are marked; add other work here."
    )
    edit_handler = ObjectList(
        [
            HelpPanel(_("Hours of shifts and trainings write themselves; here you put them right, or add other work.")),
            FieldPanel("volunteer"),
            FieldRowPanel([FieldPanel("day"), FieldPanel("minutes")]),
            FieldPanel("what"),
        ],
        base_form_class=HoursForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("totals/", TotalsView.as_view(), name="totals")]
