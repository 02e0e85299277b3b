"""The pages behind the links of reminders: no more of them, and how it was."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from events.enums import EventStatus, RsvpStatus
from events.models import Event, Feedback, Rsvp
from events.tokens import sign_rsvp
from people.models import ConsentEvent, ContactPoint
from tests.factories.events import NOON, make_rsvp
from tests.factories.reminders import AFTER, BEFORE, make_scheduled_event

pytestmark = pytest.mark.django_db
AGREED = datetime(2026, 1, 2, 10, tzinfo=UTC)


@pytest.fixture
def rsvp() -> Rsvp:
    return make_rsvp(make_scheduled_event())


def stop_url(rsvp: Rsvp) -> str:
    return reverse("event_reminders_stop", args=[sign_rsvp(rsvp)])


def states() -> list[tuple[str, str, str]]:
    return list(ConsentEvent.objects.order_by("pk").values_list("purpose", "channel", "state"))


def test_page_stops_and_allows_reminders_by_a_button_only(rsvp: Rsvp) -> None:
    client, url = Client(), stop_url(rsvp)
    assert "No more reminders" in client.get(url).content.decode()
    assert states() == []
    response = client.post(url, {"do": "stop"})
    assert (response.status_code, states()) == (303, [("reminder", "email", "withdrawn")])
    assert "You get no more reminders." in client.get(url).content.decode()
    client.post(url, {"do": "stop"})
    assert len(states()) == 1
    client.post(url, {"do": "allow"})
    assert states()[1:] == [("reminder", "email", "granted")]
    client.post(url, {"do": "allow"})
    assert len(states()) == 2


def test_allowing_again_leaves_alone_what_was_taken_back_elsewhere(rsvp: Rsvp) -> None:
    point, event = ContactPoint.objects.get(), rsvp.event
    said = {"purpose": "reminder", "channel": "email", "organisation": event.organisation, "scope": event.campaign.slug}
    for address in (point, other_address(rsvp)):
        ConsentEvent.objects.create(contact_point=address, state="granted", source="tests", at=AGREED, **said)
    second = ContactPoint.objects.exclude(pk=point.pk).get()
    ConsentEvent.objects.create(contact_point=second, state="withdrawn", source="staff", at=AGREED, **said)
    for word in ("stop", "allow"):
        Client().post(stop_url(rsvp), {"do": word})
    assert [event.state for event in point.consent_events.order_by("pk")] == ["granted", "withdrawn", "granted"]
    assert [event.state for event in second.consent_events.order_by("pk")] == ["granted", "withdrawn"]


def other_address(rsvp: Rsvp) -> ContactPoint:
    return ContactPoint.objects.create(
        supporter=rsvp.supporter, channel="email", as_typed="b@example.org", canonical="b@example.org"
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        ("application/x-www-form-urlencoded", b""),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
    ],
)
def test_mail_program_stops_reminders_in_one_click_twice_without_a_second_event(
    rsvp: Rsvp, content_type: str, body: bytes
) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        headers = {"Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site"}
        response = client.post(stop_url(rsvp), body, content_type=content_type, headers=headers)
        assert (response.status_code, response.content, response.cookies) == (200, b"", {})
    assert states() == [("reminder", "email", "withdrawn")]


@pytest.mark.parametrize("name", ["event_reminders_stop", "event_feedback"])
def test_link_nobody_made_is_a_plain_page(name: str) -> None:
    for method in ("get", "post"):
        response = getattr(Client(), method)(reverse(name, args=["made.up"]))
        assert response.status_code == 404
        assert "We cannot read this link" in response.content.decode()


def feedback_url(rsvp: Rsvp) -> str:
    return reverse("event_feedback", args=[sign_rsvp(rsvp)])


@time_machine.travel(AFTER, tick=False)
def test_guest_says_how_it_was_and_may_say_it_again(rsvp: Rsvp) -> None:
    client, url = Client(), feedback_url(rsvp)
    assert "How was it for you?" in client.get(url).content.decode()
    for rating, words in (("3", "Good coffee"), ("4", "")):
        assert client.post(url, {"rating": rating, "words": words}).status_code == 303
    said = Feedback.objects.get()
    assert (said.rating, said.words, said.written_at) == (4, "", AFTER)
    assert "Thank you, we read it." in client.get(url).content.decode()


@time_machine.travel(AFTER, tick=False)
def test_guest_who_chooses_nothing_is_asked_again_with_the_words_kept(rsvp: Rsvp) -> None:
    response = Client().post(feedback_url(rsvp), {"words": "Good coffee"})
    assert response.status_code == 422
    assert "Please choose one." in response.content.decode()
    assert "Good coffee" in response.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("at", "columns", "event"),
    [
        (BEFORE, {}, {}),
        (NOON + timedelta(days=40), {}, {}),
        (AFTER, {"status": RsvpStatus.CANCELLED}, {}),
        (AFTER, {}, {"status": EventStatus.CANCELLED, "cancelled_at": NOON}),
    ],
)
def test_guest_who_was_not_there_is_not_asked(
    rsvp: Rsvp, at: object, columns: dict[str, str], event: dict[str, object]
) -> None:
    Rsvp.objects.update(**columns or {"source": ""})
    Event.objects.update(**event or {"summary": ""})
    with time_machine.travel(at, tick=False):  # type: ignore[arg-type]
        assert "There is nothing to say here now" in Client().get(feedback_url(rsvp)).content.decode()
        assert Client().post(feedback_url(rsvp), {"rating": "4"}).status_code == 409
    assert not Feedback.objects.exists()
