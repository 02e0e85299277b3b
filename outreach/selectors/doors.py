"""At which events somebody may check people in, and what the phone app shows of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from events.door_rules import DoorHours
from events.models import Event
from events.querysets import SHOWN, EventQuerySet
from events.selectors.door import Door, hours_of
from outreach.record_parts import moment_text
from outreach.selectors.efforts import left_at_of, volunteers_of
from volunteers.models import Shift, ShiftAssignment, Volunteer

if TYPE_CHECKING:
    from accounts.models import User

SHOWN_BEFORE = timedelta(days=3)
SHOWN_AFTER = timedelta(days=2)
MOST_EVENTS = 20


@dataclass(frozen=True)
class OwnEvent:
    """An event as one user meets it. ``shifts``: the user's own there; ``is_own``: a shift, or the organiser's part."""

    event: Event
    hours: DoorHours
    shifts: list[Shift] = field(default_factory=list)
    is_own: bool = False


def doors_of(user: "User") -> EventQuerySet:
    """Return the events whose guests a user may check in: those of a standing shift, and those run as staff.

    A shift counts for the working volunteers of organisations that still take part. Drafts and cancelled events have no
    door.
    """
    run = Event.objects.changeable_by(user).values("pk")
    return Event.objects.filter(Q(pk__in=_assignments(user).values("shift__event")) | Q(pk__in=run), status__in=SHOWN)


def _assignments(user: "User") -> Any:
    return _held_by(Volunteer.objects.working().taking_part().filter(user=user).values("pk"))


def _held_by(volunteers: Any) -> Any:
    held = ShiftAssignment.objects.standing().filter(volunteer__in=volunteers)
    return held.filter(shift__event__isnull=False, shift__cancelled_at__isnull=True)


def doors_handed_in(user: "User", events: set[int], at: datetime) -> list[tuple[Event, datetime | None]]:
    """Return those of ``events`` whose check-ins a user may hand in, each with when the user's organisation left.

    Of a partner that left, what a phone held is taken for some days (`volunteers_of`), as for conversations.
    """
    found: list[tuple[Event, datetime | None]] = [(event, None) for event in doors_of(user).filter(pk__in=events)]
    rest = events - {event.pk for event, _left_at in found}
    if not rest:
        return found
    gone = {each.pk: left_at for each in volunteers_of(user, at) if (left_at := left_at_of(each))}
    held = _held_by(list(gone)).filter(shift__event__in=rest, shift__event__status__in=SHOWN)
    left = {row.shift.event: gone[row.volunteer_id] for row in held.select_related("shift__event")}
    return found + list(left.items())


def own_events(user: "User", at: datetime) -> list[OwnEvent]:
    """Return the events around ``at`` whose guests the user may check in, the first to come first; three queries.

    Those over for two days or more than three days away are left out; of many, the nearest are kept.
    """
    rows = list(
        doors_of(user)
        .filter(starts_at__lt=at + SHOWN_BEFORE, ends_at__gt=at - SHOWN_AFTER)
        .select_related("venue", "territory")
        .defer("territory__outline")
        .prefetch_related("timeslots", "texts")
    )
    if not rows:
        return []
    shifts: dict[int, list[Shift]] = defaultdict(list)
    held = _assignments(user).filter(shift__event__in=rows).select_related("shift").order_by("shift__starts_at")
    for assignment in held:
        if assignment.shift.event_id is not None:
            shifts[assignment.shift.event_id].append(assignment.shift)
    found = [
        OwnEvent(row, hours_of(row), shifts[row.pk], bool(shifts[row.pk]) or row.organiser_id == user.pk)
        for row in rows
    ]
    nearest = sorted(found, key=lambda own: (not own.is_own, abs(own.event.starts_at - at), own.event.pk))
    return sorted(nearest[:MOST_EVENTS], key=lambda own: (own.event.starts_at, own.event.pk))


def told_event(own: OwnEvent, language: str) -> dict[str, Any]:
    """Return an event as ``/state`` shows it: nothing of its guests."""
    event = own.event
    return {
        "id": event.pk,
        "title": event.words(language).title,
        "starts_at": moment_text(event.starts_at),
        "ends_at": moment_text(event.ends_at),
        "place": event.where,
        "slots": [_span(slot) for slot in event.timeslots.all()],
        "shifts": [_span(shift) for shift in own.shifts],
        "own": own.is_own,
        "names_from": moment_text(own.hours.opens_at),
        "names_until": moment_text(own.hours.closes_at),
    }


def _span(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "starts_at": moment_text(row.starts_at), "ends_at": moment_text(row.ends_at)}


def told_door(door: Door) -> dict[str, Any]:
    """Return the guests of an event as the phone keeps them: no address, no answer, nothing else of anybody."""
    return {
        "guests": [
            {
                "id": str(guest.rsvp.public_id),
                "name": guest.name,
                "party": guest.rsvp.party_size,
                "status": guest.rsvp.status,
                "slot": guest.rsvp.timeslot_id,
                "qr": guest.qr,
                "in": None if guest.presence is None else _presence(guest.presence),
            }
            for guest in door.guests
        ],
        "walk_ins": [_presence(walk_in) for walk_in in door.walk_ins],
    }


def _presence(presence: Any) -> dict[str, Any]:
    return {"id": str(presence.client_id), "people": presence.people, "at": moment_text(presence.since)}
