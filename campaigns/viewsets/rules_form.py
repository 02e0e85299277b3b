"""The form of an election's rules: fields and rows, or JSON for who prefers it. It validates; the view saves."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.eligibility_rules import RulesError, read_rules
from campaigns.eligibility_words import words_of
from campaigns.models import Election
from campaigns.rules_words import RuleChange
from campaigns.selectors.elections import CaseResult, judge_cases, newest_rules
from campaigns.viewsets.election_forms import PrettyJSONField
from campaigns.viewsets.rules_table import RulesTable, fits_table

# Buttons that look at the draft and save nothing: how the examples end, the other view of it, one more row.
TRY: Final = "try"
SHOW: Final = "show"
MORE: Final = "more"
FIELDS, JSON = "fields", "json"


class EligibilityRulesForm(WagtailAdminModelForm):
    """Rules with the examples beside them.

    ``written_as`` (fields or JSON) and ``based_on`` (the version in force when the form was drawn) come with what is
    sent: whoever saves after somebody else is told.
    """

    rules = PrettyJSONField(label=_("Rules"), required=False)
    results: list[CaseResult] | None = None
    changed_meanwhile: list[RuleChange] | None = None
    problems_of_stored: list[str] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reason"] = ""
        kept: Any = self.instance.rules if self.instance.pk else {}
        fits = not self.instance.pk or fits_table(kept)
        self.is_expert = self.data.get("written_as", JSON) != FIELDS if self.is_bound else not fits
        self.can_be_table = fits
        self.table = RulesTable(sent=self.data) if self.is_bound and not self.is_expert else RulesTable(raw=kept)
        # What the form stands on, whatever was sent before: told once of a newer version, somebody may save over it.
        self.base_version = self._sent_version() if self.is_bound else self.instance.version if self.instance.pk else 0
        if self.instance.pk:
            for name in ("election", "territory"):
                self.fields[name].disabled = True
            if not self.is_bound:
                self._judge_stored(kept)

    def _judge_stored(self, kept: Any) -> None:
        """Show how the examples end; of a version that does not fit the election's day any more, why not."""
        try:
            rules = read_rules(kept, election_date=self.instance.election.election_date)
        except RulesError as error:
            self.problems_of_stored = error.problems
            return
        self.results = judge_cases(self.instance.election.cases.all(), rules)

    @property
    def only_looks(self) -> bool:
        """Whether one of the buttons was pressed that save nothing."""
        return any(name in self.data for name in (TRY, SHOW, MORE))

    @property
    def problems_of_draft(self) -> list[str]:
        """What is wrong with a draft that was only looked at, and stands beside no field."""
        if not self.is_bound or not self.only_looks:
            return []
        found = self.non_field_errors().as_data()
        return [message for error in found if error.code != TRY for message in error.messages]

    @property
    def newer_version(self) -> int | None:
        """The version in force, where the form shows an older one."""
        if not self.instance.pk:
            return None
        newest = newest_rules(self.instance.election, self.instance.territory)
        shown = self.base_version or self.instance.version
        return newest.version if newest and newest.version > shown else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        election: Election | None = cleaned.get("election")
        raw = self._raw(cleaned)
        if election is not None and raw is not None:
            self._judge(cleaned, election, raw)
        if self.only_looks:
            raise ValidationError(gettext("Nothing is saved yet: the examples show how they would end."), code=TRY)
        return cleaned

    def _sent_version(self) -> int | None:
        text = str(self.data.get("based_on", ""))
        return int(text) if text.isdecimal() and len(text) < 9 else None

    def _raw(self, cleaned: dict[str, Any]) -> Any:
        """Return the rules as JSON, out of the fields or as typed; None, with errors beside the fields, if wrong."""
        if not self.is_expert:
            if self.table.is_valid():
                cleaned["rules"] = self.table.raw()
                return cleaned["rules"]
            self.add_error(None, gettext("Please correct the fields marked below."))
            return None
        if "rules" not in self.errors and not cleaned.get("rules"):
            self.add_error("rules", gettext("This field is required."))
        return cleaned.get("rules")

    def _judge(self, cleaned: Mapping[str, Any], election: Election, raw: Any) -> None:
        try:
            rules = read_rules(raw, election_date=election.election_date)
        except RulesError as error:
            self._refuse(error.problems)
            return
        self.results = judge_cases(election.cases.all(), rules)
        failing = sum(not result.passes for result in self.results)
        if failing and not cleaned.get("reason") and not self.only_looks:
            message = ngettext(
                "%(count)s example ends otherwise than it must. Correct the rules, or write why that is right.",
                "%(count)s examples end otherwise than they must. Correct the rules, or write why that is right.",
                failing,
            )
            self.add_error("reason", message % {"count": failing})

    def _refuse(self, problems: list[str]) -> None:
        if self.is_expert:
            self.add_error("rules", ValidationError(problems))
            return
        left = self.table.refuse(problems)
        self.add_error(None, ValidationError(left or [gettext("Please correct the fields marked below.")]))

    def shown_results(self) -> list[dict[str, Any]]:
        """Return how each example ends, in words."""
        return [
            {
                "label": result.label,
                "passes": result.passes,
                "expected": result.expected_words,
                "found": result.verdict.outcome.label,
                "reason": words_of(result.verdict),
            }
            for result in self.results or []
        ]
