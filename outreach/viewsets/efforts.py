"""Efforts and barriers: what is asked, where, by whom, and why people hold back."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import AdminDateInput

from core.lists import listed
from core.staff_views import (
    CRUD,
    DayColumn,
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
)
from outreach.forms.efforts import BarrierForm, EffortForm
from outreach.models import Barrier, CanvassingEffort, OutreachContact


class EffortIndexView(ScopedIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        rows = OutreachContact.objects.counting().summed_for(self.request.user).filter(effort__in=self.pks_on_page)
        counted = dict(rows.order_by().values_list("effort").annotate(n=Count("pk")))
        for effort in context["object_list"]:
            effort.records = counted.get(effort.pk, 0)
        return context


def link_to_figures(effort: Any) -> str:
    """Return how many records count, as a link to the effort's figures."""
    return format_html('<a href="{}?effort={}">{}</a>', reverse("outreach_figures"), effort.pk, effort.records)


def link_to_areas(effort: Any) -> str:
    return format_html('<a href="{}">{}</a>', reverse("staff_areas:map", args=[effort.pk]), gettext("Map"))


class EffortViewSet(ScopedViewSet):
    model = CanvassingEffort
    name = "efforts"
    url_namespace = "staff_efforts"
    icon = "comment"
    list_display = [
        "title",
        Column("campaign", label=_("Campaign")),
        Column("organisation", label=_("Run by")),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        DayColumn("starts_date", label=_("From")),
        DayColumn("ends_date", label=_("Until")),
        BooleanColumn("is_open", label=_("Takes records")),
        Column("records", label=_("Records"), accessor=link_to_figures),
        Column("areas", label=_("Who is where"), accessor=link_to_areas),
    ]
    related = ("campaign", "organisation")
    search_fields = ["title", "campaign__title"]
    empty_text = _(
        "There is no effort yet. An effort is one action with people: a market, a street of doors, an evening on the "
        "telephone. Mobilisers see it on their phones as soon as it is saved and open."
    )
    index_view_class = EffortIndexView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("campaign"), FieldPanel("organisation")]),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("goal")]),
                ],
                heading=_("What it is"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [
                            FieldPanel("starts_date", widget=AdminDateInput),
                            FieldPanel("ends_date", widget=AdminDateInput),
                        ]
                    ),
                    FieldPanel("is_open"),
                ],
                heading=_("When"),
            ),
            MultiFieldPanel([FieldPanel("teams"), FieldPanel("required_curriculum")], heading=_("By whom")),
            MultiFieldPanel(
                [FieldPanel("outcomes"), FieldPanel("script"), FieldPanel("asks_identity"), FieldPanel("petition")],
                heading=_("What is asked"),
            ),
            MultiFieldPanel(
                [FieldPanel("languages"), FieldPanel("territories")], heading=_("Where, in which languages")
            ),
        ],
        base_form_class=EffortForm,
    )


class BarrierScreen:
    """Barriers belong to nobody: whoever may work on efforts reads the list, coordinators change it."""

    def visible_rows(self) -> Any:
        return Barrier.objects.all()


class BarrierIndexView(BarrierScreen, ScopedIndexView):
    pass


class BarrierEditView(BarrierScreen, ScopedEditView):
    pass


class BarrierViewSet(ScopedViewSet):
    model = Barrier
    name = "barriers"
    url_namespace = "staff_barriers"
    icon = "warning"
    screens = CRUD - {"delete", "history", "history_results"}
    list_display = [
        Column("name", label=_("Name"), accessor=str),
        Column("key", label=_("Key")),
        Column("languages", label=_("Languages"), accessor=lambda row: listed(sorted(row.labels)).upper()),
        Column("position", label=_("Position")),
        BooleanColumn("is_offered", label=_("Offered on phones")),
    ]
    ordering = ["position", "key"]
    empty_text = _("No barrier has a name yet: add why people hold back, so that mobilisers can tap it.")
    index_view_class = BarrierIndexView
    add_view_class = ScopedCreateView
    edit_view_class = BarrierEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        return BarrierForm
