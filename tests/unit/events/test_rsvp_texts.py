"""What the letters about a registration say, and that none goes out when it is not true any more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from events.actions.offers import move_offers_on
from events.actions.rsvps import cancel_rsvp, change_rsvp, confirm_place, register
from events.models import Event, Rsvp
from messaging.models import OutboundMessage
from messaging.ports import Letter
from messaging.rendering import NotNeeded, render_message
from people.actions.submissions import confirm_submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.events import NOON, make_event, make_event_type
from tests.factories.people import make_consent_text
from tests.factories.rsvps import make_intake

pytestmark = pytest.mark.django_db
AT = NOON - timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_before(clock: time_machine.Traveller) -> None:
    clock.move_to(AT)


def sign_up(event: Event, email: str = "rita@example.org", **told: Any) -> Rsvp:
    return register(intake=make_intake(event, email, **told), at=AT).rsvp


def last(template: str = "") -> Letter:
    rows = OutboundMessage.objects.filter(template=template) if template else OutboundMessage.objects.all()
    return render_message(rows.latest("pk"))


def test_confirmation_says_when_in_the_events_own_zone_and_where_to_change_it() -> None:
    event = make_event(title="Café & <talk>", time_zone="Europe/Athens", online_url="https://meet.example/x")
    sign_up(event, party_size=2)
    letter = last()
    assert letter.subject == "You are registered: Café & <talk>"
    for words in (
        "Dear Rita Guest",
        "2 May 2026, 15:00–17:00",
        "2 people",
        "https://meet.example/x",
        "/en/events/rsvp/",
    ):
        assert words in letter.text
    assert "Café &amp; &lt;talk&gt;" in letter.html
    assert "<talk>" not in letter.html
    assert "You ticked" not in letter.html
    assert "So that we can remind you" in letter.html, "who ticked nothing is reminded too, once the address is proved"
    assert "/en/not-me/" in letter.text


def test_confirmation_in_arabic_runs_from_right_to_left() -> None:
    sign_up(make_event(), locale="ar")
    letter = last()
    assert 'dir="rtl"' in letter.html
    assert "/ar/events/rsvp/" in letter.text


def test_waiting_list_offer_and_second_chance_each_have_their_letter(clock: time_machine.Traveller) -> None:
    event = make_event(capacity=2)
    first = sign_up(event, party_size=2)
    sign_up(event, "two@example.org", party_size=2)
    sign_up(event, "three@example.org", party_size=1)
    assert last().subject == "You are on the waiting list: How to register"
    cancel_rsvp(rsvp=first, by="tests", at=AT)
    assert last("rsvp_cancelled").subject == "Your registration is cancelled: How to register"
    offer = last("rsvp_offer")
    assert "there are 2 places free for you" in offer.text
    assert "until 23 April 2026, 14:00" in offer.text
    later = AT + timedelta(days=1)
    clock.move_to(later)
    with pytest.raises(NotNeeded):
        last("rsvp_offer")
    move_offers_on(at=later)
    assert last("rsvp_lapsed").subject == "You are still on the waiting list: How to register"
    assert "a place is free for you" in last("rsvp_offer").text
    for days in (2, 3):
        clock.move_to(AT + timedelta(days=days))
        move_offers_on(at=AT + timedelta(days=days))
    assert last("rsvp_lapsed").subject == "You are off the waiting list: How to register"


def test_letter_that_is_not_true_any_more_is_not_sent() -> None:
    event = make_event(capacity=1)
    rsvp = sign_up(event)
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    with pytest.raises(NotNeeded):
        last("rsvp_registered")
    Rsvp.objects.all().delete()
    with pytest.raises(NotNeeded):
        last("rsvp_cancelled")


def test_letter_of_a_cancelled_event_is_not_sent() -> None:
    event = make_event()
    sign_up(event)
    Event.objects.update(status="cancelled", cancelled_at=AT)
    with pytest.raises(NotNeeded):
        last()


def test_change_is_confirmed_with_what_was_noted() -> None:
    event = make_event(make_event_type(), slots=2)
    rsvp = sign_up(event)
    change_rsvp(rsvp=rsvp, party_size=3, timeslot=event.timeslots.all()[1], by="tests", at=AT)
    letter = last("rsvp_changed")
    assert "3 people" in letter.text
    assert "16:00–18:00" in letter.text


def test_button_to_prove_the_address_goes_once_it_was_pressed() -> None:
    event = make_event()
    text = make_consent_text(event.organisation)
    rsvp = sign_up(event, consents=[{"text": text.pk, "granted": True}])
    assert "Confirm my address" in last().html
    assert rsvp.submission is not None
    confirm_submission(token=sign_uuid(rsvp.submission.public_id, CONFIRM), at=AT)
    letter = last()
    assert "Confirm my address" not in letter.html
    assert "/not-me/" not in letter.text


def test_taken_offer_is_confirmed_by_a_letter() -> None:
    event = make_event(capacity=1)
    first, second = sign_up(event), sign_up(event, "two@example.org")
    cancel_rsvp(rsvp=first, by="tests", at=AT)
    confirm_place(rsvp=second, at=AT)
    assert last().subject == "You are registered: How to register"
    assert OutboundMessage.objects.latest("pk").address == "two@example.org"
