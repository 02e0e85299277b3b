"""Places of a timeslot: taken and given back by one conditional update each, the database's check behind it."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from events.enums import HOLDING, RsvpStatus
from events.models import Event, Rsvp, Timeslot

_TICK = timedelta(microseconds=1)


class PlaceRefused(ValueError):
    """The places asked for cannot be had; each subclass says why."""


class NoRoom(PlaceRefused):
    """Fewer places are free than people; ``free`` says how many are."""

    def __init__(self, free: int) -> None:
        super().__init__("not enough places")
        self.free = free


def lock_event(event_id: int) -> Event:
    """Hold the event until the transaction ends: whoever moves places or RSVPs of one event does so in turn.

    Always the first lock an action on RSVPs takes (a person's own row before it), so no two wait for each other. Locks
    nothing on SQLite, where the transaction is the one writer.
    """
    related = ("event_type", "campaign", "organisation")
    locked = Event.objects.select_for_update(of=("self",), no_key=True).select_related(*related)
    return locked.get(pk=event_id)


def take_places(slot_id: int, people: int) -> bool:
    """Take ``people`` places if that many are free, in one statement; return whether it did."""
    has_room = Q(capacity__isnull=True) | Q(taken__lte=F("capacity") - people)
    return bool(Timeslot.objects.filter(has_room, pk=slot_id).update(taken=F("taken") + people))


def give_back_places(slot_id: int, people: int) -> None:
    """Give ``people`` places back; the database refuses to give back more than are taken."""
    Timeslot.objects.filter(pk=slot_id).update(taken=F("taken") - people)


def free_places(slot_id: int) -> int | None:
    """Return how many places are free, None where there is no limit."""
    return Timeslot.objects.get(pk=slot_id).free


def fits(slot_id: int, people: int) -> bool:
    """Return whether as many people would have places now."""
    free = free_places(slot_id)
    return free is None or people <= free


def end_of_line(slot_id: int, at: datetime) -> datetime:
    """Return the moment that puts somebody behind everybody who waits, whatever the clocks of several hosts say.

    Call while the event is held.
    """
    last = Rsvp.objects.waiting().filter(timeslot=slot_id).order_by("-waiting_since_at", "-pk").first()
    return at if last is None or last.waiting_since_at is None else max(at, last.waiting_since_at + _TICK)


def release(rsvp: Rsvp) -> None:
    """Give back what the RSVP holds, if anything; the caller writes its new status."""
    if rsvp.status in HOLDING:
        give_back_places(rsvp.timeslot_id, rsvp.party_size)


def move_to(rsvp: Rsvp, status: RsvpStatus, *, at: datetime, waiting_since_at: datetime | None = None) -> None:
    """Write a status with what belongs to it; places are the caller's to take or give back."""
    rsvp.status = status
    rsvp.decided_at = at
    rsvp.waiting_since_at = waiting_since_at
    if status != RsvpStatus.OFFERED:
        rsvp.offer_expires_at = None
    rsvp.save()
