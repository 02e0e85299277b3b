"""Elections, who may register for them, the examples that guard those rules, and where one registers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from campaigns.actions.elections import save_rules
from campaigns.election_querysets import keeps_elections
from campaigns.models import CommuneOffice, Election, EligibilityCase, EligibilityRules
from campaigns.viewsets.election_forms import (
    TRY,
    CommuneOfficeForm,
    ElectionForm,
    EligibilityCaseForm,
    EligibilityRulesForm,
)
from core.staff_views import (
    CRUD,
    DayColumn,
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
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


class RulesIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_base_queryset()
        found: QuerySet[Any] = rows.in_force()
        return found


class SavesRules:
    """Save rules as a new version, through the action that writes it down."""

    form: Any
    request: Any

    def form_invalid(self, form: Any) -> Any:
        """Show the form again; somebody who only tried the examples made no mistake."""
        if TRY not in self.request.POST:
            return super().form_invalid(form)  # type: ignore[misc]
        self.form = form
        messages.info(self.request, gettext("Nothing is saved yet: the examples show how they would end."))
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]

    def save_instance(self) -> EligibilityRules:
        given = self.form.cleaned_data
        return save_rules(
            election=given["election"],
            territory=given["territory"],
            rules=given["rules"],
            source_text=given["source_text"],
            source_url=given["source_url"],
            checked_date=given["checked_date"],
            reason=given["reason"],
            by=self.request.user,
        )


class RulesCreateView(SavesRules, KeeperCreateView):
    pass


class RulesEditView(SavesRules, ScopedEditView):
    pass


class ExamplesPanel(HelpPanel):
    """How the examples end under the rules in the form, and a button that tries them without saving."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            results = self.form.shown_results() if self.form is not None else []
            return {**context, "results": results, "failing": sum(not one["passes"] for one in results)}


class EligibilityRulesViewSet(ScopedViewSet):
    model = EligibilityRules
    name = "election-rules"
    url_namespace = "staff_election_rules"
    icon = "list-ul"
    screens = WITHOUT_DELETE
    list_display = [
        "election",
        Column("territory", label=_("Region")),
        Column("version", label=_("Version")),
        Column("source_text", label=_("Law")),
        DayColumn("checked_date", label=_("Checked on")),
    ]
    related = ("election", "territory")
    search_fields = ["election__key", "source_text"]
    empty_text = _("There are no rules yet. Add an election first.")
    index_view_class = RulesIndexView
    add_view_class = RulesCreateView
    edit_view_class = RulesEditView
    edit_handler = ObjectList(
        [
            HelpPanel(_("Saving makes a new version; what was in force before stays readable in the history.")),
            FieldRowPanel([FieldPanel("election"), FieldPanel("territory")]),
            ExamplesPanel(template="campaigns/staff/eligibility_examples.html", heading=_("Examples")),
            FieldPanel("rules"),
            MultiFieldPanel(
                [FieldPanel("source_text"), FieldPanel("source_url"), FieldPanel("checked_date")],
                heading=_("Where they come from"),
            ),
            FieldPanel("reason", help_text=_("Only needed when an example ends otherwise than it must.")),
        ],
        base_form_class=EligibilityRulesForm,
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
