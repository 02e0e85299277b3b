"""Shares as people read them."""

from django import template
from django.utils.formats import number_format

from core import small_counts

register = template.Library()
register.filter("shown", small_counts.shown)


@register.filter
def percent(share: float) -> str:
    """Return a share of one in percent, one decimal: 0.0251 is ``2.5 %``."""
    return f"{number_format(round(100 * share, 1), 1)} %"


@register.filter
def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    value = round(100 * share, 1)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number_format(abs(value), 1)}"
