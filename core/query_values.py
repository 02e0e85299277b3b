"""What an address asks for, read without trust: what cannot be read is nothing."""

from datetime import date

from django.utils.dateparse import parse_date


def whole_number(text: str) -> int | None:
    """Return an id a row could have, or None for anything that is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def near_day(text: str) -> date | None:
    """Return a day of this century's, ISO 8601, or None for anything that is none."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None
