"""When reminders and certificates are due: pure rules, on both sides of a clock change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.certificate_rules import (
    CODE_LENGTH,
    CODE_LETTERS,
    add_months,
    completed_on,
    new_code,
    spaced_code,
    typed_code,
)
from volunteers.reminder_rules import DAY_BEFORE, EARLIEST_LEAD, SAME_DAY, reminder_due, reminders_of

BRUSSELS = ZoneInfo("Europe/Brussels")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[arg-type, misc]


def test_reminders_are_at_eleven_the_day_before_and_at_eight() -> None:
    found = reminders_of(local(2026, 3, 7, 10), BRUSSELS)
    assert [(each.occasion, each.due_at, each.useless_at) for each in found] == [
        (DAY_BEFORE, local(2026, 3, 6, 11), local(2026, 3, 7, 8)),
        (SAME_DAY, local(2026, 3, 7, 8), local(2026, 3, 7, 10)),
    ]


@pytest.mark.parametrize(("hour", "count"), [(7, 1), (8, 1), (9, 2), (0, 1), (23, 2)])
def test_reminder_of_the_day_is_left_out_for_what_starts_early(hour: int, count: int) -> None:
    assert len(reminders_of(local(2026, 3, 7, hour), BRUSSELS)) == count


@pytest.mark.parametrize(
    ("day", "before_utc", "morning_utc"),
    [
        ((2026, 3, 29), "2026-03-28T10:00", "2026-03-29T06:00"),  # summer time begins that night
        ((2026, 10, 25), "2026-10-24T09:00", "2026-10-25T07:00"),  # and ends
    ],
)
def test_reminders_keep_the_wall_clock_across_a_clock_change(
    day: tuple[int, int, int], before_utc: str, morning_utc: str
) -> None:
    before, morning = reminders_of(local(*day, 14), BRUSSELS)
    assert f"{before.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}" == before_utc
    assert f"{morning.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}" == morning_utc


def test_reminder_due_after_an_outage_is_the_latest_one_only() -> None:
    start, long_ago = local(2026, 3, 7, 10), local(2026, 2, 1, 10)
    due = {
        hour: reminder_due(start, made_at=long_ago, at=local(2026, 3, *hour), zone=BRUSSELS)
        for hour in [(6, 10), (6, 11), (7, 7), (7, 9), (7, 10)]
    }
    assert {hour: found.occasion if found else None for hour, found in due.items()} == {
        (6, 10): None,
        (6, 11): DAY_BEFORE,
        (7, 7): DAY_BEFORE,
        (7, 9): SAME_DAY,
        (7, 10): None,
    }


def test_reminder_is_skipped_for_who_said_yes_after_it() -> None:
    start, at = local(2026, 3, 7, 10), local(2026, 3, 6, 13)
    assert reminder_due(start, made_at=local(2026, 3, 6, 12), at=at, zone=BRUSSELS) is None
    assert reminder_due(start, made_at=local(2026, 3, 6, 11), at=at, zone=BRUSSELS) is not None
    assert reminder_due(start, made_at=local(2026, 3, 6, 12), at=local(2026, 3, 7, 8), zone=BRUSSELS) is not None


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_reminders_lie_before_the_start_and_within_the_lead(start: datetime) -> None:
    for reminder in reminders_of(start, BRUSSELS):
        assert reminder.due_at < reminder.useless_at <= start
        assert start - reminder.due_at.astimezone(UTC) <= EARLIEST_LEAD


def test_completed_on_counts_units_not_sessions() -> None:
    days = [(1, date(2026, 1, 5)), (1, date(2026, 1, 12)), (2, date(2026, 1, 19))]
    assert completed_on(days, required=1) == date(2026, 1, 5)
    assert completed_on(days, required=2) == date(2026, 1, 19)
    assert completed_on(days, required=3) is None
    assert completed_on(days, required=2, after=date(2026, 1, 5)) == date(2026, 1, 19)
    assert completed_on(days, required=2, after=date(2026, 1, 12)) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 7), 24, date(2028, 3, 7)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_a_day_that_exists(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_code_is_long_unlike_the_last_and_read_back_as_typed() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH >= 10
    assert set(code) <= set(CODE_LETTERS)
    assert new_code() != code
    assert typed_code(spaced_code(code).lower()) == code
    assert [typed_code(text) for text in ("", "ABC", code + "A", "É" * 12, code[:-1] + "1")] == [""] * 5
