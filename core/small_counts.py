"""Counts so small that they tell of single people, kept from who may read figures and not people (docs/adr/0019)."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

LEAST_SHOWN = 10


class FewerThan(int):
    """A count from one to nine as it may be shown: it counts as ten, and says "fewer than 10"."""

    def __new__(cls) -> "FewerThan":
        return super().__new__(cls, LEAST_SHOWN)

    def __str__(self) -> str:
        return gettext("fewer than %(least)s") % {"least": LEAST_SHOWN}


def is_small(count: int) -> bool:
    return 0 < count < LEAST_SHOWN


def blurred(value: Any) -> Any:
    """Return a count, or a list or dict with counts in it, with the small ones made FewerThan; the rest as it is."""
    if isinstance(value, dict):
        return {key: blurred(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(blurred(each) for each in value)
    return FewerThan() if type(value) is int and is_small(value) else value


def shown(count: Any) -> str:
    """Return a count as people read it."""
    return str(count) if isinstance(count, FewerThan) else number_format(count, force_grouping=True)


def in_tens(count: int) -> int:
    """Return a count in whole tens, for who may read figures and not people where counts could be set against others.

    Two exact counts side by side tell what stands between them, however small; two in tens do not.
    """
    return FewerThan() if is_small(count) else count - count % LEAST_SHOWN
