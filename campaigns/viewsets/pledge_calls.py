"""Calls the help desk promised: the list by the hour they are due."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from campaigns.models import Campaign, PledgeNote
from campaigns.viewsets.pledge_pages import CallMadeView, DeleteNoteView, PutOffView
from campaigns.zones import zone_of
from core.staff_columns import FormColumn
from core.staff_views import ScopedIndexView, ScopedViewSet
from people.models import Supporter
from people.names import name_with_origin

_WHOSE = [("mine", _("mine")), ("nobody", _("nobody's")), ("all", _("everybody's"))]


class CallFilterSet(WagtailFilterSet):
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"),
        field_name="pledge__campaign",
        queryset=lambda request: Campaign.objects.visible_to(request.user),
    )
    whose = django_filters.ChoiceFilter(label=_("Whose"), choices=_WHOSE, method="by_owner", empty_label=None)

    class Meta:
        model = PledgeNote
        fields: list[str] = []

    def by_owner(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "mine":
            return rows.filter(owner=self.request.user)
        return rows.filter(owner=None) if value == "nobody" else rows


class CallIndexView(ScopedIndexView):
    """The calls nobody has made yet, the most urgent first."""

    page_title = _("Calls to make")

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_base_queryset()
        found: QuerySet[Any] = rows.to_call()
        return found

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by("due_at", "pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        rows = context["object_list"]
        people = {row.pledge.supporter_id for row in rows}
        readable = Supporter.objects.visible_to(self.request.user).filter(pk__in=people)
        names = dict(readable.values_list("pk", "full_name"))
        changeable = set(
            PledgeNote.objects.changeable_by(self.request.user)
            .filter(pk__in=[row.pk for row in rows])
            .values_list("pk", flat=True)
        )
        for row in rows:
            row.name = names.get(row.pledge.supporter_id)
            row.may_change = row.pk in changeable
        return context


def person(row: Any) -> str:
    """Return whom to call, where the viewer may read it."""
    if row.pledge.supporter_id is None:
        return gettext("erased")
    return (
        name_with_origin(row.name, row.pledge.is_generated) if row.name is not None else gettext("name hidden from you")
    )


class DueColumn(Column):
    """When, on the clocks of the campaign, and that it is past where it is."""

    def get_value(self, instance: Any) -> Any:
        when = instance.due_at.astimezone(zone_of(instance.pledge.campaign))
        said = f"{date_format(when, 'DATE_FORMAT')}, {when:%H:%M}"
        if instance.due_at >= timezone.now():
            return said
        return format_html("{} <strong>{}</strong>", said, gettext("late"))


class MadeColumn(FormColumn):
    cell_template_name = "campaigns/staff/call_cell.html"


class PledgeNoteViewSet(ScopedViewSet):
    model = PledgeNote
    name = "pledge-calls"
    url_namespace = "staff_pledge_notes"
    icon = "history"
    menu_label = _("Calls to make")
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("pledge__campaign", "pledge__kind", "owner")
    list_display = [
        DueColumn("due_at", label=_("Call at"), classname="pl-nowrap"),
        TitleColumn(
            "person",
            label=_("Whom"),
            accessor=person,
            get_url=lambda row: reverse("staff_pledges:show", args=[row.pledge_id]) + "#notes",
        ),
        Column("text", label=_("What about"), accessor=lambda row: row.text[:120]),
        Column("owner", label=_("Who calls"), accessor=lambda row: row.owner or gettext("whoever is at the desk")),
        Column("kind", label=_("Kind of pledge"), accessor="pledge.kind"),
        MadeColumn("made", label="", accessor="pk"),
    ]
    filterset_class = CallFilterSet
    index_view_class = CallIndexView
    empty_text = _("No call is to be made. Promise one on the page of a pledge.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/made/", CallMadeView.as_view(), name="made"),
            path("<int:pk>/put-off/", PutOffView.as_view(), name="put_off"),
            path("<int:pk>/delete/", DeleteNoteView.as_view(), name="delete"),
        ]
