"""The waiting list: places that come free are offered in turn, for a while, and move on by themselves."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from core import audit
from core.locks import writing_in_turn
from events.actions.places import end_of_line, give_back_places, lock_event, move_to, take_places
from events.actions.rsvp_letters import tell_lapsed, tell_offer
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot

# An offer ends this long before the start, so that whoever is next can still come.
LAST_CALL = timedelta(hours=2)
MOST_LAPSES = 2
BATCH = 500
_JOB = "job:move_offers_on"


def offer_end(*, at: datetime, hours: int, starts_at: datetime) -> datetime:
    """Return until when a place offered at ``at`` is kept: ``hours``, but not beyond two hours before the start.

    Within these two hours it is kept until the start.
    """
    last_call = starts_at - LAST_CALL
    return min(at + timedelta(hours=hours), last_call) if at < last_call else starts_at


@transaction.atomic
def offer_free_places(*, timeslot: Timeslot, at: datetime) -> list[Rsvp]:
    """Offer the free places of a timeslot to those who wait, and return who was offered some.

    Each time the first in line whose party fits gets them; who needs more places than are free keeps their place in
    line (docs/adr/0015). Nothing is offered once the slot has begun or the event is not to take place. Safe to call
    at any time and twice. Call it in the transaction that made places free; hold the event first.
    """
    return offer_in_turn(lock_event(timeslot.event_id), timeslot.pk, at)


def offer_in_turn(event: Event, slot_id: int, at: datetime) -> list[Rsvp]:
    """Do what `offer_free_places` does while the caller holds ``event``."""
    offered: list[Rsvp] = []
    slot = Timeslot.objects.get(pk=slot_id)
    if event.status != EventStatus.PUBLISHED or slot.starts_at <= at:
        return offered
    expires_at = offer_end(at=at, hours=event.event_type.offer_hours, starts_at=slot.starts_at)
    while (rsvp := _first_who_fits(slot_id)) is not None:
        if not take_places(slot_id, rsvp.party_size):
            break
        rsvp.offered_at, rsvp.offer_expires_at = at, expires_at
        move_to(rsvp, RsvpStatus.OFFERED, at=at)
        tell_offer(rsvp, at=at)
        audit.record("events.rsvp.offered", by="job:waiting_list", target=rsvp)
        offered.append(rsvp)
    return offered


def _first_who_fits(slot_id: int) -> Rsvp | None:
    free = Timeslot.objects.get(pk=slot_id).free
    waiting = Rsvp.objects.waiting().filter(timeslot=slot_id).select_related("supporter", "submission")
    if free is not None:
        waiting = waiting.filter(party_size__lte=free)
    return waiting.first()


def move_offers_on(*, at: datetime) -> int:
    """End the offers nobody took in time and offer their places to the next; return how many ended.

    The first lapse puts somebody at the end of the line, the second takes them off it. Every offer is its own
    transaction, looked at again under the lock: two workers at once, or one that dies half way, leave each offer ended
    once. What was freed without an offer (a capacity raised elsewhere) is made good too.
    """
    ended = 0
    for pk in Rsvp.objects.lapsed(at).order_by("offer_expires_at", "pk").values_list("pk", flat=True)[:BATCH]:
        with writing_in_turn():
            ended += _end_offer(pk, at)
    for slot in _slots_with_room(at):
        with writing_in_turn():
            offer_free_places(timeslot=slot, at=at)
    return ended


def _slots_with_room(at: datetime) -> list[Timeslot]:
    room = F("capacity") - F("taken")
    waiting = Rsvp.objects.filter(timeslot=OuterRef("pk"), status=RsvpStatus.WAITING)
    could = Q(capacity__isnull=True, has_waiting=True) | Q(has_fitting=True)
    slots = Timeslot.objects.filter(event__status=EventStatus.PUBLISHED, starts_at__gt=at)
    slots = slots.annotate(
        room=room,
        has_waiting=Exists(waiting),
        has_fitting=Exists(waiting.filter(party_size__lte=OuterRef("room"))),
    )
    return list(slots.filter(could)[:BATCH])


@transaction.atomic
def _end_offer(rsvp_id: int, at: datetime) -> bool:
    event_id = Rsvp.objects.filter(pk=rsvp_id).values_list("event_id", flat=True).first()
    if event_id is None:
        return False
    event = lock_event(event_id)
    rsvp = Rsvp.objects.lapsed(at).filter(pk=rsvp_id).select_related("timeslot", "supporter", "submission").first()
    if rsvp is None:  # answered, or ended by another worker, while we waited
        return False
    give_back_places(rsvp.timeslot_id, rsvp.party_size)
    rsvp.lapses += 1
    if rsvp.lapses >= MOST_LAPSES:
        move_to(rsvp, RsvpStatus.CANCELLED, at=at)
    else:
        move_to(rsvp, RsvpStatus.WAITING, at=at, waiting_since_at=end_of_line(rsvp.timeslot_id, at))
    audit.record("events.rsvp.offer_lapsed", by=_JOB, target=rsvp, lapses=rsvp.lapses)
    tell_lapsed(rsvp, at=at)
    offer_in_turn(event, rsvp.timeslot_id, at)
    return True
