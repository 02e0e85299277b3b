"""What packages above do when an event is planned, moved or called off: the settings name their functions.

They are called in the transaction of the change: what fails there, fails whole.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from core.audit import Actor

if TYPE_CHECKING:
    from events.models import Event


def tell_planned(event: "Event", *, by: Actor, at: datetime) -> None:
    """Call what ``EVENT_PLANNED`` names: an event was made from its type."""
    for path in settings.EVENT_PLANNED:
        import_string(path)(event, by=by, at=at)


def tell_repeated(event: "Event", *, of: "Event", by: Actor, at: datetime) -> None:
    """Call what ``EVENT_REPEATED`` names: ``event`` is ``of`` once more, on another day."""
    for path in settings.EVENT_REPEATED:
        import_string(path)(event, of=of, by=by, at=at)


def tell_moved(event: "Event", *, by_how: timedelta, slots: frozenset[int] | None, at: datetime) -> None:
    """Call what ``EVENT_MOVED`` names: its times changed, ``by_how`` at its start, or its place (then zero).

    ``slots``: the ids of the timeslots that have another time; None where the place is another one, which concerns all.
    """
    for path in settings.EVENT_MOVED:
        import_string(path)(event, by_how=by_how, slots=slots, at=at)


def tell_cancelled(event: "Event", *, by: Actor, at: datetime) -> None:
    """Call what ``EVENT_CANCELLED`` names: it will not take place."""
    for path in settings.EVENT_CANCELLED:
        import_string(path)(event, by=by, at=at)
