from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.small_counts import FewerThan
from dashboards.partner_rules import LATELY, LEAST_OTHERS, anonymous_median, pace_of

counts = st.integers(0, 2_000_000)
DAY = date(2026, 3, 2)


@given(st.lists(counts, max_size=LEAST_OTHERS - 1))
def test_median_of_too_few_others_is_not_told(others: list[int]) -> None:
    assert anonymous_median(others) is None


@given(st.lists(counts, min_size=LEAST_OTHERS, max_size=40))
def test_median_is_within_a_tenth_or_ten_below_the_real_one_and_never_above(others: list[int]) -> None:
    told, real = anonymous_median(others), round(median(others))
    assert told is not None
    if isinstance(told, FewerThan):
        assert 0 < real < 10
    else:
        assert told <= real < told + max(10, real / 10 + 1)


@given(st.lists(counts, min_size=LEAST_OTHERS, max_size=40), st.randoms())
def test_median_hangs_on_nothing_but_the_numbers(others: list[int], dice: object) -> None:
    mixed = list(others)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert anonymous_median(mixed) == anonymous_median(others)


@given(st.lists(st.integers(10, 2_000_000), min_size=LEAST_OTHERS, max_size=15), st.data())
def test_median_does_not_move_with_one_partner_by_one(others: list[int], data: st.DataObject) -> None:
    """Whoever watches the median while one partner gains one cannot read that partner's exact figure off it."""
    told = anonymous_median(others)
    assert told is not None
    assert told % 10 == 0


@pytest.mark.parametrize(
    ("others", "told"),
    [([0] * 5, 0), ([1_234] * 5, 1_200), ([17] * 5, 10), ([10, 20, 30, 40, 50], 30), ([99_999] * 6, 99_000)],
)
def test_median_keeps_two_digits(others: list[int], told: int) -> None:
    assert anonymous_median(others) == told


def test_median_of_a_few_says_fewer_than_ten() -> None:
    assert str(anonymous_median([3, 4, 5, 6, 7])) == "fewer than 10"


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 500), st.integers(-30, 400))
def test_needed_each_day_reaches_the_goal_on_the_day_due_and_one_fewer_does_not(
    reached: int, target: int, lately: int, ahead: int
) -> None:
    due = DAY + timedelta(days=ahead)
    pace = pace_of(reached=reached, target=target, lately=lately, due=due, on=DAY)
    days = ahead + 1
    assert pace.is_over == (ahead < 0)
    if pace.needed is None:
        assert pace.is_over or pace.is_reached
        assert not pace.is_behind
    else:
        assert reached + pace.needed * days >= target
        assert reached + (pace.needed - 1) * days < target
        assert pace.is_behind == (lately < pace.needed * LATELY)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 500))
def test_expected_day_is_the_first_on_which_the_pace_of_late_reaches_the_goal(
    reached: int, target: int, lately: int
) -> None:
    pace = pace_of(reached=reached, target=target, lately=lately, due=None, on=DAY)
    assert pace.needed is None
    if pace.expected_date is None:
        assert pace.is_reached or not lately or (target - reached) * LATELY > lately * 3 * 365
    else:
        days = (pace.expected_date - DAY).days
        assert reached + lately * days / LATELY >= target
        assert reached + lately * (days - 1) / LATELY < target
