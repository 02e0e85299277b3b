"""What becomes of an event: published, over, or called off. Reports close it for good (`reports`)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from events.enums import EventStatus
from events.listeners import tell_cancelled
from events.models import ChecklistItem, Event

if TYPE_CHECKING:
    from accounts.models import User

_AT_ONCE = 500


class EventCancelled(Exception):
    """It was called off."""


class EventReported(Exception):
    """It took place: there is a report of it."""


class PlaceUnknown(Exception):
    """Nobody could find it: it has neither a venue, nor a commune, nor a link for joining online."""


@transaction.atomic
def publish_event(*, event: Event, by: "User", at: datetime) -> Event:
    """Publish a draft: people may read of it and register. One published before stays as it is.

    Raises EventCancelled, and PlaceUnknown for an event without any place.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled(_("It was called off. Plan another one instead."))
    if event.status != EventStatus.DRAFT:
        return event
    if not (event.venue_id or event.territory_id or event.online_url):
        raise PlaceUnknown(_("Say where it takes place first: a venue, a commune or a link for joining online."))
    event.status, event.published_at = EventStatus.PUBLISHED, at
    event.save(update_fields=["status", "published_at", "changed_at"])
    audit.record("events.event.published", by=by, target=event)
    return event


@transaction.atomic
def cancel_event(*, event: Event, reason: str, by: "User", at: datetime) -> Event:
    """Call an event off, with a reason people are told; everybody concerned is told once, by who listens.

    Raises EventReported for one that took place. A second call changes nothing and tells nobody.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.status == EventStatus.CANCELLED:
        return event
    if event.status == EventStatus.REPORTED:
        raise EventReported(_("It took place: there is a report of it."))
    before = event.status
    event.status, event.cancelled_at, event.cancel_reason = EventStatus.CANCELLED, at, reason
    event.sequence += 1
    event.save(update_fields=["status", "cancelled_at", "cancel_reason", "sequence", "changed_at"])
    audit.record("events.event.cancelled", by=by, target=event, before=str(before))
    tell_cancelled(event, by=by, at=at)
    return event


def close_over_events(*, at: datetime) -> int:
    """Close published events that are over; return how many. Called again, it finds none."""
    closed = 0
    due = Event.objects.filter(status=EventStatus.PUBLISHED, ends_at__lte=at).order_by("ends_at")
    for pk in due.values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            # Asked again with the change: it may have been moved or called off since it was read.
            mine = Event.objects.filter(pk=pk, status=EventStatus.PUBLISHED, ends_at__lte=at)
            if mine.update(status=EventStatus.CLOSED, changed_at=at):
                audit.record("events.event.closed", by="events.close_over_events", target=f"events.event:{pk}")
                closed += 1
    return closed


@transaction.atomic
def tick_item(*, item: ChecklistItem, by: "User", at: datetime) -> ChecklistItem:
    """Mark a thing of the checklist as done; who did it first stays."""
    if ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=True).update(done_at=at, done_by=by):
        audit.record("events.checklist_item.done", by=by, target=item)
    item.refresh_from_db()
    return item


@transaction.atomic
def untick_item(*, item: ChecklistItem, by: Actor) -> ChecklistItem:
    """Take the mark back."""
    if ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=False).update(done_at=None, done_by=None):
        audit.record("events.checklist_item.undone", by=by, target=item)
    item.refresh_from_db()
    return item
