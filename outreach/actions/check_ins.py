"""Taking check-ins from phones: each once, whatever is repeated, reordered or sent by two phones at once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from events.actions.check_in import DUPLICATE, NOT_YOURS, DoorRecord, Taken, take_door_records
from events.models import Rsvp
from events.selectors.door import hours_of
from outreach.actions.sync import LONGEST_ECHO, MOST_RECORDS, NEEDS_ATTENTION, TooMany
from outreach.door_records import OpenDoor, parse_door_record
from outreach.record_parts import Clock, NeedsAttention, clock_of, is_integer, read_uuid
from outreach.selectors.doors import doors_handed_in

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class DoorAnswer:
    """What became of one record. ``id`` as the phone wrote it, None where it wrote none; ``taken`` unless refused."""

    id: str | None
    status: str
    reason: str = ""
    field: str = ""
    taken: Taken | None = None


@transaction.atomic
def receive_check_ins(
    *, user: "User", device: UUID, sent_at: datetime, records: list[Any], at: datetime
) -> list[DoorAnswer]:
    """Store what one phone saw at the doors of events, and answer each record by itself, in order.

    What is stored and what repeats do is said by `take_door_records`; nothing of a record that needs attention is
    stored. Events are taken in the order of their ids, so two phones never wait for each other. Raises TooMany,
    UnreadableClock.
    """
    if len(records) > MOST_RECORDS:
        raise TooMany
    clock = clock_of(sent_at=sent_at, received_at=at)
    doors = _doors(user, records, at)
    judged = [_judge(raw, doors, clock) for raw in records]
    by_event: dict[int, list[DoorRecord]] = defaultdict(list)
    for answer in judged:
        if not isinstance(answer, DoorAnswer):
            by_event[answer[1].event.pk].append(answer[2])
    taken: dict[tuple[int, UUID], Taken] = {}
    for event in sorted(by_event):
        door = doors[event]
        told = take_door_records(event=door.event, records=by_event[event], by=user, at=at, device=str(device))
        taken |= {(event, client_id): each for client_id, each in told.items()}
    return _answers(judged, taken)


_Judged = DoorAnswer | tuple[str | None, OpenDoor, DoorRecord]


def _doors(user: "User", records: list[Any], at: datetime) -> dict[int, OpenDoor]:
    """Return the doors the records name, as far as the user may stand there, with the guests they name."""
    named = [raw for raw in records if isinstance(raw, dict)]
    wanted = {value for raw in named if is_integer(value := raw.get("event"))}
    handed_in = doors_handed_in(user, {pk for pk in wanted if 0 < pk < 2**63}, at)
    events = {event.pk for event, _left_at in handed_in}
    rsvps: dict[int, dict[UUID, Rsvp]] = defaultdict(dict)
    for rsvp in Rsvp.objects.filter(event__in=events, public_id__in=_uuids(named)).order_by():
        rsvps[rsvp.event_id][rsvp.public_id] = rsvp
    return {event.pk: OpenDoor(event, hours_of(event), rsvps[event.pk], left_at) for event, left_at in handed_in}


def _uuids(records: list[dict[str, Any]]) -> set[UUID]:
    found = set()
    for raw in records:
        try:
            found.add(read_uuid(raw.get("rsvp")))
        except NeedsAttention:
            continue
    return found


def _judge(raw: Any, doors: dict[int, OpenDoor], clock: Clock) -> _Judged:
    value = raw.get("id") if isinstance(raw, dict) else None
    echo = value if isinstance(value, str) and len(value) <= LONGEST_ECHO else None
    try:
        return (echo, *parse_door_record(raw, doors, clock))
    except NeedsAttention as error:
        return DoorAnswer(echo, NEEDS_ATTENTION, error.reason, error.field)


def _answers(judged: list[_Judged], taken: dict[tuple[int, UUID], Taken]) -> list[DoorAnswer]:
    """Return the answers in order; the second of two with one id is a duplicate of the first."""
    answers: list[DoorAnswer] = []
    answered: set[UUID] = set()
    for each in judged:
        if isinstance(each, DoorAnswer):
            answers.append(each)
            continue
        echo, door, record = each
        found = taken[(door.event.pk, record.client_id)]
        if found.status == NOT_YOURS:
            answers.append(DoorAnswer(echo, NEEDS_ATTENTION, "not_yours"))
        else:
            status = DUPLICATE if record.client_id in answered else found.status
            answers.append(DoorAnswer(echo, status, taken=found))
            answered.add(record.client_id)
    return answers
