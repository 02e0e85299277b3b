"""Which rules are in force for an election, and how its examples end under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.eligibility import Verdict, judge
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_rules import Rules, read_rules
from campaigns.models import Election, EligibilityCase, EligibilityRules
from places.models import Territory


@dataclass(frozen=True)
class RulesInForce:
    """Rules ready to judge by, and which version of which source they are."""

    rules: Rules
    version: int
    source_text: str
    source_url: str
    checked_on: date


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
    return RulesInForce(rules, row.version, row.source_text, row.source_url, row.checked_date)


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
