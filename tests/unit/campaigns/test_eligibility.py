"""Who may register: every boundary of the rules, and no input without an answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns.eligibility import Verdict, judge, judge_facts, years_after
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_facts import NAMES, read_facts
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.eligibility_rules import Rules, memberships
from campaigns.eligibility_words import CODES, headline_of, words_of

RULES = {key: read_election(path).rules for key, path in shipped_elections().items()}
OF_2018, OF_2024, ITALY = (
    RULES[key] for key in ("be-brussels-local-2018", "be-brussels-local-2024", "it-european-2024")
)
EU_CITIZEN = {
    "nationality": "FR",
    "birth_date": "1985-05-17",
    "residence_register": "population",
    "register_since": "2012-03-01",
}
NON_EU_CITIZEN = EU_CITIZEN | {"nationality": "MA", "legal_residence_since": "2010-01-01", "declaration_signed": True}
days_around = st.integers(-400, 400)


def ask(rules: Rules, base: dict[str, Any] = EU_CITIZEN, **said: Any) -> Verdict:
    return judge(rules, base | {"applied_on": rules.last_day.isoformat()} | said)


def outcome(rules: Rules, base: dict[str, Any] = EU_CITIZEN, **said: Any) -> str:
    return ask(rules, base, **said).outcome.value


@given(days_around, st.sampled_from([OF_2018, OF_2024]))
def test_age_boundary_is_the_election_day(off: int, rules: Rules) -> None:
    of_age = rules.election_date + timedelta(days=off)
    born = date(of_age.year - 18, of_age.month, 28 if (of_age.month, of_age.day) == (2, 29) else of_age.day)
    expected = "eligible" if years_after(born, 18) <= rules.election_date else "not_eligible"
    assert outcome(rules, birth_date=born.isoformat()) == expected


@pytest.mark.parametrize(("born", "of_age"), [((2004, 2, 29), (2022, 3, 1)), ((2006, 2, 28), (2024, 2, 28))])
def test_born_on_29_february_is_of_age_once_the_year_is_full(born: Any, of_age: Any) -> None:
    assert years_after(date(*born), 18) == date(*of_age)
    assert years_after(date(2004, 2, 29), 20) == date(2024, 2, 29)


def test_age_in_italy_counts_on_the_first_day_of_voting() -> None:
    base = EU_CITIZEN | {"declaration_signed": True}
    assert outcome(ITALY, base, birth_date="2006-06-08") == "eligible"
    assert outcome(ITALY, base, birth_date="2006-06-09") == "not_eligible"


@given(st.integers(-300, 300), st.sampled_from([OF_2018, OF_2024]), st.sampled_from(["applied_on", "on"]))
def test_application_is_inadmissible_from_1_august_to_election_day(off: int, rules: Rules, name: str) -> None:
    day = rules.last_day + timedelta(days=off)
    expected = "not_applicable" if day > rules.election_date else "inadmissible" if off > 0 else "eligible"
    assert judge(rules, EU_CITIZEN | {name: day.isoformat()}).outcome == expected


def test_application_between_two_elections_counts_for_the_next_one_but_not_while_lists_were_closed() -> None:
    assert outcome(OF_2024, applied_on="2018-10-14") == "inadmissible"
    assert outcome(OF_2024, applied_on="2018-10-15") == "eligible"


@given(st.integers(-200, 200), st.sampled_from([OF_2018, OF_2024]))
def test_register_boundary_is_1_august(off: int, rules: Rules) -> None:
    since = date(rules.election_date.year, 8, 1) + timedelta(days=off)
    assert outcome(rules, register_since=since.isoformat()) == ("eligible" if off <= 0 else "not_eligible")


@pytest.mark.parametrize(
    ("register", "expected"),
    [("population", "eligible"), ("foreigners", "eligible"), ("waiting", "not_eligible"), ("none", "not_eligible")],
)
def test_waiting_register_does_not_count(register: str, expected: str) -> None:
    assert outcome(OF_2018, residence_register=register) == expected
    assert outcome(OF_2024, NON_EU_CITIZEN, residence_register=register) == expected


@given(days_around, st.dates(date(2023, 1, 1), date(2024, 7, 31)))
def test_five_years_are_counted_back_from_the_application(off: int, applied: date) -> None:
    since = date(applied.year - 5, applied.month, min(applied.day, 28)) + timedelta(days=off)
    verdict = ask(OF_2024, NON_EU_CITIZEN, applied_on=applied.isoformat(), legal_residence_since=since.isoformat())
    is_full = years_after(since, 5) <= applied
    assert verdict.outcome == ("eligible" if is_full else "not_eligible")
    assert verdict.code == ("meets_residence_rule" if is_full else "residence_too_short")


def test_five_years_full_on_the_day_of_the_application() -> None:
    assert outcome(OF_2018, NON_EU_CITIZEN, legal_residence_since="2013-07-31") == "eligible"
    assert outcome(OF_2018, NON_EU_CITIZEN, legal_residence_since="2013-08-01") == "not_eligible"


@given(days_around, st.integers(0, 300), st.sampled_from(["list", "object", "lists"]))
def test_interruption_begins_the_five_years_anew(off: int, length: int, shape: str) -> None:
    last = date(2019, 7, 30) + timedelta(days=off)
    first = last - timedelta(days=length)
    pair = [first.isoformat(), last.isoformat()]
    written: Any = {"list": pair, "object": dict(zip(("from", "to"), pair, strict=True)), "lists": [pair]}[shape]
    expected = "eligible" if off <= 0 else "not_eligible"
    assert outcome(OF_2024, NON_EU_CITIZEN, residence_interruption=written) == expected


def test_interruption_that_does_not_matter_or_never_ended() -> None:
    assert outcome(OF_2024, NON_EU_CITIZEN, residence_interruption=["2005-01-01", "2009-12-31"]) == "eligible"
    assert outcome(OF_2024, NON_EU_CITIZEN, residence_interruption=["2024-08-05", "2024-09-01"]) == "eligible"
    still_away = ask(OF_2024, NON_EU_CITIZEN, residence_interruption={"from": "2024-01-01"})
    assert (still_away.outcome, still_away.code) == (Outcome.NOT_ELIGIBLE, "residence_interrupted")
    assert outcome(OF_2024, residence_interruption=["2020-01-01", "2024-01-01"]) == "eligible"  # not asked of the EU


@pytest.mark.parametrize(
    ("country", "joined", "left"),
    [("HR", date(2013, 7, 1), None), ("GB", date(1973, 1, 1), date(2020, 1, 31)), ("BG", date(2007, 1, 1), None)],
)
def test_membership_holds_from_accession_to_withdrawal(country: str, joined: date, left: date | None) -> None:
    (span,) = memberships("EU")[country]
    assert span.holds(joined)
    assert not span.holds(joined - timedelta(days=1))
    assert span.holds(date(2100, 1, 1)) is (left is None)
    if left:
        assert span.holds(left)
        assert not span.holds(left + timedelta(days=1))


def test_union_of_today_has_27_members() -> None:
    assert sum(spans[-1].holds(date(2026, 1, 1)) for spans in memberships("EU").values()) == 27


@given(st.integers(-450, 450))
def test_british_follow_the_other_rule_from_1_february_2020(off: int) -> None:
    applied = date(2020, 2, 1) + timedelta(days=off)
    newcomer = {"nationality": "GB", "legal_residence_since": (applied - timedelta(days=400)).isoformat()}
    verdict = ask(OF_2024, applied_on=applied.isoformat(), **newcomer)
    assert verdict.group == ("eu" if off < 0 else "non_eu")
    assert verdict.outcome == ("eligible" if off < 0 else "not_eligible")


def test_british_registered_before_the_withdrawal_stay_if_they_lived_here_long_enough() -> None:
    earlier = {"nationality": "GB", "earlier_local_registration": True}
    assert outcome(OF_2018, **earlier) == "already_registered"
    assert ask(OF_2024, **earlier).names == ("legal_residence_since",)
    assert ask(OF_2024, **earlier, legal_residence_since="unknown").code == "registration_of_former_union"
    away = earlier | {"legal_residence_since": "2010-01-01", "residence_interruption": "unknown"}
    assert ask(OF_2024, **away).code == "registration_of_former_union"
    assert ask(OF_2024, **earlier, legal_residence_since="2019-07-31").code == "registration_kept"
    assert ask(OF_2024, **earlier, legal_residence_since="2019-08-01").outcome == Outcome.NEEDS_CHECK


@given(st.permutations(["MA", "FR", "TR"]), st.permutations(["BE", "MA", "FR"]))
def test_dual_nationals_follow_the_rule_closest_to_home(foreign: list[str], home: list[str]) -> None:
    assert ask(OF_2024, nationality="+".join(foreign)).group == "eu"
    assert ask(OF_2024, nationality="+".join(home)).code == "nationals_vote_automatically"


def test_declaration_is_asked_of_those_who_must_sign_it() -> None:
    assert ask(OF_2024, NON_EU_CITIZEN, declaration_signed=False).code == "declaration_not_signed"
    assert ask(OF_2024, NON_EU_CITIZEN, declaration_signed=None).names == ("declaration_signed",)
    assert outcome(OF_2024, declaration_signed=False) == "eligible"


def test_registrations_stay_follow_or_do_not_count() -> None:
    moved = {"earlier_local_registration": True, "earlier_commune": "Ixelles", "commune": "Jette"}
    assert ask(OF_2018, **moved).code == "registration_follows"
    assert ask(OF_2018, **moved | {"commune": "Ixelles"}).code == "registration_stays"
    assert ask(OF_2018, ep_registration=True).outcome == Outcome.MUST_REGISTER
    assert judge(OF_2018, EU_CITIZEN | {"ep_registration": True}).outcome == Outcome.MUST_REGISTER
    applied = ask(OF_2018, ep_registration=True, applied_on="2018-06-01", on="2018-06-02")
    assert applied.outcome == Outcome.ELIGIBLE
    assert ask(OF_2018, deprived=True, earlier_local_registration=True).code == "deprived_of_vote"


@given(st.integers(-200, 200), st.sampled_from([OF_2018, OF_2024]))
def test_nobody_leaves_the_list_in_the_three_months_before(off: int, rules: Rules) -> None:
    day = rules.election_date + timedelta(days=off)
    first = date(rules.election_date.year, 7, rules.election_date.day)
    expected = "refused" if first <= day <= rules.election_date else "eligible_to_deregister"
    assert judge(rules, {"nationality": "FR", "action": "deregister", "on": day.isoformat()}).outcome == expected


def test_leaving_needs_a_day_and_a_registration() -> None:
    assert judge(OF_2018, {"action": "deregister"}).names == ("applied_on",)
    nobody = {"action": "deregister", "on": "2018-02-01", "earlier_local_registration": False}
    assert judge(OF_2018, nobody).code == "nothing_to_leave"
    assert judge(ITALY, {"action": "deregister", "on": "2023-02-01"}).code == "deregistration_unknown"


def test_missing_facts_are_named_in_the_order_people_are_asked() -> None:
    assert judge(OF_2018, {}).names == (
        "nationality", "birth_date", "residence_register", "register_since", "applied_on",
    )  # fmt: skip
    assert judge(OF_2018, {"nationality": "MA", "birth_date": "2010-01-01"}).code == "too_young"
    strict = judge_facts(OF_2018, read_facts(NON_EU_CITIZEN | {"on": "2018-05-01"}))
    assert strict.names == ("earlier_local_registration", "ep_registration", "residence_interruption", "deprived")


def test_doubts_are_for_the_commune() -> None:
    assert ask(OF_2018, register_since="unknown").code == "unsure"
    assert ask(OF_2018, birth_date="unknown").names == ("birth_date",)
    assert ask(OF_2018, nationality="XXA").code == "stateless"
    assert ask(OF_2018, register_since="1980-01-01").code == "contradictory"
    assert ask(OF_2018, residence_interruption=["2018-02-01", "2018-01-01"]).code == "contradictory"
    assert ask(OF_2018, earlier_commune="Jette", earlier_local_registration=False).code == "contradictory"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birth_date", "17/05/1985"), ("birth_date", "2001-02-29"), ("birth_date", 19850517),
        ("birth_date", "0001-01-01"),
        ("nationality", "QQ"), ("nationality", "FR+"), ("nationality", ["FR"]), ("residence_register", "orange"),
        ("deprived", "perhaps"), ("action", "vote"), ("residence_interruption", ["2018-01-01"]),
        ("residence_interruption", [[["2018-01-01", "2018-02-01"]]]),
        ("residence_interruption", {"until": "2018-01-01"}),
        ("commune", "x" * 200),
    ],
)  # fmt: skip
def test_unreadable_values_are_named(name: str, value: Any) -> None:
    verdict = ask(OF_2018, **{name: value})
    assert (verdict.outcome, verdict.code, verdict.names) == (Outcome.INCOMPLETE, "unreadable", (name,))


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
likely = st.sampled_from(["FR", "GB+MA", "BE", "2000-02-29", "2019-08-01", "unknown", "none", "waiting", True, False])
anything = st.recursive(
    plain | likely | st.dates().map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(NAMES) | plain, anything, max_size=16), st.sampled_from(list(RULES.values())))
def test_no_input_is_without_an_answer(raw: dict[Any, Any], rules: Rules) -> None:
    for verdict in (judge(rules, raw), judge_facts(rules, read_facts(raw))):
        assert verdict.outcome in Outcome.values
        assert verdict.code in CODES
        for language in ("en", "ar"):
            with translation.override(language):
                words = words_of(verdict)
            assert words.strip()
            assert "%(" not in words


@pytest.mark.parametrize(
    ("answers", "headline"),
    [
        ({"nationality": "BE"}, "You do not need to register"),
        (EU_CITIZEN | {"applied_on": "2024-11-02"}, "This election is over"),
        (EU_CITIZEN | {"applied_on": "2024-07-02"}, "May register"),
        (
            {"nationality": "FR", "action": "deregister", "earlier_local_registration": False},
            "There is nothing to do",
        ),
    ],
)
def test_headline_says_plainly_how_it_ends(answers: dict[str, Any], headline: str) -> None:
    assert headline_of(judge(OF_2024, answers)) == headline
