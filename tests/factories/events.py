"""Events for tests: a type, a venue, an event with its timeslots, people who registered."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Organisation
from campaigns.models import Campaign
from events.enums import EventKind, EventStatus, RsvpStatus
from events.models import Event, EventType, Rsvp, Timeslot, Venue
from people.enums import Channel
from people.models import ContactPoint, Supporter
from tests.factories.volunteers import make_campaign

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)  # 14:00 in Brussels


def make_event_type(campaign: Campaign | None = None, name: str = "Workshop", **columns: Any) -> EventType:
    defaults = {"kind": EventKind.WORKSHOP}
    return EventType.objects.create(campaign=campaign or make_campaign(), name=name, **{**defaults, **columns})


def make_venue(campaign: Campaign, name: str = "Maison Example", **columns: Any) -> Venue:
    defaults = {
        "organisation": campaign.organisation,
        "address": "Rue Exemple 1",
        "postcode": "1050",
        "town": "Ixelles",
    }
    return Venue.objects.create(campaign=campaign, name=name, **{**defaults, **columns})


def make_event(
    event_type: EventType | None = None,
    title: str = "How to register",
    *,
    starts_at: datetime = NOON,
    minutes: int = 120,
    capacity: int | None = None,
    slots: int = 1,
    organisation: Organisation | None = None,
    status: EventStatus = EventStatus.PUBLISHED,
    **columns: Any,
) -> Event:
    """Return an event with ``slots`` timeslots one after the other, each of ``capacity`` places."""
    event_type = event_type or make_event_type()
    length = timedelta(minutes=minutes)
    event = Event.objects.create(
        campaign=event_type.campaign,
        organisation=organisation or event_type.campaign.organisation,
        event_type=event_type,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + length * slots,
        status=status,
        published_at=None if status == EventStatus.DRAFT else starts_at - timedelta(days=30),
        cancelled_at=starts_at - timedelta(days=1) if status == EventStatus.CANCELLED else None,
        **columns,
    )
    for number in range(slots):
        begins = starts_at + length * number
        Timeslot.objects.create(event=event, starts_at=begins, ends_at=begins + length, capacity=capacity)
    return event


def make_rsvp(
    event: Event,
    name: str = "Rita Guest",
    *,
    email: str = "",
    phone: str = "",
    status: RsvpStatus = RsvpStatus.COMING,
    party_size: int = 1,
    at: datetime = NOON - timedelta(days=10),
    **columns: Any,
) -> Rsvp:
    """Return an RSVP of a fresh supporter in the event's first slot; one that holds places is counted there."""
    slot = columns.pop("timeslot", None) or event.timeslots.order_by("starts_at").first()
    supporter = columns.pop("supporter", None) or Supporter.objects.create(full_name=name, language="en")
    for channel, address in ((Channel.EMAIL, email or f"{uuid.uuid4().hex[:8]}@example.org"), (Channel.SMS, phone)):
        if address:
            ContactPoint.objects.create(
                supporter=supporter, channel=channel, canonical=address, as_typed=address, verified_at=at
            )
    waits = {"waiting_since_at": at} if status == RsvpStatus.WAITING else {}
    offer = {"offered_at": at, "offer_expires_at": at + timedelta(days=1)} if status == RsvpStatus.OFFERED else {}
    rsvp = Rsvp.objects.create(
        event=event,
        timeslot=slot,
        supporter=supporter,
        status=status,
        party_size=party_size,
        full_name=name,
        language="en",
        decided_at=at,
        created_at=at,
        **{"is_proved": True, **waits, **offer, **columns},
    )
    if status in (RsvpStatus.COMING, RsvpStatus.OFFERED):
        slot.taken += party_size
        slot.save(update_fields=["taken"])
    return rsvp
