"""What a provisional figure may end with, learned from earlier elections."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.registration_band import Course, Point, days_of_pace, late_arrival_band

DEADLINE = date(2024, 7, 31)


def course(*points: tuple[int, int], final: int = 1000, group: str = "eu", election: str = "2018") -> Course:
    return Course(election, group, tuple(Point(lead, Fraction(count)) for lead, count in points), Fraction(final))


def test_the_figure_of_the_day_itself_makes_nothing_exact() -> None:
    courses = [course((3, 750), (38, 500), (1, 800))]
    band = late_arrival_band(600, on=date(2024, 7, 28), deadline=DEADLINE, courses=courses)
    assert band is not None
    assert (band.low, band.high) == (750, 1200)
    assert band.is_of_one_election


def test_figure_of_a_month_may_be_of_its_first_day_or_its_last() -> None:
    courses = [course((3, 750), (20, 600), (38, 500))]
    first, last = date(2024, 7, 1), date(2024, 7, 31)
    band = late_arrival_band(600, on=first, until=last, deadline=DEADLINE, courses=courses)
    assert band is not None
    assert (band.low, band.high) == (600, 1200)
    assert late_arrival_band(600, on=date(2024, 6, 1), until=last, deadline=DEADLINE, courses=courses) is None


def test_between_two_days_known_both_bound_it() -> None:
    band = late_arrival_band(600, on=date(2024, 7, 20), deadline=DEADLINE, courses=[course((3, 750), (38, 500))])
    assert band is not None
    assert (band.low, band.high) == (800, 1200)


def test_after_the_last_provisional_day_nothing_may_be_missing() -> None:
    band = late_arrival_band(600, on=date(2024, 7, 31), deadline=DEADLINE, courses=[course((3, 750))])
    assert band is not None
    assert (band.low, band.high) == (600, 800)


def test_groups_and_elections_widen_the_band() -> None:
    courses = [
        course((38, 750), (1, 800)),
        course((38, 500), (1, 800), group="non_eu"),
        course((38, 800), (1, 900), election="2012"),
    ]
    band = late_arrival_band(900, on=date(2024, 7, 28), deadline=DEADLINE, courses=courses)
    assert band is not None
    assert (band.low, band.high) == (1000, 1800)
    assert (band.elections, band.is_of_one_election) == (("2018", "2012"), False)


def test_before_the_first_day_known_there_is_no_band() -> None:
    assert late_arrival_band(1, on=date(2024, 5, 1), deadline=DEADLINE, courses=[course((38, 500))]) is None
    assert late_arrival_band(1, on=date(2024, 7, 28), deadline=DEADLINE, courses=[course((3, 500))]) is None
    assert late_arrival_band(1, on=date(2024, 7, 28), deadline=DEADLINE, courses=[]) is None


@given(
    st.integers(0, 10**6),
    st.integers(-10, 60),
    st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 1000)), min_size=1, max_size=6),
)
def test_band_never_ends_below_the_figure_nor_upside_down(registered: int, lead: int, points: list) -> None:
    on = date.fromordinal(DEADLINE.toordinal() - lead)
    band = late_arrival_band(registered, on=on, deadline=DEADLINE, courses=[course(*points)])
    assert band is None or registered <= band.low <= band.high or registered == band.high == band.low


@pytest.mark.parametrize(
    ("reached", "on", "found"),
    [
        (37_262, date(2018, 7, 28), (12_144, 3_036)),
        (49_405, date(2018, 7, 31), (1, 1)),
        (49_406, date(2018, 7, 1), (0, 0)),
        (40_000, date(2018, 8, 1), (9_406, None)),
    ],
)
def test_needed_a_day_counts_today_and_the_last_day(reached: int, on: date, found: tuple[int, int | None]) -> None:
    assert days_of_pace(reached=reached, target=49_406, on=on, due=date(2018, 7, 31)) == found
