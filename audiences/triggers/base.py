"""What takes people into a journey, and the registry of it (settings.JOURNEY_TRIGGERS).

A trigger is a catch-up query over rows that are there anyway: nothing is hooked into what people do, so nothing is lost
when a worker dies, and nobody is taken in twice for one occasion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from audiences.models import AutomationRun
from audiences.parameters import Parameter, UnreadableValue
from audiences.selectors.ground import Ground
from people.models import Supporter

# Rows become visible when they are committed, which is after the moment they bear: so much is looked at again.
OVERLAP = timedelta(hours=1)


class InvalidTrigger(ValueError):
    """A trigger nobody may save. ``name`` is its parameter, blank for the trigger itself."""

    def __init__(self, words: str | Promise, name: str = "") -> None:
        self.words, self.name = words, name
        super().__init__(f"{name}: {words}")


@dataclass(frozen=True)
class Look:
    """Where a trigger looks: rows one organisation knows, from ``since`` until ``at``; days as at ``zone``."""

    ground: Ground
    campaign: int
    since: datetime
    at: datetime
    zone: ZoneInfo
    automation: int


@dataclass(frozen=True)
class Entry:
    """One person to be taken in. ``anchor_at``: the date the journey turns around, None where there is none."""

    supporter_id: int
    occasion: str
    anchor_at: datetime | None = None


class Trigger:
    """One way into journeys. A subclass is the whole of it: its form, its sentence and its query."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    anchor: ClassVar[str | Promise] = ""  # what its date is called, blank: it has none
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    clauses: ClassVar[tuple[str | Promise, ...]]

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        """Return the rows that take somebody in, in the order of their ids; each has `supporter_path`'s supporter."""
        raise NotImplementedError

    supporter_path: ClassVar[str] = "supporter_id"
    anchor_path: ClassVar[str] = ""

    def occasion(self, pk: int) -> str:
        return f"{self.key}:{pk}"

    def entries(self, values: Mapping[str, Any], look: Look) -> Iterable[Entry]:
        """Return everybody to be taken in; whoever was taken in for the occasion before may be among them."""
        columns = ["pk", self.supporter_path, *([self.anchor_path] if self.anchor_path else [])]
        for pk, supporter_id, *anchor in self.rows(values, look).order_by("pk").values_list(*columns):
            if supporter_id is not None:
                yield Entry(supporter_id, self.occasion(pk), anchor[0] if anchor else None)


def not_taken_in(people: QuerySet[Supporter], occasion: str, look: Look) -> QuerySet[Supporter]:
    """Return those of ``people`` the journey has not taken in for ``occasion``: for triggers that look at a state.

    They find the same people again and again; without this all of them would be written and left out at every look.
    """
    taken = AutomationRun.objects.filter(automation=look.automation, occasion=occasion, supporter=OuterRef("pk"))
    return people.filter(~Exists(taken))


@cache
def triggers() -> dict[str, Trigger]:
    """Return every trigger by its key, in the order of the setting."""
    found = [import_string(path)() for path in settings.JOURNEY_TRIGGERS]
    return {each.key: each for each in found}


def read_trigger(told: Any) -> tuple[Trigger, dict[str, Any]]:
    """Return a trigger and its values from JSON ({"kind": …, parameters}). Raises InvalidTrigger."""
    trigger = triggers().get(told.get("kind", "")) if isinstance(told, dict) else None
    if trigger is None:
        raise InvalidTrigger(_("Choose how this journey begins."))
    values: dict[str, Any] = {}
    for parameter in trigger.parameters:
        if parameter.name in told:
            try:
                values[parameter.name] = parameter.read(told[parameter.name])
            except UnreadableValue as error:
                raise InvalidTrigger(error.args[0], parameter.name) from error
        elif parameter.is_required:
            raise InvalidTrigger(_("Something has to be chosen here."), parameter.name)
    unknown = set(told) - {"kind"} - {each.name for each in trigger.parameters}
    if unknown:
        raise InvalidTrigger(_("This is not known here."), min(unknown))
    return trigger, values
