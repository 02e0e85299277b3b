"""On which days something repeated takes place. Pure: no database, no clock."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_DATES = 60
_FURTHEST_DAYS = 3 * 366


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY_DATE = "monthly_date"
    MONTHLY_WEEKDAY = "monthly_weekday"
    MONTHLY_LAST = "monthly_last"


@dataclass(frozen=True)
class Repetition:
    """Every ``every`` weeks or months, until a day (included) or for ``count`` more times, whichever comes first."""

    rhythm: Rhythm
    every: int = 1
    until: date | None = None
    count: int | None = None


def place_in_month(day: date) -> int:
    """Return which Monday (Tuesday …) of its month a day is: 1 to 5."""
    return (day.day - 1) // 7 + 1


def is_last_of_month(day: date) -> bool:
    """Return whether no later day of the month is the same weekday."""
    return (day + timedelta(days=7)).month != day.month


def dates_after(first: date, repetition: Repetition) -> list[date]:
    """Return the days after ``first``, in order, at most 60 and never more than three years ahead.

    A month without that date (the 31st) or without a fifth such weekday is left out. Without an end there are no days:
    nobody plans for ever. Raises ValueError when ``every`` is less than one.
    """
    if repetition.every < 1:
        raise ValueError("a repetition goes forwards")
    if repetition.until is None and repetition.count is None:
        return []
    furthest = first + timedelta(days=_FURTHEST_DAYS)
    until = min(repetition.until or furthest, furthest)
    most = MOST_DATES if repetition.count is None else min(repetition.count, MOST_DATES)
    found: list[date] = []
    for day in _days(first, repetition, until):
        if day > until or len(found) == most:
            break
        found.append(day)
    return found


def _days(first: date, repetition: Repetition, until: date) -> Iterator[date]:
    if repetition.rhythm == Rhythm.WEEKLY:
        day = first
        while day <= until:
            day += timedelta(weeks=repetition.every)
            yield day
        return
    number = first.year * 12 + first.month - 1
    while True:
        number += repetition.every
        year, month = number // 12, number % 12 + 1
        if date(year, month, 1) > until:
            return
        day_of_month = _in_month(first, year, month, repetition.rhythm)
        if day_of_month is not None:
            yield day_of_month


def _in_month(first: date, year: int, month: int, rhythm: Rhythm) -> date | None:
    length = calendar.monthrange(year, month)[1]
    if rhythm == Rhythm.MONTHLY_DATE:
        return date(year, month, first.day) if first.day <= length else None
    days = [day for day in range(1, length + 1) if date(year, month, day).weekday() == first.weekday()]
    if rhythm == Rhythm.MONTHLY_LAST:
        return date(year, month, days[-1])
    wanted = place_in_month(first)
    return date(year, month, days[wanted - 1]) if wanted <= len(days) else None


def same_hour_on(moment: datetime, day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a clock there shows the same hour on another day, summer time or not.

    An hour the clock skips that night becomes the one after it.
    """
    local = moment.astimezone(zone)
    wall = datetime.combine(day, time(local.hour, local.minute, local.second), tzinfo=zone)
    return wall.astimezone(UTC)
