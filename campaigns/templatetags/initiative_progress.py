"""Tags by which any page shows an initiative's progress: ``{% load initiative_progress %}``."""

from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.translation import get_language

from campaigns.charts import numbers
from campaigns.charts.outlines import OutlineMap
from campaigns.charts.progress import drawing_of
from campaigns.initiative_rules import COUNTRIES_NEEDED, STATEMENTS_NEEDED, InitiativeRuleError, canonical_number
from campaigns.models import Initiative, InitiativeDeadline
from campaigns.selectors.initiatives import initiative_progress as read_progress

register = template.Library()
NO_OUTLINES = OutlineMap(0, 0, {})


@register.filter
def whole(number: int | None) -> str:
    """Write a whole number with its thousands grouped, or a dash when there is none."""
    return "—" if number is None else numbers.whole(int(number))


@register.filter
def percent(ratio: float | None) -> str:
    """Write a ratio as whole percent, rounded down."""
    return "—" if ratio is None else numbers.percent(ratio)


@register.filter
def multiple(ratio: float | None) -> str:
    """Write a ratio as so many times."""
    return "—" if ratio is None else numbers.multiple(ratio)


@register.filter
def unlocalized(number: float) -> str:
    """Write a number for a script to read."""
    return str(number)


@register.filter
def days_until(deadline: InitiativeDeadline, on: date) -> int:
    """Return the days from a day to a deadline."""
    return deadline.days_left(on)


@register.filter
def absolute(number: int) -> int:
    """Return the number without its sign."""
    return abs(number)


def _find(initiative: Initiative | str | int | None) -> Initiative | None:
    """Return the initiative meant by itself, its key or its registration number, if it is public."""
    if isinstance(initiative, Initiative):
        return initiative if initiative.is_public else None
    if isinstance(initiative, int):
        return Initiative.objects.public().filter(pk=initiative).first()
    try:
        number = canonical_number(initiative or "")
    except InitiativeRuleError:
        return None
    return Initiative.objects.public().filter(registration_number=number).first()


@register.inclusion_tag("campaigns/progress_block.html", takes_context=True)
def initiative_progress(context: Context, initiative: Initiative | str | int | None) -> dict[str, Any]:
    """Show the compact public progress of an initiative, given itself, its key or its registration number.

    Shows nothing for an initiative that is not public or not there. The page needs ``campaigns/progress.css``.
    """
    found = _find(initiative)
    if found is None:
        return {"progress": None}
    progress = read_progress(found, on=timezone.localdate(), language=get_language() or "en")
    return {
        "progress": progress,
        "total_chart": drawing_of("total", progress, NO_OUTLINES),
        "ranking_chart": drawing_of("ranking", progress, NO_OUTLINES),
        "needed": STATEMENTS_NEEDED,
        "countries_needed": COUNTRIES_NEEDED,
        "request": context.get("request"),
    }
