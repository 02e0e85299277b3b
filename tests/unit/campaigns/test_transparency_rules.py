"""What the law says of a ledger, as dated data, and names compared plainly."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.transparency_rules import Difference, differences_between, name_key, rule_on, rules

EUROS = st.decimals(min_value="0.01", max_value="9999", places=2)
ENTRIES = st.lists(st.tuples(st.sampled_from(["Arts Fund", "arts  fund", "Bees", "Coop"]), EUROS), max_size=8)


def test_rule_of_today_is_dated_and_says_who_says_so() -> None:
    rule = rule_on(date(2026, 11, 21))
    assert (rule.threshold, rule.update_months) == (Decimal("500.00"), 2)
    assert rule.begins == date(2020, 1, 1)
    assert "2019/788" in rule.source
    assert rule.source_url.startswith("https://")
    assert rule.checked_on == date(2026, 11, 21)


def test_rules_follow_each_other_without_overlap() -> None:
    found = rules()
    assert [each.begins for each in found] == sorted({each.begins for each in found})
    for earlier, later in pairwise(found):
        assert earlier.ends is not None
        assert earlier.ends < later.begins
    assert found[-1].ends is None


def test_rule_before_the_first_is_the_first() -> None:
    assert rule_on(date(2012, 4, 1)) == rules()[0]


@pytest.mark.parametrize(
    ("total", "is_named"), [("0", False), ("499.99", False), ("500.00", False), ("500.01", True), ("10000", True)]
)
def test_exactly_the_threshold_is_not_above_it(total: str, is_named: bool) -> None:
    assert rule_on(date(2026, 1, 1)).names(Decimal(total)) is is_named


@pytest.mark.parametrize(
    ("last", "due"),
    [("2026-01-15", "2026-03-15"), ("2025-12-31", "2026-02-28"), ("2023-12-31", "2024-02-29")],
)
def test_two_months_end_on_the_same_day_or_the_last_of_a_shorter_month(last: str, due: str) -> None:
    assert rule_on(date(2026, 1, 1)).due_after(date.fromisoformat(last)) == date.fromisoformat(due)


@pytest.mark.parametrize("spelling", ["Arts Fund", " arts  fund ", "ARTS\u00a0FUND", "Ａrts Fund"])
def test_spelling_that_differs_in_case_spaces_or_form_is_one_name(spelling: str) -> None:
    assert name_key(spelling) == "arts fund"


def test_other_names_stay_others() -> None:
    assert name_key("Arts Fund") != name_key("Art Fund")


def test_differences_name_who_is_missing_on_either_side_and_whose_sum_differs() -> None:
    ours = [("Bees", Decimal(600)), ("Coop", Decimal(700)), ("Same", Decimal(501))]
    theirs = [("Coop", Decimal(650)), ("Dunes", Decimal(900)), ("SAME", Decimal(500)), ("same", Decimal(1))]
    assert differences_between(ours, theirs) == (
        Difference("Bees", Decimal(600), None),
        Difference("Coop", Decimal(700), Decimal(650)),
        Difference("Dunes", None, Decimal(900)),
    )


@given(ENTRIES, st.randoms())
def test_same_entries_in_any_order_are_no_difference(entries: list[tuple[str, Decimal]], dice: object) -> None:
    shuffled = list(entries)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert differences_between(entries, shuffled) == ()


@given(ENTRIES, ENTRIES)
def test_differences_seen_from_the_other_side_are_the_same_turned_round(
    ours: list[tuple[str, Decimal]], theirs: list[tuple[str, Decimal]]
) -> None:
    there = {(name_key(each.name), each.ours, each.theirs) for each in differences_between(ours, theirs)}
    back = {(name_key(each.name), each.theirs, each.ours) for each in differences_between(theirs, ours)}
    assert there == back
