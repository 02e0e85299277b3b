"""Elections, the examples that guard their rules, and where one registers. The rules: `election_rules`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from campaigns.election_querysets import keeps_elections
from campaigns.models import CommuneOffice, Election, EligibilityCase
from campaigns.viewsets.election_forms import CommuneOfficeForm, ElectionForm, EligibilityCaseForm
from core.staff_views import (
    CRUD,
    DayColumn,
    ScopedCreateView,
    ScopedViewSet,
    refuse,
)

WITHOUT_DELETE = CRUD - {"delete"}


class KeeperCreateView(ScopedCreateView):
    """Adding is for coordinators of an organisation that leads a campaign: these rows are everybody's."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not keeps_elections(request.user):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)


class ElectionViewSet(ScopedViewSet):
    model = Election
    name = "elections"
    url_namespace = "staff_elections"
    icon = "calendar-check"
    screens = WITHOUT_DELETE
    list_display = [
        "title",
        DayColumn("election_date", label=_("Election day")),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("territory", label=_("Where")),
        BooleanColumn("is_generated", label=_("Generated")),
    ]
    related = ("territory",)
    search_fields = ["key", "country"]
    empty_text = _("There is no election yet. Load the shipped ones with manage.py load_elections, or add one.")
    add_view_class = KeeperCreateView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel(f"title_{code}") for code, _name in settings.LANGUAGES], heading=_("Title by language")
            ),
            MultiFieldPanel(
                [
                    FieldPanel("key"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("election_date")]),
                    FieldRowPanel([FieldPanel("country"), FieldPanel("territory")]),
                    FieldPanel("registration_deadline"),
                ],
                heading=_("What, when and where"),
            ),
        ],
        base_form_class=ElectionForm,
    )


class EligibilityCaseViewSet(ScopedViewSet):
    model = EligibilityCase
    name = "election-examples"
    url_namespace = "staff_election_examples"
    icon = "check"
    list_display = [
        "label",
        Column("election", label=_("Election")),
        Column("outcome", label=_("Must end as"), accessor="get_outcome_display"),
    ]
    related = ("election",)
    search_fields = ["label", "election__key"]
    empty_text = _("There is no example yet. Examples guard the rules: write one for each boundary of the law.")
    add_view_class = KeeperCreateView
    edit_handler = ObjectList(
        [FieldPanel("election"), FieldPanel("label"), FieldPanel("answers"), FieldPanel("outcome")],
        base_form_class=EligibilityCaseForm,
    )


class CommuneOfficeViewSet(ScopedViewSet):
    model = CommuneOffice
    name = "commune-offices"
    url_namespace = "staff_commune_offices"
    icon = "home"
    list_display = [
        "territory",
        Column("election", label=_("Election")),
        BooleanColumn("accepts_email", label=_("By e-mail")),
        BooleanColumn("is_generated", label=_("Generated")),
        DayColumn("checked_date", label=_("Checked on")),
    ]
    related = ("election", "territory")
    search_fields = ["territory__code", "election__key", "address"]
    empty_text = _("There is no office yet. Add one for each commune, with what is known of it.")
    add_view_class = KeeperCreateView
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("election"), FieldPanel("territory")]),
            MultiFieldPanel([FieldPanel("online_url"), FieldPanel("form_url")], heading=_("Online and on paper")),
            MultiFieldPanel([FieldPanel("address"), FieldPanel("opening_hours")], heading=_("At the counter")),
            FieldRowPanel([FieldPanel("accepts_email"), FieldPanel("email")]),
            FieldRowPanel([FieldPanel("source_url"), FieldPanel("checked_date")]),
            FieldPanel("is_generated"),
        ],
        base_form_class=CommuneOfficeForm,
    )
