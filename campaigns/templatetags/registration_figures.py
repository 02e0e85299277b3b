"""How official figures are written: ``{% load registration_figures %}``."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from campaigns.charts.numbers import whole
from campaigns.enums import CountKind
from campaigns.registration_course import Basis, Figure
from campaigns.registration_words import group_name, rate, written_day
from core.lists import listed

register = template.Library()


@register.filter
def rate_of(figure: Figure | None) -> str:
    """Write the rate in percent, or a dash."""
    return "—" if not figure or figure.rate is None else rate(figure.rate, figure.rate_places)


@register.filter
def as_of(figure: Figure) -> str:
    """Write the day or month a figure speaks of."""
    return written_day(figure.as_of.day, is_month_only=figure.as_of.is_month_only)


@register.filter
def kind_of(figure: Figure) -> str:
    """Write how settled it is."""
    return str(CountKind(figure.kind).label)


@register.filter
def basis_of(figure: Figure) -> str:
    """Write where the count comes from."""
    return {
        Basis.PUBLISHED: _("published"),
        Basis.SUM: _("EU and non-EU added up"),
        Basis.FROM_RATE: _("worked out approximately from the published rate"),
        Basis.NONE: _("no count published"),
    }[figure.basis]


@register.filter
def group_of(line: Any) -> str:
    """Write whom a figure or a comparison counts."""
    return group_name(line.group)


def _with_sign(number: str, *, is_less: bool) -> str:
    """Return the number after its sign, also where lines run from right to left."""
    mark = "\u200e" if get_language_bidi() else ""
    return f"{mark}{'−' if is_less else '+'}{number}"


@register.filter
def signed(number: int) -> str:
    """Write a difference of people with its sign."""
    return _with_sign(whole(abs(number)), is_less=number < 0)


@register.filter
def signed_percent(percent: float | None) -> str:
    """Write a difference of people in percent, with its sign."""
    if percent is None:
        return "—"
    return _with_sign(rate(abs(percent), 1), is_less=percent < 0)


@register.filter
def points(difference: Decimal) -> str:
    """Write a difference of rates in percentage points, with its sign."""
    number = number_format(abs(round(difference, 2)), decimal_pos=2)
    return _("%(number)s points") % {"number": _with_sign(number, is_less=difference < 0)}


@register.filter
def newest_day(groups: dict[str, Figure]) -> str:
    """Write the day of the newest of a place's figures."""
    newest = max(groups.values(), key=lambda figure: figure.as_of.known_on, default=None)
    return "—" if newest is None else as_of(newest)


@register.filter
def sources_of(groups: dict[str, Figure]) -> str:
    """Write all sources of a place's figures."""
    return listed(sorted({source for figure in groups.values() for source in figure.sources}))


@register.filter
def count_of(figure: Figure | None) -> str:
    """Write the people registered, "about" where worked out of a rate, or a dash."""
    if not figure or figure.registered is None:
        return "—"
    count = whole(figure.registered)
    return _("about %(number)s") % {"number": count} if figure.basis == Basis.FROM_RATE else count
