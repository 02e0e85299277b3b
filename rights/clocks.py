"""How long we have to answer (Art. 12(3) GDPR; Regulation (EEC, Euratom) No 1182/71 on how months are counted)."""

from calendar import monthrange
from datetime import date

# Days before the last one on which whoever answers is told, the furthest first; 0 stands for "it is over".
THRESHOLDS = (10, 3, 0)
EXTENSION_MONTHS = 2


def months_later(day: date, months: int) -> date:
    """Return the same day ``months`` later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(received: date) -> date:
    """Return the last day to answer what was received on a day."""
    return months_later(received, 1)


def extended_to(received: date) -> date:
    """Return the last day where the request is complex and the person was told so in time."""
    return months_later(received, 1 + EXTENSION_MONTHS)


def threshold_on(due: date, on: date) -> int | None:
    """Return the threshold that holds on a day, None: there is time."""
    left = (due - on).days
    if left < 0:
        return 0
    return min((each for each in THRESHOLDS if each and left <= each), default=None)
