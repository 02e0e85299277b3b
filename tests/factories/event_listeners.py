"""Those who listen to events, as a test of this package sees them: they write down what they were told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.models import Event

HEARD: list[tuple[Any, ...]] = []


def hear_planned(event: Event, *, by: Any, at: datetime) -> None:
    HEARD.append(("planned", event.pk))


def hear_repeated(event: Event, *, of: Event, by: Any, at: datetime) -> None:
    HEARD.append(("repeated", event.pk, of.pk))


def hear_moved(event: Event, *, by_how: timedelta, slots: frozenset[int] | None, at: datetime) -> None:
    HEARD.append(("moved", event.pk, by_how, slots))


def hear_cancelled(event: Event, *, by: Any, at: datetime) -> None:
    HEARD.append(("cancelled", event.pk))


@pytest.fixture
def heard(settings: Any) -> Iterator[list[tuple[Any, ...]]]:
    """What listeners were told in this test, in order."""
    here = __name__
    settings.EVENT_PLANNED = [f"{here}.hear_planned"]
    settings.EVENT_REPEATED = [f"{here}.hear_repeated"]
    settings.EVENT_MOVED = [f"{here}.hear_moved"]
    settings.EVENT_CANCELLED = [f"{here}.hear_cancelled"]
    HEARD.clear()
    yield HEARD
    HEARD.clear()
