"""When a standing export's next turn is. Pure: no database, no clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from coalition.export_enums import Rhythm


def next_turn(rhythm: str, weekday: int, hour: int, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after ``after`` when it is ``hour`` o'clock in ``zone``, on ``weekday`` (ISO) if weekly.

    Where clocks jump over the hour, it is as long after midnight as the hour says; where they strike it twice, the
    first time.
    """
    day = after.astimezone(zone).date()
    for _ in range(9):
        if rhythm == Rhythm.DAILY or day.isoweekday() == weekday:
            moment = datetime.combine(day, time(hour), zone)
            if moment > after:
                return moment
        day += timedelta(days=1)
    raise AssertionError("a week has seven days")


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after the nth failed sending (from 1): a minute, doubled each time, six hours at most."""
    return min(timedelta(minutes=2 ** min(attempt - 1, 20)), timedelta(hours=6))
