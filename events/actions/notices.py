"""Word of a change: an event at another time, an event that does not take place."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from events.actions.reminders import MOVED, TEMPLATES, slot_context, stamp
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from events.reach import message_language, notice_purpose, pages, with_addresses
from messaging.actions.queue import Draft, queue_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.enums import Channel
from people.models import ContactPoint
from people.selectors import address_on

if TYPE_CHECKING:
    from core.audit import Actor

CANCELLED = "event_cancelled"
CONCERNED = (RsvpStatus.COMING, RsvpStatus.OFFERED, RsvpStatus.WAITING)
_WAITING_TEXTS = [*TEMPLATES.values(), MOVED]


@transaction.atomic
def tell_moved(event: Event, *, by_how: timedelta, at: datetime, slots: Collection[int] | None = None) -> None:
    """Tell everybody concerned that it has another time or place, once per change (settings.EVENT_MOVED).

    ``slots``: only the guests of these timeslots are concerned; None: those of all. ``by_how`` is zero where the place
    changed, or another timeslot than the first was moved. Reminders of the old start that wait are CANCELLED, and so is
    word of an earlier change to those who are told now; reminders of the new start are other occasions. Nobody is told
    of a time that is past. Safe to call twice: a message is known by the new start and the event's sequence.
    """
    for slot in event.timeslots.all():
        _waiting_messages(event).filter(context__slot=slot.pk).exclude(
            context__starts_at=slot.starts_at.isoformat()
        ).update(status=MessageStatus.CANCELLED, reason="the event was moved")
    superseded = _waiting_messages(event).filter(template=MOVED).exclude(context__sequence=event.sequence)
    if slots is not None:
        superseded = superseded.filter(context__slot__in=list(slots))
    superseded.update(status=MessageStatus.CANCELLED, reason="the event was changed again")
    if event.status == EventStatus.PUBLISHED:
        _tell(event, MOVED, slots=slots, at=at)


@transaction.atomic
def tell_cancelled(event: Event, *, by: "Actor", at: datetime) -> None:
    """Tell everybody concerned that an event does not take place, once (settings.EVENT_CANCELLED).

    Whatever else of it waits to be sent is CANCELLED, and who was told of a move before is told of this all the same.
    Nobody is told once their timeslot is over. Safe to call twice.
    """
    _waiting_messages(event).update(status=MessageStatus.CANCELLED, reason="the event was cancelled")
    _tell(event, CANCELLED, at=at)


def told_supporters(event: Event) -> set[int]:
    """Return the ids of supporters who hear of the event's last change as guests.

    Whoever writes to the same people for another reason, their shift at the event for instance, need not.
    """
    template = CANCELLED if event.is_cancelled else MOVED
    keys: list[str] = []
    for slot in event.timeslots.all():
        ids = Rsvp.objects.filter(timeslot=slot, status__in=CONCERNED).values_list("pk", flat=True)
        keys += [_key(template, pk, slot, event) for pk in ids]
    told = OutboundMessage.objects.filter(idempotency_key__any_of=keys).exclude(status=MessageStatus.SUPPRESSED)
    return set(told.values_list("contact_point__supporter", flat=True))


def _waiting_messages(event: Event) -> Any:
    """Return what waits to be sent to the event's guests about it; found through its guests, whom an index knows."""
    points = ContactPoint.objects.filter(supporter__rsvps__event=event).values("pk")
    return OutboundMessage.objects.filter(
        status=MessageStatus.READY, template__in=_WAITING_TEXTS, contact_point__in=points, context__event=event.pk
    )


def _tell(event: Event, template: str, *, at: datetime, slots: Collection[int] | None = None) -> None:
    concerned_slots = event.timeslots.order_by("pk")
    for slot in concerned_slots if slots is None else concerned_slots.filter(pk__in=slots):
        last_use = slot.ends_at if template == CANCELLED else slot.starts_at
        if last_use <= at:
            continue
        concerned = Rsvp.objects.filter(timeslot=slot, status__in=CONCERNED)
        for rsvps in pages(with_addresses(concerned)):
            drafts = [_draft(event, slot, rsvp, template, at=at, last_use=last_use) for rsvp in rsvps]
            queue_messages(drafts=[draft for draft in drafts if draft is not None], at=at)


def _draft(
    event: Event, slot: Timeslot, rsvp: Rsvp, template: str, *, at: datetime, last_use: datetime
) -> Draft | None:
    """Return the one message to one person: by e-mail if there is an address, else by SMS."""
    address = address_on(rsvp.supporter, Channel.EMAIL) or address_on(rsvp.supporter, Channel.SMS)
    if address is None:
        return None
    return Draft(
        idempotency_key=_key(template, rsvp.pk, slot, event),
        purpose=notice_purpose(event, address.channel),
        template=template,
        address=address.as_typed,
        canonical=address.canonical,
        language=message_language(rsvp),
        not_before=at,
        expires_at=last_use,
        contact_point=address,
        context={**slot_context(rsvp, slot), "sequence": event.sequence},
    )


def _key(template: str, rsvp_id: int, slot: Timeslot, event: Event) -> str:
    """Return the key of a notice. Moved there, back and there again is told each time: the sequence rises."""
    if template == CANCELLED:
        return f"event-cancelled:rsvp:{rsvp_id}:once"
    return f"event-moved:rsvp:{rsvp_id}:{stamp(slot.starts_at)}:{event.sequence}"
