"""What a petition shows of its count, and the form of source codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.petition_rules import shown_count, shown_goal
from campaigns.selectors.sources import clean_source_code


@pytest.mark.parametrize(
    ("count", "goal"), [(0, 100), (79, 100), (80, 1000), (799, 1000), (800, 5000), (4000, 5000), (9999, 5000)]
)
def test_shown_goal_moves_on_at_four_fifths(count: int, goal: int) -> None:
    assert shown_goal(count, [100, 1000, 5000]) == goal


def test_shown_goal_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one goal"):
        shown_goal(1, [])


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.sets(st.integers(1, 10**7), min_size=1).map(sorted))
def test_shown_goal_never_falls_while_the_count_rises(one: int, other: int, steps: list[int]) -> None:
    low, high = sorted((one, other))
    assert shown_goal(low, steps) <= shown_goal(high, steps)
    assert shown_goal(high, steps) in steps


@pytest.mark.parametrize(("count", "shown"), [(99, None), (100, 100), (101, 101)])
def test_shown_count_hides_what_is_below_the_minimum(count: int, shown: int | None) -> None:
    assert shown_count(count, 100) == shown


def test_shown_count_with_minimum_nothing_shows_zero() -> None:
    assert shown_count(0, 0) == 0


@pytest.mark.parametrize("code", ["poster", "a", "~b2c3d4", "a-b_C9", "x" * 40, "~" + "x" * 39])
def test_clean_source_code_keeps_what_has_the_form_of_one(code: str) -> None:
    assert clean_source_code(code) == code


@given(st.text())
def test_clean_source_code_of_any_text_is_safe_to_write_anywhere(code: str) -> None:
    clean = clean_source_code(code)
    assert clean in (code, "")
    assert all(c.isascii() and (c.isalnum() or c in "~-_") for c in clean)
    assert len(clean) <= 40


@pytest.mark.parametrize("code", ["", "~", "~~a", "a b", "a\n", "é", "a" * 41, '"><script>', "a/b", "a%00"])
def test_clean_source_code_of_a_mangled_one_is_nothing(code: str) -> None:
    assert clean_source_code(code) == ""
