"""When the time for which something is kept is over. Pure: no database, no clock."""

from datetime import date, timedelta

from rights.clocks import months_later


def end_of_keeping(ends_date: date | None, months: int) -> date | None:
    """Return the first day on which something is kept no longer; None while no end of the campaign is known.

    ``months`` after the campaign's last day, on the same day of the month or on the month's last; never before that day
    is over.
    """
    if ends_date is None:
        return None
    return max(months_later(ends_date, months), ends_date + timedelta(days=1))
