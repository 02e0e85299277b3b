"""When the time for which something is kept is over. Pure: no database, no clock."""

from calendar import monthrange
from datetime import date, timedelta


def end_of_keeping(ends_date: date | None, months: int) -> date | None:
    """Return the first day on which something is kept no longer; None while no end of the campaign is known.

    ``months`` after the campaign's last day, on the same day of the month or on the month's last; never before that day
    is over.
    """
    if ends_date is None:
        return None
    years, month = divmod(ends_date.month - 1 + months, 12)
    year = ends_date.year + years
    same_day = date(year, month + 1, min(ends_date.day, monthrange(year, month + 1)[1]))
    return max(same_day, ends_date + timedelta(days=1))
