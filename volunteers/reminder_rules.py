"""When people are reminded of what they said they would do. Pure: no database, no clock.

The cadence people know (FACTS §5): the day before at 11:00 and the same day at 08:00, local time of the campaign.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_BEFORE, SAME_DAY = "day-before", "same-day"
EARLIEST_LEAD = timedelta(hours=49)  # from 11:00 the day before to 23:59, and a day with an hour more


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
    day = starts_at.astimezone(zone).date()
    before = datetime.combine(day - timedelta(days=1), time(11), zone)
    morning = datetime.combine(day, time(8), zone)
    if morning >= starts_at:
        return [Reminder(DAY_BEFORE, before, starts_at)]
    return [Reminder(DAY_BEFORE, before, morning), Reminder(SAME_DAY, morning, starts_at)]


def reminder_due(starts_at: datetime, *, made_at: datetime, at: datetime, zone: ZoneInfo) -> Reminder | None:
    """Return the occasion that is due at ``at``: after an outage the latest one only, never two at once.

    None when the person said yes after that moment (they know), or when it is of no use any more.
    """
    for reminder in reminders_of(starts_at, zone):
        if reminder.due_at <= at < reminder.useless_at:
            return reminder if made_at <= reminder.due_at else None
    return None
