"""YES and NO texted back to a reminder keep or free the place; anything else waits for a human."""

from datetime import timedelta

import pytest
import time_machine

from events.actions.reminders import queue_due_reminders
from events.enums import RsvpStatus
from events.models import Event, Rsvp
from messaging.actions.inbound import receive_text
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from people.enums import Channel, ConsentState
from people.models import Suppression
from tests.factories.events import make_rsvp
from tests.factories.reminders import ELEVEN, make_scheduled_event, say_of_reminders

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"


@pytest.fixture
def rsvp() -> Rsvp:
    """Somebody who was reminded by SMS."""
    event: Event = make_scheduled_event(capacity=1)
    guest = make_rsvp(event, phone=PHONE)
    say_of_reminders(guest, ConsentState.GRANTED)
    with time_machine.travel(ELEVEN, tick=False):
        queue_due_reminders(at=ELEVEN)
    OutboundMessage.objects.filter(channel=Channel.SMS).update(status=MessageStatus.SENT, created_at=ELEVEN)
    return guest


def reply(words: str) -> InboundMessage:
    at = ELEVEN + timedelta(minutes=5)
    with time_machine.travel(at, tick=False):
        return receive_text(channel=Channel.SMS, address=PHONE, text=words, provider_id=f"id-{words}", at=at)


def test_no_frees_the_place_and_offers_it_to_the_next(rsvp: Rsvp) -> None:
    waiting = make_rsvp(rsvp.event, status=RsvpStatus.WAITING)
    row = reply("No sorry")
    rsvp.refresh_from_db()
    waiting.refresh_from_db()
    assert (row.status, row.handled_as) == (InboundStatus.HANDLED, f"rsvp:{rsvp.pk}:cancelled")
    assert (rsvp.status, waiting.status) == (RsvpStatus.CANCELLED, RsvpStatus.OFFERED)


def test_yes_keeps_the_place_and_is_remembered(rsvp: Rsvp) -> None:
    row = reply("Yes!")
    rsvp.refresh_from_db()
    assert row.handled_as == f"rsvp:{rsvp.pk}:coming"
    assert (rsvp.status, rsvp.said_yes_at) == (RsvpStatus.COMING, ELEVEN + timedelta(minutes=5))


def test_stop_comes_before_any_answer_and_leaves_the_place(rsvp: Rsvp) -> None:
    assert reply("STOP").handled_as == "stop"
    rsvp.refresh_from_db()
    assert rsvp.status == RsvpStatus.COMING
    assert Suppression.objects.in_force().exists()


@pytest.mark.parametrize("words", ["where is it?", "yes or no?", "I do not know"])
def test_anything_else_waits_for_a_human(rsvp: Rsvp, words: str) -> None:
    assert reply(words).status == InboundStatus.FOR_A_HUMAN


def test_answer_of_somebody_who_was_not_reminded_waits_for_a_human() -> None:
    make_rsvp(make_scheduled_event(), phone=PHONE)
    assert reply("YES").status == InboundStatus.FOR_A_HUMAN
