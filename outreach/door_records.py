"""One record from an event's door, read and judged. Pure: no database and no clock; the doors come as a snapshot.

The shape and the reasons are those of docs/phone-protocol.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actions.check_in import DoorRecord
from events.door_rules import DoorHours
from events.enums import CheckInVia
from events.models import Event, Rsvp
from outreach.record_parts import Clock, NeedsAttention, is_integer, occurred, read_moment, read_uuid

CHECK_IN, UNDO = "check_in", "undo"
MOST_PEOPLE = 500
_VIA = frozenset(CheckInVia.values)


@dataclass(frozen=True)
class OpenDoor:
    """One event whose guests the sender may check in, and those of its RSVPs that the batch names.

    ``left_at``: when the sender's organisation left the campaign; what happened before is still taken.
    """

    event: Event
    hours: DoorHours
    guests: Mapping[UUID, Rsvp] = field(default_factory=dict)
    left_at: datetime | None = None


def parse_door_record(raw: Any, doors: Mapping[int, OpenDoor], clock: Clock) -> tuple[OpenDoor, DoorRecord]:
    """Return a record of one phone with its door, or raise NeedsAttention with the reason and the field.

    ``raw`` is anything JSON can say. An undo is always in time: it mends what was taken.
    """
    if not isinstance(raw, dict):
        raise NeedsAttention("unreadable")
    client_id = read_uuid(raw.get("id"))
    kind = raw.get("type")
    if kind not in (CHECK_IN, UNDO):
        raise NeedsAttention("unreadable", "type")
    device_at = read_moment(raw.get("at"))
    occurred_at = occurred(device_at, clock)
    door = _door(raw.get("event"), doors)
    guest = _guest(raw.get("rsvp"), door)
    of = None if raw.get("of") is None else read_uuid(raw["of"], "of")
    if kind == UNDO:
        if guest is None and of is None:
            raise NeedsAttention("unreadable", "of")
        return door, DoorRecord(client_id, device_at, occurred_at, guest, of=of, is_undo=True)
    if door.left_at is not None and occurred_at > door.left_at:
        raise NeedsAttention("partner_left", "event")
    if not door.hours.is_open(occurred_at):
        raise NeedsAttention("not_the_day", "at")
    slot = raw.get("slot")
    return door, DoorRecord(
        client_id,
        device_at,
        occurred_at,
        guest,
        people=_people(raw.get("people")),
        via=_via(raw.get("via"), guest),
        slot=slot if is_integer(slot) else None,
    )


def _door(value: Any, doors: Mapping[int, OpenDoor]) -> OpenDoor:
    if not is_integer(value):
        raise NeedsAttention("unreadable", "event")
    door = doors.get(value)
    if door is None:
        raise NeedsAttention("unknown_event", "event")
    return door


def _guest(value: Any, door: OpenDoor) -> Rsvp | None:
    if value is None:
        return None
    guest = door.guests.get(read_uuid(value, "rsvp"))
    if guest is None:
        raise NeedsAttention("unknown_guest", "rsvp")
    return guest


def _people(value: Any) -> int:
    if value is None:
        return 1
    if not is_integer(value) or not 1 <= value <= MOST_PEOPLE:
        raise NeedsAttention("unreadable", "people")
    return value


def _via(value: Any, guest: Rsvp | None) -> str:
    if guest is None:
        return CheckInVia.WALK_IN
    if value is None:
        return CheckInVia.SEARCH
    if not isinstance(value, str) or value not in _VIA:
        raise NeedsAttention("unreadable", "via")
    return value
