"""Volunteers one by one: the list, its filters, the export, and the page of one."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.models import Campaign
from core.lists import listed
from core.staff_exports import CsvExportView, filters_of_list
from core.staff_views import (
    DayColumn,
    KeysetIndexView,
    ScopedInspectView,
    ScopedViewSet,
    used_filters,
)
from places.languages import COMMON, NAMES, OTHER, language_name
from places.models import Territory
from volunteers.actions.care import email_of
from volunteers.enums import Stage
from volunteers.exports import begin_export
from volunteers.models import Team, Volunteer
from volunteers.selectors.agreements import ASKED_OF_ALL, missing_agreements
from volunteers.staff_forms import NextStepForm, NoteForm, PaperForm, TeamForm, named
from volunteers.viewsets import care, pipeline, recognition
from volunteers.viewsets.adding import AddVolunteerView
from volunteers.volunteer_sections import sections_of


class VolunteerFilterSet(WagtailFilterSet):
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.visible_to(request.user)
    )
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Stage.choices)
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), queryset=lambda request: Team.objects.visible_to(request.user)
    )
    language = django_filters.ChoiceFilter(
        label=_("Speaks"),
        field_name="languages__language",
        choices=[(code, NAMES[code]) for code in (*COMMON, *OTHER)],
    )
    commune = django_filters.ModelChoiceFilter(
        label=_("Commune"),
        field_name="communes",
        to_field_name="code",
        queryset=lambda _request: Territory.objects.filter(level="commune").without_outlines(),
    )

    class Meta:
        model = Volunteer
        fields: list[str] = []


def spoken(row: Any) -> str:
    """Return the languages a volunteer speaks, each under its own name."""
    return listed(language_name(each.language) for each in row.languages.all())


class VolunteerIndexView(KeysetIndexView):
    """Volunteers by name or exact address."""

    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().prefetch_related("languages")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.found_by(self.search_query) if self.is_searching else queryset  # type: ignore[attr-defined]

    @cached_property
    def header_buttons(self) -> list[Any]:
        suffix = filters_of_list(self.request)
        buttons = [
            HeaderButton(_("Pipeline"), url=reverse("staff_volunteers:pipeline"), icon_name="grip"),
            HeaderButton(_("Thanks"), url=reverse("staff_volunteers:recognition"), icon_name="pick"),
            HeaderButton(_("Export as CSV"), url=reverse("staff_volunteers:export") + suffix, icon_name="download"),
        ]
        if self.request.user.has_perm("volunteers.add_volunteer"):
            url = reverse("staff_volunteers:add_by_hand")
            buttons.insert(0, HeaderButton(_("Add a volunteer"), url=url, icon_name="plus"))
        return buttons


class VolunteerExportView(CsvExportView):
    """The volunteers the filters leave."""

    permission = "volunteers.view_volunteer"
    what = _("Volunteers")
    index = "staff_volunteers:index"
    filename = "volunteers"
    filterset_class = VolunteerFilterSet

    def rows(self) -> QuerySet[Any]:
        user: Any = self.request.user
        rows: QuerySet[Any] = Volunteer.objects.visible_to(user)
        return rows

    def searched(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return rows.found_by(typed) if typed else rows  # type: ignore[attr-defined]

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        user: Any = self.request.user
        return begin_export(rows=rows, user=user, filters=used_filters(self.request))


class VolunteerInspectView(ScopedInspectView):
    """Everything about one volunteer, and what one can do for them."""

    template_name = "volunteers/staff/volunteer.html"
    page_title = _("Volunteer")
    shows_people = True

    def visible_rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().visible_rows()
        return rows.select_related("supporter", "campaign", "organisation", "team", "owner", "user")

    def get_page_subtitle(self) -> str:
        return named(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row, user, at = self.object, self.request.user, timezone.now()
        today = timezone.localdate(at)
        pipeline.with_waiting_times([row], at, today)
        may = pipeline.may_change(self.request, row)
        may_note = may and user.has_perm("volunteers.add_volunteernote")
        context.update(
            volunteer=row,
            name=named(row),
            may_change=may,
            points=list(row.supporter.contact_points.order_by("pk")),
            spoken=[(each.language, language_name(each.language)) for each in row.languages.all()],
            communes=list(row.communes.without_outlines()),
            skills=list(row.skills.all()),
            times=list(row.availabilities.all()),
            steps=care.steps_of(row),
            acceptances=list(row.acceptances.select_related("text__organisation")),
            missing=missing_agreements(row, ASKED_OF_ALL, at=at),
            notes=list(row.notes.select_related("author")) if user.has_perm("volunteers.view_volunteernote") else [],
            sections=sections_of(row, user),
            stages=[stage for stage in Stage if stage != row.stage],
            email=email_of(row),
            invitation=care.invitation_state(row),
            calendar_url=care.calendar_url(row),
        )
        if may:
            context.update(
                note_form=NoteForm() if may_note else None,
                next_form=NextStepForm(volunteer=row),
                team_form=TeamForm(volunteer=row, user=user),
                paper_form=PaperForm(volunteer=row, today=today),
                may_invite=care.may_invite(user, row),
            )
        return context


class VolunteerViewSet(ScopedViewSet):
    model = Volunteer
    name = "volunteers"
    url_namespace = "staff_volunteers"
    menu_label = _("Volunteers")
    icon = "group"
    screens = frozenset({"index", "index_results", "inspect", "history", "history_results"})
    lists_people = True
    related = ("supporter", "campaign", "organisation", "team", "owner")
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor=named,
            get_url=lambda row: reverse("staff_volunteers:inspect", args=[row.pk]),
        ),
        Column("stage", label=_("Stage"), accessor="get_stage_display"),
        Column("languages", label=_("Speaks"), accessor=spoken),
        Column("team", label=_("Team"), accessor=lambda row: row.team or "–"),
        Column("organisation", label=_("Organisation")),
        Column("campaign", label=_("Campaign")),
        Column("owner", label=_("Looked after by"), accessor=lambda row: row.owner or "–"),
        DayColumn("last_touch_at", label=_("Last heard of")),
    ]
    filterset_class = VolunteerFilterSet
    index_view_class = VolunteerIndexView
    inspect_view_class = VolunteerInspectView
    inspect_view_fields: list[str] = []
    empty_text = _("Nobody has applied yet. Make a “page for volunteers” under the campaign's page and share its link.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("pipeline/", pipeline.PipelineView.as_view(), name="pipeline"),
            path("waiting/", pipeline.WaitingView.as_view(), name="waiting"),
            path("thanks/", recognition.RecognitionView.as_view(), name="recognition"),
            path("add-by-hand/", AddVolunteerView.as_view(), name="add_by_hand"),
            path("export/", VolunteerExportView.as_view(), name="export"),
            path("move/<int:pk>/", pipeline.MoveView.as_view(), name="move"),
            path("next-step/<int:pk>/", pipeline.NextStepView.as_view(), name="next_step"),
            path("note/<int:pk>/", care.NoteView.as_view(), name="note"),
            path("team/<int:pk>/", care.TeamView.as_view(), name="team"),
            path("paper/<int:pk>/", care.PaperView.as_view(), name="paper"),
            path("invite/<int:pk>/", care.InviteView.as_view(), name="invite"),
            path("calendar/<int:pk>/", care.CalendarView.as_view(), name="calendar"),
            path("answers/<int:pk>/", care.AnswersView.as_view(), name="answers"),
        ]


__all__ = ["VolunteerFilterSet", "VolunteerViewSet"]
