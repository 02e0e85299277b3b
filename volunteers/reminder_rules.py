"""When people are reminded of what they said they would do. Pure: no database, no clock.

The cadence people know (FACTS §5): the day before at 11:00 and the same day at 08:00, local time of the campaign. How a
line becomes a moment, and until when it is of use, is the same as for events.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.enums import Moment
from events.reminder_rules import Rule, occasions_of

DAY_BEFORE, SAME_DAY = "day-before", "same-day"
EARLIEST_LEAD = timedelta(hours=49)  # from 11:00 the day before to 23:59, and a day with an hour more
_RULES = (
    Rule(DAY_BEFORE, Moment.DAY_AT, days=1, hour=time(11)),
    Rule(SAME_DAY, Moment.DAY_AT, days=0, hour=time(8)),
)


@dataclass(frozen=True)
class Reminder:
    """One occasion: not before ``due_at``, and of no use after ``useless_at``."""

    occasion: str
    due_at: datetime
    useless_at: datetime


def reminders_of(starts_at: datetime, zone: ZoneInfo) -> list[Reminder]:
    """Return the occasions for something that starts at ``starts_at``, the earlier first.

    The one of the day before is of no use once the one of the same day is due; what starts at 08:00 or earlier has none
    of the same day.
    """
    found = occasions_of(_RULES, starts_at=starts_at, ends_at=starts_at, zone=zone)
    return [Reminder(each.key, each.due_at, each.useless_at) for each in found]


def reminder_due(starts_at: datetime, *, made_at: datetime, at: datetime, zone: ZoneInfo) -> Reminder | None:
    """Return the occasion that is due at ``at``: after an outage the latest one only, never two at once.

    None when the person said yes after that moment (they know), or when it is of no use any more.
    """
    for reminder in reminders_of(starts_at, zone):
        if reminder.due_at <= at < reminder.useless_at:
            return reminder if made_at <= reminder.due_at else None
    return None
