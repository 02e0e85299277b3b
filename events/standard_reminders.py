"""The reminders a new event type begins with: the cadence people know (docs/design.md, ADR 16). Staff change them.

The confirmation at once is not among them: it answers the form and is always sent.
"""

from datetime import time
from typing import Any

from events.enums import Moment, ReminderText
from people.enums import Channel

DAY_BEFORE, SAME_DAY, SOON, AFTER = "day-before", "same-day", "half-hour", "feedback"


def standard_rules() -> list[dict[str, Any]]:
    """Return the columns of ReminderRule, but for the type, of each line; lists and rows are the caller's own."""
    return [
        {
            "key": DAY_BEFORE,
            "text": ReminderText.ANSWER,
            "channel": Channel.EMAIL,
            "moment": Moment.DAY_AT,
            "days": 1,
            "hour": time(11),
        },
        {
            "key": f"{DAY_BEFORE}-sms",
            "text": ReminderText.ANSWER,
            "channel": Channel.SMS,
            "moment": Moment.DAY_AT,
            "days": 1,
            "hour": time(11),
        },
        {"key": SAME_DAY, "channel": Channel.EMAIL, "moment": Moment.DAY_AT, "days": 0, "hour": time(8)},
        {"key": SOON, "channel": Channel.SMS, "moment": Moment.BEFORE_START, "minutes": 30},
        {
            "key": AFTER,
            "text": ReminderText.FEEDBACK,
            "channel": Channel.EMAIL,
            "moment": Moment.AFTER_END,
            "minutes": 60,
        },
    ]
