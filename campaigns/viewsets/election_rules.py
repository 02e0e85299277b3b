"""Who may register for an election: the editor of its rules, the history of their versions, and the way back to one."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.actions.elections import FailingCasesError, OutdatedRulesError, restore_rules, save_rules
from campaigns.eligibility_rules import RulesError, read_rules
from campaigns.models import EligibilityRules
from campaigns.rules_words import changes_between, lines_of
from campaigns.selectors.elections import CaseResult, failing_cases, history_of_rules, newest_rules, written_rules
from campaigns.viewsets.elections import WITHOUT_DELETE, KeeperCreateView
from campaigns.viewsets.rules_form import FIELDS, JSON, MORE, SHOW, TRY, EligibilityRulesForm
from campaigns.viewsets.rules_table import RulesTable, fits_table
from core.staff_views import (
    DayColumn,
    RefusalPageMixin,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
    refuse,
)

_MOST_ROWS = 60


class HistoryColumn(Column):
    """The version, with the way to those before it."""

    cell_template_name = "campaigns/staff/rules_version_cell.html"


class RulesIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_base_queryset()
        found: QuerySet[Any] = rows.in_force()
        return found


class SavesRules:
    """Save rules as a new version, through the action that writes it down."""

    form: Any
    request: Any

    def form_valid(self, form: Any) -> Any:
        """Save; whoever was overtaken sees what changed meanwhile, with all they wrote still there."""
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except OutdatedRulesError as error:
            self._tell_of_newer(form, error.newest)
            self.form = form
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]

    def form_invalid(self, form: Any) -> Any:
        """Show the form again; somebody who only looked at the draft made no mistake."""
        if not form.only_looks:
            return super().form_invalid(form)  # type: ignore[misc]
        if SHOW in self.request.POST:
            form = self._other_view(form)
        elif MORE in self.request.POST:
            form = self._with_another_row()
        else:
            messages.info(self.request, gettext("Nothing is saved yet: the examples show how they would end."))
        self.form = form
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
            based_on=self.form.base_version,
        )

    def _tell_of_newer(self, form: Any, newest: EligibilityRules) -> None:
        """Say what the other version changed; the next press saves over it, knowingly."""
        rows = EligibilityRules.objects.filter(election=newest.election_id, territory=newest.territory_id)
        before = rows.filter(version=form.base_version).first()
        form.changed_meanwhile = changes_between(written_rules(before), written_rules(newest)) if before else []
        form.overtaken_by = newest
        form.base_version = newest.version

    def _other_view(self, form: Any) -> Any:
        """Return the draft as JSON, or as fields; as it was where it cannot be read yet."""
        election, raw = form.cleaned_data.get("election"), form.cleaned_data.get("rules")
        if raw is None:
            messages.error(self.request, gettext("Correct the errors first, then change the view."))
            return form
        sent = self.request.POST.copy()
        if self.request.POST[SHOW] == JSON:
            sent["rules"], sent["written_as"] = json.dumps(raw, indent=2, ensure_ascii=False), JSON
            return self._drawn(sent)
        try:
            read_rules(raw, election_date=election.election_date)
        except (RulesError, AttributeError):
            messages.error(self.request, gettext("Correct the errors first, then change the view."))
            return form
        if not fits_table(raw):
            messages.error(self.request, gettext("These rules hold texts in languages that have no field here."))
            return form
        form = self._drawn(sent)
        form.is_expert, form.table = False, RulesTable(raw=raw)
        return form

    def _with_another_row(self) -> Any:
        sent = self.request.POST.copy()
        counter = f"{sent[MORE]}-TOTAL_FORMS"
        if sent.get(counter, "").isdecimal() and int(sent[counter][:4]) < _MOST_ROWS:
            sent[counter] = str(int(sent[counter]) + 1)
        return self._drawn(sent)

    def _drawn(self, sent: Any) -> Any:
        """Return the form for what was sent, drawn anew and not saved."""
        self.request.POST = sent
        form = self.get_form()  # type: ignore[attr-defined]
        form.is_valid()
        return form


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
            return {**context, "results": results, "failing": sum(not one["passes"] for one in results), "try": TRY}


class RulesPanel(HelpPanel):
    """The rules themselves: fields and rows, or JSON."""

    def get_form_options(self) -> dict[str, Any]:
        """Name the JSON as shown here, or Wagtail would draw it once more at the end of the form."""
        return {"fields": ["rules"]}

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            written_as = JSON if self.form is not None and self.form.is_expert else FIELDS
            return {**context, "form": self.form, "table": self.form.table, "written_as": written_as}


class OfOneVersion(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen about one version of rules, for who may read rules."""

    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("campaigns.view_eligibilityrules"):
            return refuse(request)
        rows = EligibilityRules.objects.visible_to(request.user)  # type: ignore[arg-type]
        self.row = get_object_or_404(rows.select_related("election", "territory"), pk=kwargs["pk"])
        self.may_change = EligibilityRules.objects.changeable_by(request.user).filter(pk=self.row.pk).exists()  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        where = f" · {self.row.territory}" if self.row.territory else ""
        return f"{self.row.election}{where}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_election_rules:index"), "label": _("Rules of elections")}
        return [*self.breadcrumbs_items, index, *self.crumbs()]

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}]


class RulesHistoryView(OfOneVersion):
    """Every version of an election's (or region's) rules: by whom, when, why, and what it changed."""

    template_name = "campaigns/staff/rules_history.html"
    page_title = _("History of the rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = history_of_rules(self.row)
        edit_url = reverse("staff_election_rules:edit", args=[versions[0].row.pk]) if self.may_change else ""
        return {**super().get_context_data(**kwargs), "versions": versions, "edit_url": edit_url}


class RulesVersionView(OfOneVersion):
    """One version in words, against the one in force; whoever keeps elections may put it in force again."""

    template_name = "campaigns/staff/rules_version.html"

    @property
    def page_title(self) -> str:
        return gettext("Version %(version)s") % {"version": self.row.version}

    def crumbs(self) -> list[dict[str, Any]]:
        history = reverse("staff_election_rules:history", args=[self.row.pk])
        return [{"url": history, "label": RulesHistoryView.page_title}, *super().crumbs()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = newest_rules(self.row.election, self.row.territory) or self.row
        failing, problems = self._judged()
        context = {
            "row": self.row,
            "lines": lines_of(written_rules(self.row)),
            "newest": newest,
            "is_in_force": newest.pk == self.row.pk,
            "changes": changes_between(written_rules(newest), written_rules(self.row)),
            "failing": failing,
            "problems": problems,
            "may_change": self.may_change,
            "typed_reason": self.request.POST.get("reason", ""),
            "raw": json.dumps(self.row.rules, indent=2, ensure_ascii=False),
        }
        return {**super().get_context_data(**kwargs), **context}

    def _judged(self) -> tuple[list[CaseResult], list[str]]:
        """Return the examples that end otherwise, and why this version does not fit the election as it is now."""
        try:
            return failing_cases(self.row.election, self.row.rules), []
        except RulesError as error:
            return [], error.problems

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put this version in force again."""
        if not self.may_change:
            raise PermissionDenied
        reason, stands_on = request.POST.get("reason", "").strip()[:300], request.POST.get("based_on", "")
        based_on = int(stands_on) if stands_on.isdecimal() and len(stands_on) < 9 else -1
        try:
            saved = restore_rules(row=self.row, by=request.user, reason=reason, based_on=based_on)  # type: ignore[arg-type]
        except FailingCasesError:
            messages.error(request, gettext("Examples end otherwise under this version. Write why that is right."))
        except RulesError as error:
            messages.error(request, str(error))
        except OutdatedRulesError as error:
            text = gettext("Version %(version)s was saved meanwhile. Compare again, then restore.")
            messages.error(request, text % {"version": error.newest.version})
        else:
            text = gettext("Version %(old)s is in force again, as version %(new)s.")
            messages.success(request, text % {"old": self.row.version, "new": saved.version})
            return redirect("staff_election_rules:history", pk=saved.pk)
        return self.render_to_response(self.get_context_data(**kwargs), status=422)


class EligibilityRulesViewSet(ScopedViewSet):
    model = EligibilityRules
    name = "election-rules"
    url_namespace = "staff_election_rules"
    icon = "list-ul"
    screens = WITHOUT_DELETE - {"history", "history_results"}
    list_display = [
        "election",
        Column("territory", label=_("Region")),
        HistoryColumn("version", label=_("Version")),
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
            HelpPanel(template="campaigns/staff/rules_state.html"),
            FieldRowPanel([FieldPanel("election"), FieldPanel("territory")]),
            ExamplesPanel(template="campaigns/staff/eligibility_examples.html", heading=_("Examples")),
            RulesPanel(template="campaigns/staff/rules_editor.html", heading=_("The rules")),
            MultiFieldPanel(
                [FieldPanel("source_text"), FieldPanel("source_url"), FieldPanel("checked_date")],
                heading=_("Where they come from"),
            ),
            FieldPanel(
                "reason",
                heading=_("Reason"),
                help_text=_("For the history. Needed when an example ends otherwise than it must."),
            ),
        ],
        base_form_class=EligibilityRulesForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("history/<int:pk>/", RulesHistoryView.as_view(), name="history"),
            path("version/<int:pk>/", RulesVersionView.as_view(), name="version"),
        ]
