"""Reminders of what people registered for: each occasion at most once, nothing that comes too late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat

from events.enums import EventStatus, Moment, ReminderText, RsvpStatus
from events.models import Attendance, Event, ReminderRule, Rsvp, Timeslot
from events.querysets import SHOWN
from events.reach import message_language, pages, reminder_purpose, with_addresses
from events.reminder_rules import EARLIEST_LEAD, LATEST_LAG, Occasion, Rule, occasions_of
from messaging.actions.queue import Draft, queue_messages
from messaging.models import OutboundMessage
from people.selectors import address_on

MOVED = "event_moved"
TEMPLATES = {
    ReminderText.REMINDER.value: "event_reminder",
    ReminderText.ANSWER.value: "event_answer",
    ReminderText.FEEDBACK.value: "event_feedback",
}


@dataclass(frozen=True)
class Due:
    """One occasion of one timeslot, and what is said then."""

    slot: Timeslot
    occasion: Occasion
    text: str

    @property
    def event(self) -> Event:
        return self.slot.event

    @property
    def ending(self) -> str:
        """What the messages' keys end in: a moved start is another occasion."""
        return f":{self.occasion.key}:{self.occasion.channel}:{stamp(self.slot.starts_at)}"


def queue_due_reminders(*, at: datetime) -> int:
    """Queue the reminders due at ``at`` and return how many rows were asked for.

    A catch-up query, not a window: what an outage missed is made good while it is of use, and of what comes before the
    start the latest alone. One row per rule, RSVP, channel and start, by a unique key: safe to run twice, at once, and
    with the clock put back. Nobody is reminded who came or was told of the time after that moment, or never proved
    their address; who may not be written to leaves a SUPPRESSED row. Batches of 500, each committed by itself.
    """
    queued = 0
    for due in _due_at(at):
        for rsvps in pages(_unreminded(due)):
            knowing = _told_since(due, rsvps)
            drafts = [_draft(due, rsvp) for rsvp in rsvps if rsvp.supporter_id not in knowing]
            written = [draft for draft in drafts if draft is not None]
            queue_messages(drafts=written, at=at)
            queued += len(written)
    return queued


def stamp(moment: datetime) -> str:
    """Return a start as it stands in keys."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def slot_context(rsvp: Rsvp, slot: Timeslot) -> dict[str, Any]:
    """Return the ids a text about one RSVP is made from, and the start it speaks of."""
    return {"rsvp": rsvp.pk, "event": slot.event_id, "slot": slot.pk, "starts_at": slot.starts_at.isoformat()}


def rule_of(row: ReminderRule) -> Rule:
    """Return one line of a schedule as the pure rules read it."""
    return Rule(row.key, Moment(row.moment), row.days, row.hour, row.minutes, row.useless_minutes, row.channel)


def _due_at(at: datetime) -> Iterator[Due]:
    """Return what is due now, timeslot by timeslot; who is concerned is asked afterwards."""
    soon = Q(starts_at__gt=at, starts_at__lte=at + EARLIEST_LEAD, event__status=EventStatus.PUBLISHED)
    over = Q(ends_at__lte=at, ends_at__gt=at - LATEST_LAG, event__status__in=SHOWN)
    rules = ReminderRule.objects.filter(is_active=True).order_by("pk")
    slots = (
        Timeslot.objects.filter(soon | over)
        .select_related("event__campaign", "event__event_type")
        .prefetch_related(Prefetch("event__event_type__reminder_rules", queryset=rules, to_attr="active_rules"))
    )
    for slot in chain.from_iterable(pages(slots)):
        rows = slot.event.event_type.active_rules  # the prefetch's
        said = {row.key: row.text for row in rows}
        found = occasions_of(map(rule_of, rows), starts_at=slot.starts_at, ends_at=slot.ends_at, zone=slot.event.zone)
        yield from (Due(slot, occasion, said[occasion.key]) for occasion in found if occasion.is_due(at))


def _unreminded(due: Due) -> Any:
    """Return those the occasion concerns who have no row of it in the ledger yet."""
    key = Concat(Value("event-reminder:rsvp:"), Cast("pk", CharField()), Value(due.ending))
    known = OutboundMessage.objects.filter(idempotency_key=OuterRef("occasion_key"))
    rsvps = Rsvp.objects.filter(
        timeslot=due.slot, status=RsvpStatus.COMING, is_proved=True, decided_at__lte=due.occasion.due_at
    )
    if due.text == ReminderText.FEEDBACK:
        rsvps = rsvps.filter(_was_there())
    return with_addresses(rsvps.alias(occasion_key=key).filter(~Exists(known)))


def _was_there() -> Q:
    """Whoever was checked in; everybody where nobody was."""
    standing = Attendance.objects.standing().filter(rsvp__isnull=False)
    anybody = standing.filter(event=OuterRef("event"))
    return Q(Exists(standing.filter(rsvp=OuterRef("pk")))) | ~Q(Exists(anybody))


def _told_since(due: Due, rsvps: list[Rsvp]) -> set[int]:
    """Return the supporters who were told of this very start after the occasion's moment: a move is fresh in mind."""
    if not due.event.sequence:  # nothing of it was ever changed
        return set()
    told = OutboundMessage.objects.filter(
        template=MOVED,
        contact_point__supporter__in=[rsvp.supporter_id for rsvp in rsvps],
        context__slot=due.slot.pk,
        context__starts_at=due.slot.starts_at.isoformat(),
        not_before__gt=due.occasion.due_at,
    )
    return set(told.values_list("contact_point__supporter", flat=True))


def _draft(due: Due, rsvp: Rsvp) -> Draft | None:
    """Return the message of one occasion to one person; none for somebody without an address on its channel."""
    address = address_on(rsvp.supporter, due.occasion.channel)
    if address is None:
        return None
    return Draft(
        idempotency_key=f"event-reminder:rsvp:{rsvp.pk}{due.ending}",
        purpose=reminder_purpose(due.event, due.occasion.channel),
        template=TEMPLATES[due.text],
        address=address.as_typed,
        canonical=address.canonical,
        language=message_language(rsvp),
        not_before=due.occasion.due_at,
        expires_at=due.occasion.useless_at,
        contact_point=address,
        context=slot_context(rsvp, due.slot),
    )
