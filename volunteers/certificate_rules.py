"""When a certificate is due and how long it is valid. Pure: no database, no clock."""

import calendar
import secrets
from collections.abc import Iterable
from datetime import date

# No letter that is mistaken for another one on paper; 23 to the 12th is about 2 to the 54th.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def completed_on(attended: Iterable[tuple[int, date]], *, required: int, after: date | None = None) -> date | None:
    """Return the day on which ``required`` different units had been attended, or None while they were not.

    ``attended``: (unit, day) pairs in any order. Only days after ``after`` count: the certificate before was issued, or
    revoked, that day. A unit attended twice counts once.
    """
    units: set[int] = set()
    for day, unit in sorted((day, unit) for unit, day in attended if after is None or day > after):
        units.add(unit)
        if len(units) >= required:
            return day
    return None


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def new_code() -> str:
    """Return a code nobody can guess, of letters that can be read aloud."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def spaced_code(code: str) -> str:
    """Return a code in groups of four, as people copy it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def typed_code(text: str) -> str:
    """Return the code somebody typed, whatever the spacing and case; nothing when it cannot be one."""
    letters = "".join(text.split()).replace("-", "").upper()
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(CODE_LETTERS) else ""
