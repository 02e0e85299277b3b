"""Figures as people write them in the active language."""

from datetime import date

from django.utils import numberformat
from django.utils.formats import date_format, get_format, number_format
from django.utils.translation import gettext as _


def whole(number: int) -> str:
    """Return a whole number with its thousands grouped, also where Django's formats of a language name no grouping."""
    return numberformat.format(
        number,
        get_format("DECIMAL_SEPARATOR"),
        decimal_pos=0,
        grouping=get_format("NUMBER_GROUPING") or 3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


def _rounded(value: float, places: int, edge: float) -> float:
    """Return the value rounded, but never up to ``edge``: 99.97 % of a minimum is not yet a minimum."""
    rounded = round(value, places)
    return rounded if value >= edge or rounded < edge else edge - 10**-places


def percent(ratio: float) -> str:
    """Return a ratio as whole percent."""
    return _("%(number)s %%") % {"number": whole(int(_rounded(ratio * 100, 0, 100)))}


def multiple(ratio: float) -> str:
    """Return a ratio as so many times the minimum, to two places."""
    return _("%(number)s ×") % {"number": number_format(_rounded(ratio, 2, 1), decimal_pos=2)}


def day(value: date) -> str:
    """Return a day with its month as a word: 3/4 means two days in two countries."""
    return date_format(value, "DATE_FORMAT")
