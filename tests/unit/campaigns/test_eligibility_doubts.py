"""Who may register: what is not known, or not yet so, is neither a "no" nor a "yes"."""

from datetime import date
from typing import Any

import pytest

from campaigns.eligibility import judge, judge_facts
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_facts import read_facts
from campaigns.eligibility_words import words_of
from tests.unit.campaigns.test_eligibility import EU_CITIZEN, ITALY, NON_EU_CITIZEN, OF_2018, OF_2024, ask


def test_years_that_are_full_before_the_last_day_are_a_yes_from_then_on() -> None:
    soon = NON_EU_CITIZEN | {"on": "2024-05-01", "legal_residence_since": "2019-07-31"}
    verdict = judge(OF_2024, soon)
    assert (verdict.outcome, verdict.code) == (Outcome.ELIGIBLE, "may_apply_from")
    assert words_of(verdict) == "You can apply from 31 July 2024 until 31 July 2024."
    assert judge(OF_2024, soon | {"legal_residence_since": "2019-05-01"}).code == "meets_residence_rule"
    assert judge(OF_2024, soon | {"legal_residence_since": "2019-08-01"}).code == "residence_too_short"
    assert judge(OF_2024, soon | {"applied_on": "2024-05-01"}).code == "residence_too_short"
    away = {"legal_residence_since": "2010-01-01", "residence_interruption": ["2019-01-01", "2019-06-30"]}
    assert judge(OF_2024, soon | away).details["full_on"] == date(2024, 7, 1)


def test_years_that_will_be_full_are_no_yes_before_the_rest_is_known() -> None:
    soon = NON_EU_CITIZEN | {"on": "2024-05-01", "legal_residence_since": "2019-07-31"}
    assert judge_facts(OF_2024, read_facts(soon)).code == "missing"
    assert judge(OF_2024, soon | {"declaration_signed": False}).code == "declaration_not_signed"


@pytest.mark.parametrize("base", [EU_CITIZEN | {"on": "2024-08-02"}, NON_EU_CITIZEN | {
    "on": "2024-05-01", "legal_residence_since": "2022-01-01"
}])  # fmt: skip
def test_whoever_does_not_know_of_a_registration_is_not_told_no(base: dict[str, Any]) -> None:
    verdict = judge(OF_2024, base | {"earlier_local_registration": "unknown"})
    assert (verdict.outcome, verdict.code) == (Outcome.NEEDS_CHECK, "unsure")
    assert verdict.names == ("earlier_local_registration",)
    assert judge(OF_2024, base).outcome in {Outcome.INADMISSIBLE, Outcome.NOT_ELIGIBLE}


def test_registered_british_are_asked_how_long_they_have_lived_here() -> None:
    said = EU_CITIZEN | {"nationality": "GB", "earlier_local_registration": True, "on": "2024-05-01"}
    assert judge_facts(OF_2024, read_facts(said)).names == ("legal_residence_since", "residence_interruption")
    kept = said | {"legal_residence_since": "2015-01-01", "residence_interruption": []}
    verdict = judge_facts(OF_2024, read_facts(kept))
    assert verdict.code == "registration_kept"
    assert "You registered when" not in words_of(verdict)


def test_leaving_asks_for_the_registration_that_counts() -> None:
    leaving = {"nationality": "RO", "action": "deregister", "on": "2023-02-01"}
    european = leaving | {"earlier_local_registration": False, "ep_registration": True}
    assert judge(ITALY, european).code == "deregistration_unknown"
    assert judge(ITALY, leaving | {"ep_registration": False}).code == "nothing_to_leave"
    assert judge(OF_2018, european | {"on": "2018-02-01"}).code == "nothing_to_leave"


def test_lists_that_were_closed_are_named_with_their_own_days() -> None:
    words = words_of(ask(OF_2024, applied_on="2018-09-01"))
    assert "31 July 2018" in words
    assert "14 Oct. 2018" in words
    assert "2024" not in words
    late = words_of(ask(OF_2024, applied_on="2024-08-01"))
    assert "31 July 2024" in late
    assert "13 Oct. 2024" in late


def test_absence_that_ends_before_it_begins_is_a_contradiction() -> None:
    assert ask(OF_2018, NON_EU_CITIZEN, residence_interruption=["2018-02-01", "2018-01-01"]).code == "contradictory"
