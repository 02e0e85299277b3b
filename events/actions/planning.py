"""Making events: from their type, again and again, and unmaking a draft nobody heard of."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from events.enums import EventStatus
from events.listeners import tell_cancelled, tell_planned, tell_repeated
from events.models import ChecklistItem, Event, EventText, EventType, Material, Timeslot
from events.recurrence import same_hour_on

if TYPE_CHECKING:
    from accounts.models import User

_COPIED = (
    "campaign", "organisation", "event_type", "organiser", "language", "title", "summary", "description", "spoken",
    "venue", "territory", "online_url", "time_zone", "is_public", "takes_rsvps", "budget_cents", "is_generated",
)  # fmt: skip


class PlanRefused(Exception):
    """The event cannot be planned like that; the message is a sentence for whoever plans it."""


class EventNotDeletable(Exception):
    """People were told of it, or registered: it is called off, not deleted."""


@dataclass(frozen=True)
class Slot:
    """A timeslot to be: from when to when, for how many (None: no limit)."""

    starts_at: datetime
    ends_at: datetime
    capacity: int | None = None


def slots_in_a_row(starts_at: datetime, *, minutes: int, count: int = 1, capacity: int | None = None) -> list[Slot]:
    """Return ``count`` slots of ``minutes`` each, one after the other, each with ``capacity`` places."""
    length = timedelta(minutes=minutes)
    begins = [starts_at + length * number for number in range(count)]
    return [Slot(begin, begin + length, capacity) for begin in begins]


@transaction.atomic
def plan_event(
    *, event_type: EventType, title: str, slots: Sequence[Slot], by: "User", at: datetime, **columns: Any
) -> Event:
    """Make a draft of a type: its checklist is copied, its audience settings too where ``columns`` say nothing else.

    ``columns`` are columns of Event; ``organisation`` defaults to the campaign's leading one, ``time_zone`` to the
    campaign's, ``territory`` to the venue's. Raises PlanRefused without a slot or with one that ends before it starts.
    Every call makes one event.
    """
    check_slots(slots)
    campaign = event_type.campaign
    defaults = {
        "organisation": campaign.organisation,
        "time_zone": campaign.time_zone,
        "is_public": event_type.is_public,
        "takes_rsvps": event_type.takes_rsvps,
        "organiser": by,
    }
    event = Event(campaign=campaign, event_type=event_type, title=title, **{**defaults, **columns})
    if event.venue is not None and event.venue.territory_id:
        event.territory_id = event.venue.territory_id
    event.starts_at, event.ends_at = slots[0].starts_at, max(slot.ends_at for slot in slots)
    event.save()
    _write_slots(event, slots)
    ChecklistItem.objects.bulk_create(_checklist(event, event_type.checklist))
    audit.record("events.event.planned", by=by, target=event, slots=len(slots))
    tell_planned(event, by=by, at=at)
    return event


def check_slots(slots: Sequence[Slot]) -> None:
    """Raise PlanRefused unless there is a slot and each ends after it starts, sorted by their start."""
    if not slots:
        raise PlanRefused(_("An event has one timeslot at least."))
    if any(slot.ends_at <= slot.starts_at for slot in slots):
        raise PlanRefused(_("A timeslot ends after it starts."))
    if list(slots) != sorted(slots, key=lambda slot: slot.starts_at):
        raise PlanRefused(_("The timeslots are not in order."))


def _write_slots(event: Event, slots: Sequence[Slot]) -> None:
    Timeslot.objects.bulk_create(
        Timeslot(event=event, starts_at=slot.starts_at, ends_at=slot.ends_at, capacity=slot.capacity) for slot in slots
    )


def _checklist(event: Event, lines: Sequence[Mapping[str, Any]]) -> list[ChecklistItem]:
    first_day = event.starts_at.astimezone(event.zone).date()
    return [
        ChecklistItem(event=event, text=line["text"], due_date=first_day - timedelta(days=line["days_before"]))
        for line in lines
    ]


@transaction.atomic
def repeat_event(*, event: Event, dates: Sequence[date], by: "User", at: datetime) -> list[Event]:
    """Copy an event to each day of ``dates`` as a draft, at the same hour there; return the copies in that order.

    Words, places, checklist (due as many days before) and materials come along, and what packages above hung on it
    (EVENT_REPEATED); people do not. All share ``series``. A day on which the series has an event already gives that
    one, so a second call makes nothing.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.series is None:
        event.series = uuid.uuid4()
        event.save(update_fields=["series", "changed_at"])
    there = {
        each.starts_at.astimezone(each.zone).date(): each
        for each in Event.objects.filter(series=event.series).exclude(status=EventStatus.CANCELLED)
    }
    copies = []
    for day in dates:
        if day not in there:
            there[day] = _copy_to(event, day, by=by, at=at)
        copies.append(there[day])
    return copies


def _copy_to(event: Event, day: date, *, by: "User", at: datetime) -> Event:
    copy = Event(**{name: getattr(event, name) for name in _COPIED}, series=event.series)
    zone, first_day = event.zone, event.starts_at.astimezone(event.zone).date()
    away = day - first_day
    slots = []
    for slot in event.timeslots.all():
        starts_at = same_hour_on(slot.starts_at, slot.starts_at.astimezone(zone).date() + away, zone)
        slots.append(Slot(starts_at, starts_at + (slot.ends_at - slot.starts_at), slot.capacity))
    copy.starts_at, copy.ends_at = slots[0].starts_at, max(slot.ends_at for slot in slots)
    copy.save()
    _write_slots(copy, slots)
    EventText.objects.bulk_create(
        EventText(event=copy, language=t.language, title=t.title, summary=t.summary, description=t.description)
        for t in event.texts.all()
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(event=copy, text=item.text, due_date=item.due_date and item.due_date + away)
        for item in event.checklist.all()
    )
    Material.objects.bulk_create(
        Material(event=copy, name=item.name, planned=item.planned) for item in event.materials.all()
    )
    audit.record("events.event.repeated", by=by, target=copy, of=event.pk)
    tell_repeated(copy, of=event, by=by, at=at)
    return copy


@transaction.atomic
def delete_draft(*, event: Event, by: Actor, at: datetime) -> None:
    """Delete a draft nobody registered for; what packages above hung on it is called off first.

    Raises EventNotDeletable for anything else. A second call finds no row and changes nothing.
    """
    locked = Event.objects.select_for_update().filter(pk=event.pk).first()
    if locked is None:
        return
    if locked.status != EventStatus.DRAFT or locked.published_at is not None:
        raise EventNotDeletable(_("It was published: call it off instead."))
    if locked.rsvps.exists() or locked.attendances.exists():
        raise EventNotDeletable(_("People registered for it: call it off instead."))
    tell_cancelled(locked, by=by, at=at)
    audit.record("events.event.deleted", by=by, target=locked)
    locked.delete()
