"""Hours of the night in which nobody is texted. Pure: no database, no clock.

Wall clocks are read in the recipient's zone and moments compared in UTC, so the nights the clocks change need no rule
of their own: an end in the hour that does not exist is as many minutes after the last that does, and in the hour that
exists twice the night ends with the second, if the first was before the moment asked about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# Who must be somewhere is told so an hour before at the latest, also when that hour is a quiet one.
LAST_CALL = timedelta(hours=1)
_OFF = "off"


@dataclass(frozen=True)
class QuietHours:
    """From ``begin`` until just before ``end``, over midnight where ``end`` is earlier."""

    begin: time
    end: time

    def covers(self, clock: time) -> bool:
        """Whether it is quiet when a clock on the wall shows this."""
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


@cache
def read_quiet_hours(text: str) -> QuietHours | None:
    """Return what ``21:00-08:00`` means, None for ``off``. Raises ValueError for anything else."""
    if text.strip().lower() == _OFF:
        return None
    begin, _, end = text.partition("-")
    return QuietHours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))


def quiet_until(at: datetime, zones: Iterable[ZoneInfo], quiet: QuietHours) -> datetime | None:
    """Return in UTC when it is no longer quiet in any of ``zones``, None when it is in none of them at ``at``.

    A number whose country has several clocks is texted when it is day by all of them; where that is never, when it is
    day by the first.
    """
    all_zones, moment = list(zones), at.astimezone(UTC)
    # Each step ends the night of one zone at least; by the third day nothing new can come.
    while moment < at + timedelta(days=3):
        ends = [end for zone in all_zones if (end := _end_of_night(moment, zone, quiet)) is not None]
        if not ends:
            return moment if moment > at else None
        moment = max(ends)
    return quiet_until(at, all_zones[:1], quiet)


def hold_until(
    at: datetime, zones: Iterable[ZoneInfo], quiet: QuietHours, *, expires_at: datetime, is_awaited: bool
) -> datetime | None:
    """Return until when a text due at ``at`` waits, None when it may go.

    A text that would be of no use any more when the night ends waits in vain, and that is right for news. But who
    asked to be reminded (``is_awaited``) of what begins in the night, or early, is up for it: their text waits until
    an hour before it is of no use, and goes then.
    """
    end = quiet_until(at, zones, quiet)
    if end is None or not is_awaited or expires_at >= end:
        return end
    last_call = expires_at - LAST_CALL
    return last_call if last_call > at else None


def _end_of_night(at: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime | None:
    local = at.astimezone(zone)
    if not quiet.covers(local.time()):
        return None
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    end = datetime.combine(day, quiet.end, zone)
    first = end.astimezone(UTC)
    return first if first > at else end.replace(fold=1).astimezone(UTC)
