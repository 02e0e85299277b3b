"""The public form of an event: by people, machines and those who come too late."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cms.intake_guard import FLOOD_FROM, ODD_FROM
from cms.rsvp_spec import rsvp_spec
from core.ttl_cache import clear_ttl_caches
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from events.tokens import sign_rsvp
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.models import ConsentEvent, ContactPoint, Submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.people import make_consent_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTIONS = [
    {"key": "diet", "kind": "text", "text": {"en": "What do you not eat?", "fr": "Que ne mangez-vous pas ?"}},
    {"key": "lift", "kind": "yes_no", "text": {"en": "Do you need the lift?"}, "is_required": True},
    {
        "key": "table", "kind": "choice", "text": {"en": "Which table?"},
        "options": [{"key": "fr", "text": {"en": "French"}}, {"key": "nl", "text": {"en": "Dutch"}}],
    },
]  # fmt: skip
GOOD: dict[str, Any] = {"full_name": "Rita Guest", "email": "rita@example.org", "party_size": "2"}


def address_of(event: Event) -> str:
    return reverse("event_register", args=[event.public_id])


def hand_in(client: Client, event: Event, **answers: Any) -> Any:
    posted = {name: value for name, value in {**GOOD, **answers}.items() if value is not None}
    return client.post(address_of(event), posted)


def last_letter() -> Any:
    return render_message(OutboundMessage.objects.latest("pk"))


def test_form_shows_what_the_type_asks_without_cookies(client: Client) -> None:
    event = make_event(make_event_type(questions=QUESTIONS), slots=2, capacity=1)
    make_rsvp(event)
    make_consent_text(event.organisation, "Remind me by mail.", purpose="reminder")
    make_consent_text(event.organisation, "Remind me by text.", purpose="reminder", channel="sms")
    response = client.get(address_of(event))
    shown = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response.headers["Cache-Control"]
    assert 'name="robots" content="noindex"' in shown
    for name in ("full_name", "email", "phone", "timeslot", "party_size", "question_diet", "question_lift", "website"):
        assert f'name="{name}"' in shown
    assert "2 May 2026, 14:00–16:00 (full: waiting list)" in shown
    assert "Remind me by text." in shown
    assert "Remind me by mail." not in shown, "who registers is reminded by mail without being asked (ADR 16)"
    assert not re.search(r"<input[^>]+consent_[^>]+checked", shown)


def test_registration_travels_from_form_to_the_page_of_ones_own(client: Client) -> None:
    event = make_event(make_event_type(questions=QUESTIONS), capacity=10)
    text = make_consent_text(event.organisation, "Remind me by mail.", purpose="reminder")
    told = {"question_diet": "nuts", "question_lift": "yes", "question_table": "", f"consent_{text.pk}": "on"}
    response = hand_in(client, event, **told)
    assert response.status_code == 303
    done = client.get(response["Location"]).content.decode()
    assert "You are registered" in done
    rsvp = Rsvp.objects.get()
    assert (rsvp.party_size, rsvp.answers) == (2, {"diet": "nuts", "lift": "yes"})
    letter = last_letter()
    assert letter.subject == "You are registered: How to register"
    assert f"/en/events/rsvp/{sign_rsvp(rsvp)}/" in letter.text
    assert "Confirm my address" in letter.html
    assert not ConsentEvent.objects.exists()
    link = reverse("confirm", args=[sign_uuid(Submission.objects.get().public_id, CONFIRM)])
    assert link in letter.text
    assert "Remind me by mail." in client.get(link).content.decode()
    assert ContactPoint.objects.get().verified_at is None, "opening the link proves nothing"
    answer = client.post(link)
    assert answer["Location"] == reverse("event_rsvp", args=[sign_rsvp(rsvp)])
    assert ConsentEvent.objects.get().purpose == "reminder"
    rsvp.refresh_from_db()
    assert rsvp.is_proved


def test_browser_is_answered_alike_whether_the_address_is_known_or_not(client: Client) -> None:
    event = make_event(capacity=10)
    pages = []
    for email in ("rita@example.org", "rita@example.org", "nova@example.org"):
        response = hand_in(client, event, email=email)
        assert response.status_code == 303
        pages.append(client.get(response["Location"]).content.decode())
    plain = [re.sub(r"/sent/[^/\"]+/", "", page).replace("nova@", "rita@") for page in pages]
    assert plain[0] == plain[1] == plain[2]
    subjects = [render_message(row).subject for row in OutboundMessage.objects.order_by("pk")]
    assert subjects == [
        "You are registered: How to register",
        "You are registered already: How to register",
        "You are registered: How to register",
    ]


def test_who_finds_it_full_is_told_that_they_wait(client: Client) -> None:
    event = make_event(capacity=1)
    make_rsvp(event)
    assert "All places are taken." in client.get(address_of(event)).content.decode()
    response = hand_in(client, event)
    assert "You are on the waiting list" in client.get(response["Location"]).content.decode()
    assert Rsvp.objects.latest("pk").status == RsvpStatus.WAITING
    assert last_letter().subject == "You are on the waiting list: How to register"


def test_errors_stand_beside_their_fields_and_everything_is_kept(client: Client) -> None:
    event = make_event(make_event_type(questions=QUESTIONS))
    wrong = {"email": "not an address", "party_size": "9", "question_diet": "nuts & <b>", "full_name": "Zoë"}
    response = hand_in(client, event, **wrong)
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'value="Zoë"' in shown
    assert "nuts &amp; &lt;b&gt;" in shown
    for field in ("email", "party_size", "question_lift"):
        assert f'id="sign-{field}_error"' in shown
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"party_size": "0"}, "party_size"),
        ({"question_table": "it"}, "question_table"),
        ({"question_lift": None}, "question_lift"),
        ({"question_diet": "x" * 501}, "question_diet"),
        ({"question_diet": "a\u202eb"}, "question_diet"),
        ({"full_name": "www.spam.example"}, "full_name"),
        ({"full_name": "..."}, "full_name"),
        ({"phone": "12"}, "phone"),
        ({"timeslot": "999999"}, "timeslot"),
    ],
)
def test_wrong_field_is_named(client: Client, wrong: dict[str, Any], field: str) -> None:
    event = make_event(make_event_type(questions=QUESTIONS), slots=2)
    slot = event.timeslots.order_by("pk")[0]
    fine = {"question_lift": "no", "timeslot": str(slot.pk)}
    response = hand_in(client, event, **{**fine, **wrong})
    assert response.status_code == 422
    assert f'id="sign-{field}_error"' in response.content.decode()


@pytest.mark.parametrize(
    ("columns", "status", "words"),
    [
        ({"status": EventStatus.DRAFT}, 404, "There is nothing to register for here"),
        ({"status": EventStatus.CANCELLED}, 410, "This event is called off"),
        ({"status": EventStatus.REPORTED}, 410, "You are too late for this one"),
        ({"starts_at": NOON - timedelta(days=90)}, 410, "You are too late for this one"),
        ({"takes_rsvps": False}, 410, "You need not register"),
    ],
)
def test_closed_event_has_a_plain_page(client: Client, columns: Any, status: int, words: str) -> None:
    event = make_event(title="Secret plans", **columns)
    for response in (client.get(address_of(event)), hand_in(client, event)):
        assert response.status_code == status
        assert words in response.content.decode()
    assert ("Secret plans" in response.content.decode()) == (status != 404)
    assert not Submission.objects.exists()


def test_slot_that_goes_while_somebody_types_is_said(client: Client) -> None:
    event = make_event(slots=2)
    first, second = event.timeslots.order_by("pk")
    Timeslot.objects.filter(pk=second.pk).delete()
    response = hand_in(client, event, timeslot=str(second.pk))
    assert response.status_code == 422, "not put into the one that is left"
    assert "This time is no longer offered" in response.content.decode()
    assert not Submission.objects.exists()
    assert hand_in(client, event, timeslot=str(first.pk)).status_code == 303


def test_slot_that_goes_while_a_form_is_remembered_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event(slots=2)
    remembered, slot = rsvp_spec(event, "en"), event.timeslots.order_by("pk")[1]
    monkeypatch.setattr("cms.views.rsvps.rsvp_spec", lambda *_: remembered)
    Timeslot.objects.filter(pk=slot.pk).delete()
    response = hand_in(client, event, timeslot=str(slot.pk))
    assert response.status_code == 410
    assert "The times of this event were changed" in response.content.decode()
    assert not Submission.objects.exists()


def test_unknown_event_is_not_found(client: Client) -> None:
    event = make_event()
    Event.objects.filter(pk=event.pk).delete()
    assert client.get(address_of(event)).status_code == 404


def test_machine_is_asked_for_a_proof_and_a_flood_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event()
    trapped = hand_in(client, event, website="spam")
    assert trapped.status_code == 429
    assert "Please wait a moment" in trapped.content.decode()
    monkeypatch.setattr("cms.intake_guard.hit", lambda *_args, **_more: FLOOD_FROM + 1)
    assert "Too many at once" in hand_in(client, event).content.decode()
    assert ODD_FROM < FLOOD_FROM
    assert not Submission.objects.exists()


def test_form_on_another_site_is_refused(client: Client) -> None:
    event = make_event()
    response = client.post(address_of(event), GOOD, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_letter_can_be_sent_once_more(client: Client, clock: time_machine.Traveller) -> None:
    response = hand_in(client, make_event())
    clock.shift(180)
    again = client.post(response["Location"])
    assert "We have sent the message once more." in again.content.decode()
    assert last_letter().subject == "You are registered: How to register"
    assert OutboundMessage.objects.count() == 2


def test_form_in_another_language_says_it_there(client: Client) -> None:
    event = make_event(make_event_type(questions=QUESTIONS))
    address = address_of(event)
    shown = client.get(address.replace("/en/", "/fr/", 1)).content.decode()
    assert "Que ne mangez-vous pas" in shown
    clear_ttl_caches()
    response = client.post(address.replace("/en/", "/ar/", 1), {**GOOD, "question_lift": "no"})
    assert response.status_code == 303
    assert Rsvp.objects.get().language == "ar"
