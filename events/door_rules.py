"""What stands at the door of an event, worked out from the check-ins and undos alone. Pure: no database, no clock.

Devices send late, twice and in any order, so nothing here hangs on when a row arrived.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Arrival:
    """One check-in of an RSVP, or of people who walked in."""

    client_id: UUID
    occurred_at: datetime


@dataclass(frozen=True)
class TakenBack:
    """One undo: of the arrival it names, if any; ``is_of_rsvp``: and of all the RSVP has until then."""

    occurred_at: datetime
    of: UUID | None = None
    is_of_rsvp: bool = True


@dataclass(frozen=True)
class Standing:
    """What became of one arrival. ``undone_at`` None: it stands. ``is_repeat``: an earlier one stands in its place."""

    undone_at: datetime | None = None
    is_repeat: bool = False


@dataclass(frozen=True)
class DoorHours:
    """From when until when names are handed out and people checked in; the end is not included."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


def settle_arrivals(arrivals: Iterable[Arrival], undos: Iterable[TakenBack]) -> dict[UUID, Standing]:
    """Return what becomes of each arrival of one RSVP; at most one of them stands.

    An undo takes back the arrival it names and, where it is said of the RSVP, each one that happened until then: who
    taps "undo" means that the person is not here, whoever checked them in. Of what is left the earliest arrival
    stands (then the smaller id); the others repeat it.
    """
    told = list(undos)
    found: dict[UUID, Standing] = {}
    stands: Arrival | None = None
    for arrival in sorted(arrivals, key=lambda each: (each.occurred_at, each.client_id.int)):
        undone_at = min((undo.occurred_at for undo in told if _takes_back(undo, arrival)), default=None)
        if undone_at is not None:
            found[arrival.client_id] = Standing(undone_at)
        elif stands is None:
            stands = arrival
            found[arrival.client_id] = Standing()
        else:
            found[arrival.client_id] = Standing(arrival.occurred_at, is_repeat=True)
    return found


def _takes_back(undo: TakenBack, arrival: Arrival) -> bool:
    return undo.of == arrival.client_id or (undo.is_of_rsvp and arrival.occurred_at <= undo.occurred_at)


def door_hours(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> DoorHours:
    """Return the door's hours: whole days of the event's own calendar, from the day before until the day after."""
    first = starts_at.astimezone(zone).date() - timedelta(days=1)
    last = ends_at.astimezone(zone).date() + timedelta(days=2)
    opens_at, closes_at = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))
    return DoorHours(opens_at, closes_at)
