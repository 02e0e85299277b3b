"""Figures as people write them in the active language."""

from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _


def whole(number: int) -> str:
    """Return a whole number with its thousands grouped."""
    return number_format(number, decimal_pos=0, force_grouping=True)


def percent(ratio: float) -> str:
    """Return a ratio as whole percent, rounded down: 99.9 % of a minimum is not yet a minimum."""
    # The small term undoes binary fractions such as 0.29 * 100 = 28.999….
    return _("%(number)s %%") % {"number": whole(int(ratio * 100 + 1e-9))}


def multiple(ratio: float) -> str:
    """Return a ratio as so many times the minimum, to two places, rounded down."""
    return _("%(number)s ×") % {"number": number_format(int(ratio * 100 + 1e-9) / 100, decimal_pos=2)}


def day(value: date) -> str:
    """Return a day with its month as a word: 3/4 means two days in two countries."""
    return date_format(value, "j M Y")
