from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from events.recurrence import Repetition, Rhythm, dates_after, is_last_of_month, place_in_month, same_hour_on

BRUSSELS = ZoneInfo("Europe/Brussels")
TUESDAY = date(2026, 3, 10)  # the second Tuesday of its month


def days(first: date, rhythm: Rhythm, **told: object) -> list[str]:
    return [day.isoformat() for day in dates_after(first, Repetition(rhythm, **told))]  # type: ignore[arg-type]


def test_weekly_until_a_day_takes_that_day_too() -> None:
    found = days(TUESDAY, Rhythm.WEEKLY, until=date(2026, 3, 31))
    assert found == ["2026-03-17", "2026-03-24", "2026-03-31"]


def test_every_second_week_counts_the_copies_not_the_weeks() -> None:
    assert days(TUESDAY, Rhythm.WEEKLY, every=2, count=2) == ["2026-03-24", "2026-04-07"]


def test_monthly_by_date_leaves_out_months_without_that_day() -> None:
    found = days(date(2026, 1, 31), Rhythm.MONTHLY_DATE, until=date(2026, 6, 30))
    assert found == ["2026-03-31", "2026-05-31"]


def test_monthly_by_weekday_keeps_the_place_in_the_month() -> None:
    assert days(TUESDAY, Rhythm.MONTHLY_WEEKDAY, count=3) == ["2026-04-14", "2026-05-12", "2026-06-09"]


def test_monthly_by_fifth_weekday_leaves_out_months_with_four() -> None:
    assert days(date(2026, 3, 31), Rhythm.MONTHLY_WEEKDAY, count=2) == ["2026-06-30", "2026-09-29"]


def test_monthly_by_last_weekday_is_in_every_month() -> None:
    assert days(date(2026, 3, 31), Rhythm.MONTHLY_LAST, count=3) == ["2026-04-28", "2026-05-26", "2026-06-30"]


def test_both_ends_the_first_one_counts() -> None:
    assert days(TUESDAY, Rhythm.WEEKLY, until=date(2026, 12, 31), count=1) == ["2026-03-17"]


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_no_end_gives_no_days_and_a_far_end_gives_sixty_at_most(rhythm: Rhythm) -> None:
    assert days(TUESDAY, rhythm) == []
    assert 30 <= len(days(TUESDAY, rhythm, until=date.max)) <= 60


def test_less_than_every_one_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        days(TUESDAY, Rhythm.WEEKLY, every=0, count=1)


def test_place_in_month_and_last_of_month() -> None:
    assert (place_in_month(TUESDAY), is_last_of_month(TUESDAY)) == (2, False)
    assert (place_in_month(date(2026, 3, 31)), is_last_of_month(date(2026, 3, 31))) == (5, True)


def test_hour_stays_the_same_across_both_changes_of_the_clock() -> None:
    winter = datetime(2026, 3, 24, 18, tzinfo=BRUSSELS)
    assert same_hour_on(winter, date(2026, 3, 31), BRUSSELS) == datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert same_hour_on(winter, date(2026, 10, 27), BRUSSELS) == datetime(2026, 10, 27, 17, tzinfo=UTC)


def test_hour_the_clock_skips_becomes_the_one_after() -> None:
    night = datetime(2026, 3, 22, 2, 30, tzinfo=BRUSSELS)
    moved = same_hour_on(night, date(2026, 3, 29), BRUSSELS).astimezone(BRUSSELS)
    assert (moved.hour, moved.minute) == (3, 30)
