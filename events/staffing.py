"""Whether an event has the people it needs. Shifts stand above this package and answer through the settings.

``settings.EVENT_STAFFING`` names ``(event ids, at) -> {event id: Staffing}``; nothing set: nobody plans shifts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils.module_loading import import_string

from places.languages import language_name

StaffingState = Literal["none", "short", "full"]


@dataclass(frozen=True)
class Staffing:
    """The shifts of one event together: people needed and there, and what is wrong with who is there.

    ``missing_languages``: codes nobody of a shift speaks. ``untrained``: people without the certificate it asks for.
    ``clashes``: people with another shift at that time.
    """

    needed: int = 0
    taken: int = 0
    missing_languages: tuple[str, ...] = ()
    untrained: int = 0
    clashes: int = 0

    @property
    def state(self) -> StaffingState:
        if not self.needed:
            return "none"
        return "short" if self.taken < self.needed else "full"

    @property
    def missing(self) -> int:
        return max(self.needed - self.taken, 0)

    @property
    def language_names(self) -> list[str]:
        return [language_name(code) for code in self.missing_languages]

    @property
    def needs_attention(self) -> bool:
        return self.state == "short" or bool(self.missing_languages or self.untrained or self.clashes)


def staffing_of(event_ids: Collection[int], at: datetime) -> dict[int, Staffing]:
    """Return the staffing of every event named, in a constant number of queries; none where no shift is planned."""
    told = {}
    if settings.EVENT_STAFFING and event_ids:
        told = import_string(settings.EVENT_STAFFING)(event_ids, at)
    return {pk: told.get(pk, Staffing()) for pk in event_ids}
