"""How fast statements come in, and how fast they must: pure arithmetic over dated totals.

Growth is bursty (350,000 in a first month and 10,000 in the second have been seen), so there is never one straight
line: what is needed each day stands beside the last seven days and the slowest and fastest stretches so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

RECENT_DAYS = 7


@dataclass(frozen=True)
class DatedTotal:
    """A total of statements on one day."""

    day: date
    total: int


@dataclass(frozen=True)
class Pace:
    """Statements per day between two readings, both days named."""

    per_day: float
    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True)
class Bands:
    """The slowest, the overall and the fastest pace between readings so far, in statements per day."""

    slowest: Pace
    overall: Pace
    fastest: Pace


def one_per_day(readings: Sequence[DatedTotal]) -> list[DatedTotal]:
    """Return the readings in the order of days, the last one given for a day standing for it."""
    by_day = {reading.day: reading for reading in readings}
    return [by_day[day] for day in sorted(by_day)]


def _between(earlier: DatedTotal, later: DatedTotal) -> Pace:
    days = (later.day - earlier.day).days
    return Pace((later.total - earlier.total) / days, earlier.day, later.day)


def recent_pace(readings: Sequence[DatedTotal], days: int = RECENT_DAYS) -> Pace | None:
    """Return the pace from the latest reading at least ``days`` old to the last one.

    When none is that old, the oldest one serves (the pace says since when). None with fewer than two days read.
    """
    readings = one_per_day(readings)
    if len(readings) < 2:
        return None
    last = readings[-1]
    old = [reading for reading in readings[:-1] if reading.day <= last.day - timedelta(days=days)]
    return _between(old[-1] if old else readings[0], last)


def bands_of(readings: Sequence[DatedTotal]) -> Bands | None:
    """Return the slowest, overall and fastest pace; none with fewer than three days read."""
    readings = one_per_day(readings)
    if len(readings) < 3:
        return None
    paces = [_between(earlier, later) for earlier, later in pairwise(readings)]
    return Bands(
        slowest=min(paces, key=lambda pace: pace.per_day),
        overall=_between(readings[0], readings[-1]),
        fastest=max(paces, key=lambda pace: pace.per_day),
    )


def collecting_days(*, on: date, start: date | None, end: date) -> int:
    """Return on how many days statements can still be given, ``on`` and the last day included; 0 when it is over."""
    first = max(on, start) if start else on
    return max(0, (end - first).days + 1)


def required_per_day(*, missing: float, days: int) -> int | None:
    """Return how many statements each of the days must bring, rounded up; none when no day is left."""
    return ceil(max(0, missing) / days) if days > 0 else None


def expected_total(total: int, per_day: float, days: int) -> int:
    """Return the total after so many days at one pace, rounded down and never less than the total."""
    return total + int(max(0.0, per_day) * days)
