"""One message of each text that events send, the way it comes about."""

from datetime import datetime, timedelta

from events.actions import rsvp_letters
from events.actions.notices import tell_cancelled, tell_moved
from events.actions.reminders import queue_due_reminders
from events.actions.report_reminders import queue_report_requests
from events.enums import EventStatus, RsvpStatus
from events.models import Rsvp
from people.enums import ConsentState
from tests.factories.accounts import make_user
from tests.factories.events import make_event, make_rsvp, make_venue
from tests.factories.reminders import make_scheduled_event, say_of_reminders


def queue_event_texts(at: datetime) -> None:
    """Queue reminders and word of changes on every channel they have, letters about RSVPs, a request for a report."""
    _queue_reminders(at)
    _queue_letters(at)
    over = make_event(starts_at=at - timedelta(days=2), status=EventStatus.CLOSED)
    over.organiser = make_user("Olga")
    over.save()
    queue_report_requests(at=at)


def _queue_reminders(at: datetime) -> None:
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
    for hours in (50, 71.75, 76):
        queue_due_reminders(at=at + timedelta(hours=hours))


def _queue_letters(at: datetime) -> None:
    tell = {
        RsvpStatus.COMING: (rsvp_letters.tell_accepted, rsvp_letters.tell_changed),
        RsvpStatus.OFFERED: (rsvp_letters.tell_offer,),
        RsvpStatus.WAITING: (rsvp_letters.tell_lapsed,),
        RsvpStatus.CANCELLED: (rsvp_letters.tell_cancelled,),
    }
    event = make_event(starts_at=at + timedelta(days=9))
    for status, letters in tell.items():
        rsvp: Rsvp = make_rsvp(event, status=status, at=at, lapses=1)
        for letter in letters:
            letter(rsvp, at=at)
