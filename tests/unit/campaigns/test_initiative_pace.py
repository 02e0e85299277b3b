from datetime import date

import pytest

from campaigns.initiative_pace import (
    DatedTotal,
    bands_of,
    collecting_days,
    expected_total,
    one_per_day,
    recent_pace,
    required_per_day,
)


def readings(*pairs):
    return [DatedTotal(date(2025, 1, day), total) for day, total in pairs]


def test_recent_pace_compares_with_the_latest_reading_a_week_old():
    pace = recent_pace(readings((1, 0), (5, 100), (8, 150), (12, 800)))
    assert pace is not None
    assert (pace.per_day, pace.since.day, pace.days) == (100, 5, 7)


def test_recent_pace_of_younger_readings_says_since_when():
    pace = recent_pace(readings((10, 100), (11, 150), (12, 300)))
    assert pace is not None
    assert (pace.per_day, pace.days) == (100, 2)


@pytest.mark.parametrize("given", [[], [(1, 5)], [(1, 5), (1, 9)]])
def test_recent_pace_of_less_than_two_days_is_unknown(given):
    assert recent_pace(readings(*given)) is None


def test_one_per_day_keeps_the_last_of_a_day():
    assert one_per_day(readings((2, 5), (1, 1), (2, 7))) == readings((1, 1), (2, 7))


def test_bands_of_bursty_growth_differ():
    bands = bands_of(readings((1, 0), (11, 350_000), (21, 360_000), (31, 810_000)))
    assert bands is not None
    assert (bands.slowest.per_day, bands.overall.per_day, bands.fastest.per_day) == (1_000, 27_000, 45_000)


def test_bands_of_two_days_are_unknown():
    assert bands_of(readings((1, 0), (2, 5))) is None


@pytest.mark.parametrize(
    ("on", "days"),
    [("2025-07-30", 2), ("2025-07-31", 1), ("2025-08-01", 0), ("2024-07-01", 366)],
)
def test_collecting_days_count_both_ends_and_begin_with_the_collection(on, days):
    start, end = date(2024, 7, 31), date(2025, 7, 31)
    assert collecting_days(on=date.fromisoformat(on), start=start, end=end) == days


@pytest.mark.parametrize(("missing", "days", "required"), [(10, 3, 4), (9, 3, 3), (0, 3, 0), (-5, 3, 0), (10, 0, None)])
def test_required_per_day_is_rounded_up(missing, days, required):
    assert required_per_day(missing=missing, days=days) == required


def test_expected_total_never_falls():
    assert expected_total(100, -5, 10) == 100
    assert expected_total(100, 1.55, 10) == 115
