"""A month without a day: judged with its first and its last day."""

from datetime import date
from typing import Any

import pytest

from campaigns.eligibility_questions import Step, take_step
from tests.unit.campaigns.test_eligibility import OF_2024

ANSWERS = {
    "nationality": "MA", "birth_date": "1985-05-17", "earlier_local_registration": "no",
    "residence_register": "foreigners", "register_since": "2012-03", "ep_registration": "no",
    "legal_residence_since": "2012-03", "residence_interruption": "no", "declaration_signed": "yes", "deprived": "no",
}  # fmt: skip


def step(on: date = date(2024, 5, 15), **said: str) -> Step:
    return take_step(OF_2024, ANSWERS | said, day=on, asks_commune=False)


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        ({}, "eligible", "meets_residence_rule"),
        ({"register_since": "2024-08"}, "needs_check", "unsure"),
        ({"register_since": "2024-09"}, "not_eligible", "registered_too_late"),
        ({"legal_residence_since": "2019-05"}, "eligible", "may_apply_from"),
        ({"legal_residence_since": "2019-07"}, "eligible", "may_apply_from"),
        ({"legal_residence_since": "2019-08"}, "not_eligible", "residence_too_short"),
        ({"legal_residence_since": "2019-07", "register_since": "2024-08"}, "needs_check", "unsure"),
        ({"legal_residence_since": "1985-05", "register_since": "1985-05"}, "eligible", "meets_residence_rule"),
        ({"legal_residence_since": "1985-04"}, "needs_check", "contradictory"),
    ],
)
def test_month_without_a_day_ends_as_both_its_ends_do(said: dict[str, Any], outcome: str, code: str) -> None:
    verdict = step(**said).verdict
    assert (verdict.outcome, verdict.code) == (outcome, code)


def test_only_the_month_that_matters_is_open() -> None:
    assert step(register_since="2024-08").verdict.names == ("register_since",)


def test_what_is_missing_is_asked_before_the_commune_is_named() -> None:
    said = {name: value for name, value in ANSWERS.items() if name != "deprived"} | {"register_since": "2024-08"}
    assert take_step(OF_2024, said, day=date(2024, 5, 15), asks_commune=False).question == "deprived"


def test_month_stays_a_month_in_what_is_carried_on() -> None:
    assert step().answers["register_since"] == "2012-03"
