"""How figures of pledges are written: ``{% load pledge_figures %}``."""

from django import template

from campaigns.registration_words import rate
from dashboards.told_sentences import said

register = template.Library()


@register.filter
def told(count: int | None) -> str:
    """Write a count, "fewer than 10" where the viewer reads no small ones, or a dash where there is none."""
    return said(count)


@register.filter
def share(part: float) -> str:
    """Write a share of one in percent with one decimal: of a large gain ours is a small part."""
    return rate(100 * part, 1)
