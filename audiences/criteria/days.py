"""Days as moments: where a day begins and ends on this site."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import get_default_timezone


def begins(day: date) -> datetime:
    """Return the first moment of a day in the site's time zone."""
    return datetime.combine(day, time(), tzinfo=get_default_timezone())


def within(column: str, values: Any) -> Q:
    """Return the condition that a moment lies from the day ``since`` to the day ``until``, both included."""
    found = Q()
    if "since" in values:
        found &= Q(**{f"{column}__gte": begins(values["since"])})
    if "until" in values:
        found &= Q(**{f"{column}__lt": begins(values["until"] + timedelta(days=1))})
    return found
