"""What a criterion of a segment may be given: which values are possible, and how they are read from JSON. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_VALUES = 100
MOST_DAYS = 3_650
NOT_ASKED = _("not asked")
Option = tuple[Any, str]


class UnreadableValue(ValueError):
    """A value that this parameter cannot be given; the text says why."""


@dataclass(frozen=True)
class Parameter:
    """One value of a criterion. ``label`` names it to whoever hears the form instead of seeing it."""

    name: str
    label: str | Promise
    is_required: bool = False

    def read(self, value: Any) -> Any:
        """Return the value as the criterion uses it. Raises UnreadableValue."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """Return a value that was read as JSON holds it."""
        return value


@dataclass(frozen=True)
class OneOf(Parameter):
    """One of the options that ``options(ground)`` gives, by a number or a short text.

    ``blank``: what the form says while nothing is chosen, where that is allowed.
    """

    options: Callable[[Any], Iterable[Option]] = lambda _ground: ()
    is_number: bool = False
    blank: str | Promise = NOT_ASKED

    def read(self, value: Any) -> Any:
        if self.is_number:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
                raise UnreadableValue(_("This is not the number of a choice."))
        elif not isinstance(value, str) or not value or len(value) > 80 or "\0" in value:
            raise UnreadableValue(_("This is not a choice."))
        return value


@dataclass(frozen=True)
class SomeOf(OneOf):
    """Several of the options; which one does not matter. Kept as a sorted tuple without repeats."""

    def read(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise UnreadableValue(_("Choose at least one."))
        if len(value) > MOST_VALUES:
            raise UnreadableValue(_("These are too many choices."))
        read = OneOf.read
        return tuple(sorted({read(self, each) for each in value}))

    def write(self, value: Any) -> Any:
        return list(value)


@dataclass(frozen=True)
class Days(Parameter):
    """A number of days, one at least."""

    def read(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
            raise UnreadableValue(_("Write a number of days from 1 to 3650."))
        return value


@dataclass(frozen=True)
class Day(Parameter):
    """A day of a campaign's life, ISO 8601 in JSON."""

    def read(self, value: Any) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is None or not 2000 <= day.year <= 2100:
            raise UnreadableValue(_("Write a day between 2000 and 2100."))
        return day

    def write(self, value: Any) -> str:
        return str(value.isoformat())


@dataclass(frozen=True)
class Words(Parameter):
    """A short text without spaces at its ends."""

    most: int = 12

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or "\0" in value or not 1 <= len(value.strip()) <= self.most:
            raise UnreadableValue(_("This is empty or too long."))
        return value.strip()
