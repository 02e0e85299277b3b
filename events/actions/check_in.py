"""At the door: who came, each once, however many devices scan, repeat, reorder and send late."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from events.door_rules import Arrival, Standing, TakenBack, settle_arrivals
from events.enums import HOLDING, CheckInVia
from events.models import Attendance, AttendanceUndo, Event, Rsvp, Timeslot

if TYPE_CHECKING:
    from accounts.models import User

ACCEPTED, DUPLICATE, ALREADY_IN, NOT_YOURS = "accepted", "duplicate", "already_in", "not_yours"


class NotThisEvent(ValueError):
    """The RSVP is another event's."""


@dataclass(frozen=True)
class DoorRecord:
    """One record of a device: a check-in, or with ``is_undo`` that one is taken back.

    ``rsvp``: None for people who walked in. ``of``: the ``client_id`` of the check-in an undo means; needed without an
    RSVP. ``slot``: which timeslot people walked in to, None: the one going on.
    """

    client_id: UUID
    device_at: datetime
    occurred_at: datetime
    rsvp: Rsvp | None = None
    people: int = 1
    via: str = CheckInVia.SEARCH
    slot: int | None = None
    of: UUID | None = None
    is_undo: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of one record. ``guest_status``: of the RSVP as it stands here; ``in_since``: when they came."""

    status: str
    guest_status: str = ""
    in_since: datetime | None = None


def check_in(
    *,
    event: Event,
    client_id: UUID,
    rsvp: Rsvp | None = None,
    people: int = 1,
    via: CheckInVia = CheckInVia.SEARCH,
    by: "User",
    device_at: datetime,
    occurred_at: datetime | None = None,
    at: datetime,
) -> Taken:
    """Let somebody in: an RSVP with ``people`` of its party, or people without a name. See `take_door_records`."""
    record = DoorRecord(client_id, device_at, occurred_at or device_at, rsvp, people, via)
    return take_door_records(event=event, records=[record], by=by, at=at)[client_id]


def undo_check_in(
    *,
    event: Event,
    client_id: UUID,
    rsvp: Rsvp | None = None,
    of: UUID | None = None,
    by: "User",
    device_at: datetime,
    occurred_at: datetime | None = None,
    at: datetime,
) -> Taken:
    """Say that an RSVP, or the people of one walk-in (``of``), is not here after all. See `take_door_records`."""
    record = DoorRecord(client_id, device_at, occurred_at or device_at, rsvp, of=of, is_undo=True)
    return take_door_records(event=event, records=[record], by=by, at=at)[client_id]


@transaction.atomic
def take_door_records(
    *, event: Event, records: Sequence[DoorRecord], by: "User", at: datetime, device: str = ""
) -> dict[UUID, Taken]:
    """Store what one device saw at the door of ``event`` and answer each record by its id.

    ``accepted``; ``duplicate`` for an id known already, which changes nothing; ``already_in`` where another check-in of
    the same RSVP stands (this one is kept beside it); ``not_yours`` for an id that somebody else used, which stores
    nothing. One check-in of an RSVP stands at most, and any order, splitting or repetition of the same records leaves
    the same rows (`settle_arrivals`); batches of one event are taken one after the other, the event's row being locked.
    Who waits or said they do not come is let in like anybody: capacity is for planning, the door decides. The RSVP's
    own status and its timeslot's places stay as they are. Raises NotThisEvent before anything is stored.
    """
    if any(record.rsvp is not None and record.rsvp.event_id != event.pk for record in records):
        raise NotThisEvent
    Event.objects.select_for_update(no_key=True).order_by().filter(pk=event.pk).values_list("pk").first()
    owners = _owners(record.client_id for record in records)
    fresh: dict[UUID, DoorRecord] = {}
    for record in records:
        if record.client_id not in owners:
            fresh.setdefault(record.client_id, record)
    rows = sorted(fresh.values(), key=lambda record: record.client_id.int)
    _insert(event, rows, by, at)
    settled = _put_right(event, rows)
    if rows:
        let_in = len({record.rsvp.pk for record in rows if record.rsvp is not None and _is_let_in(record)})
        where = {"device": device} if device else {}
        audit.record(
            "events.attendance.received", by=by, target=event, later=None, count=len(rows), let_in=let_in, **where
        )
    return {record.client_id: _answer(record, owners, fresh, settled, event, by) for record in reversed(records)}


def _is_let_in(record: DoorRecord) -> bool:
    """Whether somebody came in who held no place."""
    return record.rsvp is not None and not record.is_undo and record.rsvp.status not in HOLDING


def _owners(ids: Iterable[UUID]) -> dict[UUID, tuple[int, int | None]]:
    """Return the event and the user of those ids that are known."""
    wanted = set(ids)
    found: dict[UUID, tuple[int, int | None]] = {}
    for model in (Attendance, AttendanceUndo):
        rows = model.objects.filter(client_id__in=wanted).order_by()
        found |= {key: (event, user) for key, event, user in rows.values_list("client_id", "event_id", "by_id")}
    return found


def _insert(event: Event, rows: list[DoorRecord], by: "User", at: datetime) -> None:
    """Write the rows. A check-in stands only once it is settled: the database takes one standing row an RSVP."""
    common = {"event_id": event.pk, "by_id": by.pk, "received_at": at}
    slots = list(event.timeslots.all()) if any(not row.is_undo and row.rsvp is None for row in rows) else []
    Attendance.objects.bulk_create(
        Attendance(
            client_id=row.client_id,
            rsvp=row.rsvp,
            timeslot_id=row.rsvp.timeslot_id if row.rsvp else _slot(row, slots),
            people=row.people,
            via=row.via if row.rsvp else CheckInVia.WALK_IN,
            device_at=row.device_at,
            occurred_at=row.occurred_at,
            undone_at=row.occurred_at,
            **common,
        )
        for row in rows
        if not row.is_undo
    )
    AttendanceUndo.objects.bulk_create(
        AttendanceUndo(
            client_id=row.client_id,
            rsvp=row.rsvp,
            of=row.of,
            device_at=row.device_at,
            occurred_at=row.occurred_at,
            **common,
        )
        for row in rows
        if row.is_undo
    )


def _slot(record: DoorRecord, slots: list[Timeslot]) -> int | None:
    """Return the timeslot people walked in to: the one named, else the last that has begun, else the first."""
    if any(slot.pk == record.slot for slot in slots):
        return record.slot
    begun = [slot for slot in slots if slot.starts_at <= record.occurred_at]
    chosen = begun[-1:] or slots[:1]
    return chosen[0].pk if chosen else None


# --- Which rows stand ----------------------------------------------------------------------------


@dataclass
class _Settled:
    """How the arrivals of the RSVPs and walk-ins of one batch stand now."""

    standing: dict[UUID, Standing]
    in_since: dict[int, datetime]


def settle_guest(rsvp: Rsvp) -> None:
    """Settle one RSVP anew, after rows of another one became its own. Call while the event is held."""
    _settle(rsvp.event_id, set(), {rsvp.pk})


def _put_right(event: Event, rows: list[DoorRecord]) -> _Settled:
    """Settle everything the new rows touch, from what the database holds of it alone."""
    named = {row.client_id for row in rows if not row.is_undo} | {row.of for row in rows if row.of}
    return _settle(event.pk, named, {row.rsvp.pk for row in rows if row.rsvp})


def _settle(event: int, named: set[UUID], rsvps: set[int]) -> _Settled:
    here = Attendance.objects.filter(event=event)
    rsvps |= set(here.filter(client_id__in=named, rsvp__isnull=False).values_list("rsvp_id", flat=True))
    touched = list(here.filter(Q(rsvp__in=rsvps) | Q(rsvp__isnull=True, client_id__in=named)).order_by("pk"))
    undos = list(
        AttendanceUndo.objects.filter(event=event)
        .filter(Q(rsvp__in=rsvps) | Q(of__in=[row.client_id for row in touched]))
        .order_by("pk")
    )
    by_rsvp: dict[Any, list[Attendance]] = defaultdict(list)
    for attendance in touched:
        by_rsvp[attendance.rsvp_id or attendance.client_id].append(attendance)
    settled = _Settled({}, {})
    for key, group in by_rsvp.items():
        ids = {row.client_id for row in group}
        told = [
            TakenBack(undo.occurred_at, undo.of, is_of_rsvp=undo.rsvp_id is not None)
            for undo in undos
            if undo.of in ids or (undo.rsvp_id is not None and undo.rsvp_id == key)
        ]
        settled.standing |= settle_arrivals([Arrival(row.client_id, row.occurred_at) for row in group], told)
    _write(touched, settled.standing)
    settled.in_since = {
        row.rsvp_id: row.occurred_at for row in touched if row.rsvp_id is not None and row.undone_at is None
    }
    return settled


def _write(rows: list[Attendance], standing: dict[UUID, Standing]) -> None:
    """Write what differs: first what stands no more, then what stands, for the constraint looks at every statement."""
    changed = []
    for row in rows:
        now = standing[row.client_id]
        if (row.undone_at, row.is_repeat) != (now.undone_at, now.is_repeat):
            row.undone_at, row.is_repeat = now.undone_at, now.is_repeat
            changed.append(row)
    for part in ([row for row in changed if row.undone_at], [row for row in changed if not row.undone_at]):
        Attendance.objects.bulk_update(part, ["undone_at", "is_repeat"])


def _answer(
    record: DoorRecord,
    owners: dict[UUID, tuple[int, int | None]],
    fresh: dict[UUID, DoorRecord],
    settled: _Settled,
    event: Event,
    by: "User",
) -> Taken:
    guest_status = record.rsvp.status if record.rsvp else ""
    if record.client_id in owners:
        return Taken(DUPLICATE if owners[record.client_id] == (event.pk, by.pk) else NOT_YOURS, guest_status)
    stands = settled.standing.get(record.client_id)
    if record.is_undo or stands is None or not stands.is_repeat or record.rsvp is None:
        return Taken(ACCEPTED, guest_status)
    return Taken(ALREADY_IN, guest_status, settled.in_since.get(record.rsvp.pk))
