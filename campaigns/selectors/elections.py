"""Which rules are in force for an election, and how its examples end under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.eligibility import Verdict, judge
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_rules import Rules, read_rules
from campaigns.models import Election, EligibilityCase, EligibilityRules
from campaigns.rules_words import RuleChange, WrittenRules, changes_between
from core import audit
from core.audit_display import with_words
from core.models import AuditEntry
from places.models import Territory


@dataclass(frozen=True)
class RulesInForce:
    """Rules ready to judge by, and which version of which source they are."""

    rules: Rules
    version: int
    source_text: str
    source_url: str
    checked_on: date
    territory: str = ""


@dataclass(frozen=True)
class CaseResult:
    """How an example ends under some rules."""

    label: str
    expected: str
    verdict: Verdict

    @property
    def passes(self) -> bool:
        return self.verdict.outcome == self.expected

    @property
    def expected_words(self) -> str:
        return str(Outcome(self.expected).label)


def rules_in_force(election: Election, territory: Territory | None = None) -> RulesInForce | None:
    """Return the newest rules of an election: a region's own first, then of what lies above, then the election's.

    None where nobody has written any.
    """
    rows = {row.territory_id: row for row in EligibilityRules.objects.filter(election=election).in_force()}
    place: Any = territory
    while place is not None and place.pk not in rows:
        place = place.parent
    row = rows.get(place.pk) if place is not None else rows.get(None)
    if row is None:
        return None
    rules = read_rules(row.rules, election_date=election.election_date)
    code = place.code if place is not None else ""
    return RulesInForce(rules, row.version, row.source_text, row.source_url, row.checked_date, code)


def newest_rules(election: Election, territory: Territory | None) -> EligibilityRules | None:
    """Return the newest version written for exactly this region (None: for the whole election)."""
    return EligibilityRules.objects.filter(election=election, territory=territory).order_by("-version").first()


def written_rules(row: EligibilityRules) -> WrittenRules:
    """Return what a version says, ready to be told in words."""
    return WrittenRules(row.rules, row.source_text, row.source_url, row.checked_date)


@dataclass(frozen=True)
class RulesVersion:
    """One version in the history: who made it and when, and what it changed."""

    row: EligibilityRules
    who: str
    changes: list[RuleChange]
    is_in_force: bool


def history_of_rules(row: EligibilityRules) -> list[RulesVersion]:
    """Return every version of the rules a row belongs to, newest first, each with what changed from the one before."""
    of_one_place = EligibilityRules.objects.filter(election=row.election_id, territory=row.territory_id)
    rows = list(of_one_place.select_related("election", "territory").order_by("-version"))
    targets = {audit.describe_target(one): one.pk for one in rows}
    saved = AuditEntry.objects.filter(target__in=targets, action="campaigns.eligibility_rules.saved")
    authors = {targets[entry.target]: str(entry.who) for entry in with_words(saved)}  # type: ignore[attr-defined]
    before = [*rows[1:], None]
    return [
        RulesVersion(
            row=one,
            who=authors.get(one.pk, ""),
            changes=changes_between(written_rules(older), written_rules(one)) if older else [],
            is_in_force=one == rows[0],
        )
        for one, older in zip(rows, before, strict=True)
    ]


def commune_named(election: Election, name: str) -> Territory | None:
    """Return the commune of an election with this code (``NIS 21009``, ``21009``) or name in any language, or None."""
    place = election.territory
    wanted = name.strip().casefold()
    for one in Territory.objects.communes_of(place.code if place else election.country).without_outlines():
        spellings = {one.code, one.code.rpartition(" ")[2], *one.names.values()}
        if wanted in {spelling.casefold() for spelling in spellings}:
            return one
    return None


def has_rules_of_regions(election: Election) -> bool:
    """Whether some region has rules of its own, so that nothing can be said before the commune is known."""
    return EligibilityRules.objects.filter(election=election, territory__isnull=False).exists()


def judge_cases(cases: Iterable[EligibilityCase], rules: Rules) -> list[CaseResult]:
    """Return how each example ends, in their order."""
    return [CaseResult(case.label, case.outcome, judge(rules, case.answers)) for case in cases]


def failing_cases(election: Election, raw_rules: dict[str, Any]) -> list[CaseResult]:
    """Return the examples that end otherwise than they must. Raises RulesError for rules that cannot be read."""
    rules = read_rules(raw_rules, election_date=election.election_date)
    return [result for result in judge_cases(election.cases.all(), rules) if not result.passes]
