"""Which parts of the week something falls into. Pure: no database, no clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from volunteers.enums import DayPart

Part = tuple[int, str]
_BEGINNINGS = ((DayPart.MORNING, 0), (DayPart.AFTERNOON, 12), (DayPart.EVENING, 18))


def parts_of(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> set[Part]:
    """Return the parts of the week, as (ISO weekday, part of the day), that lie between two moments, seen locally."""
    day, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    found: set[Part] = set()
    while day <= last:
        beginnings = [datetime.combine(day, time(hour), zone) for _part, hour in _BEGINNINGS]
        ends = [*beginnings[1:], datetime.combine(day + timedelta(days=1), time(0), zone)]
        for (part, _hour), begins, end in zip(_BEGINNINGS, beginnings, ends, strict=True):
            if begins < ends_at and end > starts_at:
                found.add((day.isoweekday(), part.value))
        day += timedelta(days=1)
    return found


def is_free(told: set[Part], needed: set[Part]) -> bool:
    """Whether nothing somebody told speaks against ``needed``: who told no times may be free at any."""
    return not told or bool(told & needed)
