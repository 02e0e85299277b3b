"""Schedules, consents and senders for tests of reminders."""

from datetime import datetime, timedelta
from typing import Any

from events.actions.notices import tell_cancelled, tell_moved
from events.actions.reminders import queue_due_reminders
from events.actions.report_reminders import queue_report_requests
from events.actions.rsvp_letters import tell_cancelled as tell_rsvp_cancelled
from events.actions.rsvp_letters import tell_changed, tell_lapsed, tell_offer, tell_registered
from events.enums import EventStatus, RsvpStatus
from events.models import Event, EventType, ReminderRule, Rsvp
from events.standard_reminders import standard_rules
from messaging.actions.number_checks import ask_number
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent
from tests.factories.accounts import make_user
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp, make_venue

BEFORE = NOON - timedelta(days=10)
ELEVEN = NOON - timedelta(hours=27)  # Friday 11:00 in Brussels, the day before
EIGHT = NOON - timedelta(hours=6)
SOON = NOON - timedelta(minutes=30)
AFTER = NOON + timedelta(hours=3)


def make_scheduled_type(**columns: Any) -> EventType:
    """Return a type with the standard reminders."""
    event_type = make_event_type(**columns)
    ReminderRule.objects.bulk_create(ReminderRule(event_type=event_type, **row) for row in standard_rules())
    return event_type


def make_scheduled_event(**columns: Any) -> Event:
    """Return an event of Saturday 2 May 2026, 14:00–16:00 in Brussels, with the standard reminders."""
    return make_event(make_scheduled_type(), **columns)


def say_of_reminders(
    rsvp: Rsvp, state: ConsentState, *, channel: Channel = Channel.SMS, at: datetime = BEFORE
) -> ConsentEvent:
    """Record what the person said of being reminded by the event's organisation in its campaign."""
    return ConsentEvent.objects.create(
        contact_point=rsvp.supporter.contact_points.get(channel=channel),
        state=state,
        purpose=Purpose.REMINDER,
        channel=channel,
        organisation=rsvp.event.organisation,
        scope=rsvp.event.campaign.slug,
        source="tests",
        at=at,
    )


def move_by(event: Event, by_how: timedelta) -> Event:
    """Move every timeslot, and say in the event's sequence that it changed."""
    for slot in event.timeslots.all():
        slot.starts_at += by_how
        slot.ends_at += by_how
        slot.save()
    event.starts_at += by_how
    event.ends_at += by_how
    event.sequence += 1
    event.save()
    return event


def queue_event_texts(at: datetime) -> None:
    """Queue one message of each text that reminders and word of changes consist of, on every channel it has."""
    starts_at = at + timedelta(days=3)
    for number, change in enumerate((None, tell_moved, tell_cancelled)):
        event = make_scheduled_event(starts_at=starts_at)
        event.venue = make_venue(event.campaign, access_notes="Ring twice")
        event.save()
        rsvp = make_rsvp(event, phone=f"+3247012345{number}", at=at)
        say_of_reminders(rsvp, ConsentState.GRANTED, at=at)
        if change is tell_moved:
            tell_moved(event, by_how=timedelta(hours=1), at=at)
        elif change is tell_cancelled:
            event.status, event.cancelled_at = EventStatus.CANCELLED, at
            event.save()
            tell_cancelled(event, by="tests", at=at)
    _queue_number_check(at)
    _queue_rsvp_texts(make_scheduled_event(starts_at=starts_at), at)
    over = make_scheduled_event(starts_at=at - timedelta(days=2), organiser=make_user("organiser"))
    queue_report_requests(at=over.ends_at + timedelta(days=1, hours=20))
    for hours in (50, 71.75, 76):
        queue_due_reminders(at=at + timedelta(hours=hours))


def _queue_number_check(at: datetime) -> None:
    """Queue the question whether a number typed in a form is its author's."""
    rsvp = make_rsvp(make_event(), phone="+32470123459", at=at)
    say_of_reminders(rsvp, ConsentState.GRANTED, at=at)
    number = rsvp.supporter.contact_points.get(channel=Channel.SMS)
    number.verified_at = None
    number.save()
    house = rsvp.event.organisation
    ask_number(point=number, organisation=house, scope="", campaign_name="Your vote", language="en", at=at)


def _queue_rsvp_texts(event: Event, at: datetime) -> None:
    """Queue what people are told of their own RSVP: a place, an offer, an offer that lapsed, a change, the end."""
    for status, tell, columns in (
        (RsvpStatus.COMING, lambda rsvp: tell_registered(rsvp, None, at=at), {}),
        (RsvpStatus.OFFERED, lambda rsvp: tell_offer(rsvp, at=at), {}),
        (RsvpStatus.WAITING, lambda rsvp: tell_lapsed(rsvp, at=at), {"lapses": 1}),
        (RsvpStatus.COMING, lambda rsvp: tell_changed(rsvp, at=at), {}),
        (RsvpStatus.CANCELLED, lambda rsvp: tell_rsvp_cancelled(rsvp, at=at), {}),
    ):
        tell(make_rsvp(event, status=status, at=at, **columns))
