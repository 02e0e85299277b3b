"""What supporting an initiative asks: every nationality has an answer, and no address leads where it should not."""

import string
from datetime import date, timedelta

import pytest
from django_countries import countries
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.initiative_rules import country_rules
from campaigns.initiative_support import (
    OTHER,
    STATELESS,
    Collection,
    CollectionState,
    MaySupport,
    SupportNeeds,
    is_form_address,
    judge_collection,
    member_states,
    support_needs,
)

TODAY = date(2026, 11, 21)
FORM = "https://eci.ec.europa.eu/045/public/"
BEGINS, ENDS = date(2026, 3, 1), date(2027, 2, 28)
ISO = [code for code, _name in countries]


def needs(nationality: str) -> SupportNeeds:
    return support_needs(nationality, TODAY)


@pytest.mark.parametrize("code", ISO)
def test_every_country_of_the_world_has_an_answer(code: str) -> None:
    answer = needs(code)
    if code in country_rules():
        assert (answer.may, answer.country, answer.rule) == (MaySupport.MAY, code, country_rules()[code])
        assert answer.source_url.startswith("https://")
    else:
        assert (answer.may, answer.country, answer.rule) == (MaySupport.NOT_EUROPEAN, code, None)


def test_rules_are_there_for_the_member_states_and_for_no_other() -> None:
    assert set(member_states(TODAY)) == set(country_rules())
    assert len(member_states(TODAY)) == 27
    assert "GB" in member_states(date(2020, 1, 31))
    assert "GB" not in member_states(date(2020, 2, 1))


def test_shipped_rules_are_of_a_kind_the_page_can_say() -> None:
    for rule in country_rules().values():
        assert rule.annex_iii_part in {"A", "B"}
        assert rule.minimum_age in {16, 17, 18}
        assert rule.eid in {"yes", "no", "unknown"}
        assert rule.confidence in {"official page", "secondary"}
        assert rule.checked_on <= TODAY


@pytest.mark.parametrize(
    ("code", "document", "age", "eid", "sure"),
    [
        ("FR", False, 18, "no", True),
        ("DE", False, 16, "yes", True),
        ("GR", False, 17, "no", True),
        ("BE", True, 16, "yes", True),
        ("CY", True, 18, "unknown", True),
        ("FI", False, 18, "unknown", False),
    ],
)
def test_needs_are_those_of_the_row(code: str, document: bool, age: int, eid: str, sure: bool) -> None:
    answer = needs(code)
    assert answer.rule is not None
    assert (answer.asks_document, answer.rule.minimum_age, answer.eid, answer.is_sure) == (document, age, eid, sure)


@pytest.mark.parametrize(("text", "code"), [("EL", "GR"), ("el", "GR"), ("fr", "FR"), (" FR ", "FR")])
def test_code_is_read_as_institutions_write_it(text: str, code: str) -> None:
    assert (needs(text).may, needs(text).country) == (MaySupport.MAY, code)


@pytest.mark.parametrize("text", [OTHER, STATELESS, "GB", "UK", "CH", "NO", "XK"])
def test_other_nationalities_cannot_give_support(text: str) -> None:
    assert needs(text).may in {MaySupport.NOT_EUROPEAN, MaySupport.NOT_A_COUNTRY}
    assert needs(text).rule is None
    assert needs(text).checked_on == date(2026, 11, 21)
    assert "2019/788" in needs(text).source_url


@pytest.mark.parametrize(
    "text", ["", "QQ", "FRA", "FR+DE", "France", "ﬁ", "ß", "ＦＲ", "F R", "\x00", "FR\n", "x" * 9_999]
)
def test_what_names_no_country_is_said_to(text: str) -> None:
    assert needs(text) == SupportNeeds(MaySupport.NOT_A_COUNTRY)


def test_member_state_without_a_row_is_unknown_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {code: rule for code, rule in country_rules().items() if code != "LU"}
    monkeypatch.setattr("campaigns.initiative_support.country_rules", lambda: rules)
    assert needs("LU") == SupportNeeds(MaySupport.RULES_UNKNOWN, "LU")


@given(st.text(max_size=40), st.dates())
@example("ﬁ", TODAY)
def test_any_text_on_any_day_has_an_answer(text: str, on: date) -> None:
    answer = support_needs(text, on)
    assert answer.may in MaySupport
    assert (answer.rule is not None) is (answer.may is MaySupport.MAY)
    if answer.country:
        assert answer.country in ISO
        assert set(text.strip(" ")) <= set(string.ascii_letters)


days = st.none() | st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(st.sampled_from(["", "ONGOING", "REGISTERED", "VALID", "new word"]), days, days, days, st.text(), days)
def test_collection_is_open_only_with_a_safe_address_between_its_days(
    status: str, begins: date | None, ends: date | None, early: date | None, url: str, on: date | None
) -> None:
    for address in (FORM, url):
        found = judge_collection(
            status=status, begins=begins, ends=ends, closed_early=early, url=address, on=on or TODAY
        )
        assert (found.url == address) is found.is_open or not address
        if found.is_open:
            assert is_form_address(found.url)
            assert status != "VALID"
            assert all(last is None or (on or TODAY) <= last for last in (ends, early))
            assert begins is None or begins <= (on or TODAY)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (BEGINS - timedelta(days=1), CollectionState.TO_COME),
        (BEGINS, CollectionState.OPEN),
        (ENDS, CollectionState.OPEN),
        (ENDS + timedelta(days=1), CollectionState.OVER),
    ],
)
def test_both_ends_of_the_collection_are_days_of_it(on: date, state: CollectionState) -> None:
    found = judge_collection(status="ONGOING", begins=BEGINS, ends=ENDS, closed_early=None, url=FORM, on=on)
    assert found.state is state
    assert (found.begins, found.ends) == (BEGINS, ENDS)


def test_collection_closed_early_ends_then() -> None:
    early = date(2026, 9, 1)
    found = judge_collection(status="ONGOING", begins=BEGINS, ends=ENDS, closed_early=early, url=FORM, on=TODAY)
    assert found == Collection(CollectionState.OVER, BEGINS, early)


def test_withdrawn_initiative_is_over_and_names_no_day_to_come() -> None:
    found = judge_collection(status="WITHDRAWN", begins=BEGINS, ends=ENDS, closed_early=None, url=FORM, on=TODAY)
    assert found == Collection(CollectionState.OVER, BEGINS, None)


@pytest.mark.parametrize(
    "url",
    [FORM, "https://europa.eu/!x", "https://eci.ec.europa.eu", "https://eci.ec.europa.eu/045/public/#/screen?x=1"],
)
def test_form_of_the_commission_is_an_address(url: str) -> None:
    assert is_form_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://eci.ec.europa.eu/",
        "//eci.ec.europa.eu/",
        "eci.ec.europa.eu",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://eci.ec.europa.eu/",
        "https://",
        "https:///045/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[broken/",
        "https://eci.ec.europa.eu@evil.example/",
        "https://eci.ec.europa.eu:8443/",
        "https://eci.ec.europa.eu:port/",
        "https://evil.example\\@eci.ec.europa.eu/",
        "https://eci.ec.europa.eu/\r\nSet-Cookie: a=b",
        "https://eci.ec.europa.eu/ x",
        "https://еci.ec.europa.eu/",
        "https://eci.ec.europa.eu/" + "x" * 500,
        "https://evil.example/",
        "https://evil.example/?https://eci.ec.europa.eu/",
        "https://europa.eu.evil.example/",
        "https://noteuropa.eu/",
        "https://.europa.eu/",
        "https://eci.ec.europa.eu./",
    ],
)
def test_address_that_hides_where_it_leads_or_is_not_of_the_union_is_none(url: str) -> None:
    assert not is_form_address(url)
