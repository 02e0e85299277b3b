"""An event with a door, for tests: Cleo, a volunteer of the partner, has a shift there; phones send what they saw."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import User
from events.actions.check_in import DoorRecord, Taken, take_door_records
from events.models import Attendance, Event, Rsvp
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.outreach import DEVICE, MONDAY, client_id, make_volunteer, moment
from tests.factories.staff import World, make_user
from volunteers.enums import AssignmentStatus
from volunteers.models import Shift, ShiftAssignment, Volunteer


def make_shift_at(event: Event, volunteer: Volunteer) -> ShiftAssignment:
    """Return the volunteer's place in a shift of the event."""
    shift = Shift.objects.create(
        campaign=event.campaign,
        organisation=event.organisation,
        event=event,
        title="At the door",
        starts_at=event.starts_at - timedelta(minutes=30),
        ends_at=event.ends_at,
    )
    return ShiftAssignment.objects.create(
        shift=shift, volunteer=volunteer, status=AssignmentStatus.ASSIGNED, decided_at=MONDAY
    )


@dataclass
class Evening:
    """A workshop of the lead on Monday, three people registered."""

    world: World
    cleo: User = field(init=False)
    volunteer: Volunteer = field(init=False)
    event: Event = field(init=False)
    assignment: ShiftAssignment = field(init=False)
    rita: Rsvp = field(init=False)
    omar: Rsvp = field(init=False)
    wim: Rsvp = field(init=False)

    def __post_init__(self) -> None:
        self.cleo = make_user("Cleo", Role.MOBILISER, self.world.partner)
        self.volunteer = make_volunteer(self.world, self.cleo)
        self.event = make_event(make_event_type(self.world.campaign), starts_at=MONDAY, capacity=10)
        self.assignment = make_shift_at(self.event, self.volunteer)
        before = MONDAY - timedelta(days=9)
        self.rita = make_rsvp(self.event, "Rita Guest", at=before)
        self.omar = make_rsvp(self.event, "Omar Guest", party_size=3, at=before)
        self.wim = make_rsvp(self.event, "Wim Guest", status="waiting", at=before)

    def seen(self, number: int, rsvp: Rsvp | None = None, minutes: int = 0, **more: Any) -> DoorRecord:
        """Return what a device saw ``minutes`` after the start."""
        at = MONDAY + timedelta(minutes=minutes)
        return DoorRecord(uuid.UUID(client_id(number)), at, at, rsvp, **more)

    def back(self, number: int, rsvp: Rsvp | None = None, of: int | None = None, minutes: int = 1) -> DoorRecord:
        """Return an undo."""
        return self.seen(number, rsvp, minutes, of=None if of is None else uuid.UUID(client_id(of)), is_undo=True)

    def take(self, *records: DoorRecord, by: User | None = None, at: datetime = MONDAY) -> list[Taken]:
        told = take_door_records(event=self.event, records=records, by=by or self.cleo, at=at)
        return [told[record.client_id] for record in records]

    def record(self, number: int, guest: Rsvp | None = None, minutes: int = 0, **changes: Any) -> dict[str, Any]:
        """Return a check-in as the phone sends it."""
        fields = {
            "id": client_id(number),
            "type": "check_in",
            "event": self.event.pk,
            "at": moment(MONDAY + timedelta(minutes=minutes)),
            "rsvp": str(guest.public_id) if guest else None,
            "via": "search" if guest else "walk_in",
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def batch(self, *records: Any, at: datetime = MONDAY, **changes: Any) -> dict[str, Any]:
        return {"device": str(DEVICE), "sent_at": moment(at), "records": list(records), **changes}


def standing() -> list[tuple[uuid.UUID, str | None, int]]:
    """Return who is in: the check-in, the name, how many people."""
    rows = Attendance.objects.standing().order_by("client_id")
    return list(rows.values_list("client_id", "rsvp__full_name", "people"))


def every_row() -> list[tuple[Any, ...]]:
    """Return everything of the door but keys and the time of arrival."""
    columns = ("client_id", "rsvp_id", "people", "via", "occurred_at", "undone_at", "is_repeat", "timeslot_id", "by_id")
    return list(Attendance.objects.order_by("client_id").values_list(*columns))


@pytest.fixture
def evening(ours: World) -> Evening:
    """The workshop of our coalition."""
    return Evening(ours)
