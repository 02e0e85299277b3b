"""What people say about our messages by the links in them: one click, and their own page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from messaging import wishes
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.consent import ContactPurpose, consenting_points, may_contact, may_contact_each
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint
from tests.factories.messaging import make_sent
from tests.factories.people import BEN, make_consent_text, make_contact_point, make_organisation, write_consent_event

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def text() -> ConsentText:
    return make_consent_text(make_organisation("Brussels Together"))


@pytest.fixture
def point(text: ConsentText) -> ContactPoint:
    point = make_contact_point(verified_at=EARLY, language="en")
    write_consent_event(point, text, ConsentState.GRANTED, EARLY)
    return point


def news(text: ConsentText) -> ContactPurpose:
    return ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)


def stop_path(point: ContactPoint, text: ConsentText) -> str:
    return wishes.unsubscribe_url(point, news(text), "en").removeprefix("http://testserver").partition("/en/")[2]


def page_path(point: ContactPoint) -> str:
    return reverse("messages_own", args=[wishes.sign_page(point)])


def key_of(text: ConsentText, point: ContactPoint) -> str:
    return f"{point.pk}:campaign_news:{text.organisation_id}:"


def states() -> list[str]:
    return list(ConsentEvent.objects.order_by("pk").values_list("state", flat=True))


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
def test_mail_program_unsubscribes_in_one_click_and_a_second_writes_nothing(
    point: ContactPoint, text: ConsentText, content_type: str, body: bytes
) -> None:
    client, path = Client(enforce_csrf_checks=True), "/en/" + stop_path(point, text)
    for _ in range(2):
        response = client.generic("POST", path, body, content_type=content_type, HTTP_SEC_FETCH_SITE="cross-site")
        assert (response.status_code, response.content, response.cookies) == (200, b"", {})
    assert states() == ["granted", "withdrawn"]
    assert may_contact(point, news(text), timezone.now()).reason == "withdrawn"


def test_opening_the_link_shows_a_button_and_changes_nothing(point: ContactPoint, text: ConsentText) -> None:
    client, path = Client(), "/en/" + stop_path(point, text)
    page = client.get(path).content.decode()
    assert "Stop these messages" in page
    assert "Brussels Together" in page
    assert "ada@example.org" not in page
    assert states() == ["granted"]
    assert client.post(path, {"do": "stop"}).status_code == 303
    assert "You get no more of this" in client.get(path).content.decode()


@pytest.mark.parametrize("name", ["messages_stop", "messages_own"])
def test_made_up_link_is_not_known_and_a_program_learns_nothing(name: str, point: ContactPoint) -> None:
    token = wishes.sign_page(point) if name == "messages_stop" else "1.abc"  # another link's token is none
    assert Client().get(reverse(name, args=[token])).status_code == 404
    assert "ada@" not in Client().get(reverse(name, args=[token])).content.decode()
    if name == "messages_stop":
        assert Client().post(reverse(name, args=[token])).status_code == 200
    assert states() == ["granted"]


def test_link_of_an_erased_person_is_not_known(point: ContactPoint) -> None:
    path = page_path(point)
    point.supporter.delete()
    assert Client().get(path).status_code == 404


def test_own_page_stops_one_thing_and_gives_it_again_with_the_wording_shown(
    point: ContactPoint, text: ConsentText
) -> None:
    client, path, key = Client(), page_path(point), key_of(text, point)
    assert "Brussels Together" in client.get(path).content.decode()
    for _ in range(2):
        assert client.post(path, {"do": f"stop={key}"}).status_code == 303
    assert states() == ["granted", "withdrawn"]
    assert "Write to me." in client.get(path).content.decode()
    for _ in range(2):
        client.post(path, {"do": f"start={key}"})
    assert states() == ["granted", "withdrawn", "granted"]
    last = ConsentEvent.objects.order_by("-pk")[0]
    assert (last.text, last.source) == (text, "link:own-page")


def test_own_page_changes_nothing_of_somebody_else(point: ContactPoint, text: ConsentText) -> None:
    other = make_contact_point(BEN, verified_at=EARLY)
    write_consent_event(other, text, ConsentState.GRANTED, EARLY)
    response = Client().post(page_path(point), {"do": f"stop={key_of(text, other)}"}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert states() == ["granted", "granted"]


def test_own_page_of_another_site_is_refused(point: ContactPoint, text: ConsentText) -> None:
    response = Client().post(page_path(point), {"do": "stop_all"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert response.status_code == 403
    assert states() == ["granted"]


def test_pause_holds_news_until_it_ends_and_reminders_come(point: ContactPoint, text: ConsentText) -> None:
    client, path = Client(), page_path(point)
    client.post(path, {"do": "pause=14"})
    point.refresh_from_db()
    assert point.paused_until is not None
    before, after = point.paused_until - timedelta(minutes=1), point.paused_until
    agenda = ContactPurpose(Purpose.AGENDA, Channel.EMAIL, text.organisation_id)
    assert may_contact(point, news(text), before).reason == "paused"
    assert [each.reason for each in may_contact_each([(point, news(text)), (point, agenda)], before)] == ["paused", ""]
    assert not consenting_points(news(text), before).exists()
    assert may_contact(point, agenda, before).allowed
    assert may_contact(point, news(text), after).allowed
    assert consenting_points(news(text), after).get() == point
    assert "No news until" in client.get(path).content.decode()
    client.post(path, {"do": "resume"})
    assert may_contact(ContactPoint.objects.get(), news(text), timezone.now()).allowed


@pytest.mark.parametrize("do", ["pause=15", "pause=", "pause=²", "speak=xx", "stop=", "start=x", "", "x"])
def test_what_nobody_offers_changes_nothing_and_says_so(do: str, point: ContactPoint) -> None:
    response = Client().post(page_path(point), {"do": do}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    point.refresh_from_db()
    assert (point.paused_until, states()) == (None, ["granted"])


def test_language_is_changed(point: ContactPoint) -> None:
    Client().post(page_path(point), {"do": "speak", "value": "ar"})
    point.supporter.refresh_from_db()
    assert point.supporter.language == "ar"


def test_stop_everything_withdraws_what_is_on_at_every_address(point: ContactPoint, text: ConsentText) -> None:
    sms = make_contact_point("+32470123456", channel=Channel.SMS, verified_at=EARLY, supporter=point.supporter)
    by_sms = make_consent_text(text.organisation, channel=Channel.SMS, purpose=Purpose.REMINDER)
    write_consent_event(sms, by_sms, ConsentState.GRANTED, EARLY)
    response = Client().post(page_path(point), {"do": "stop_all"}, follow=True)
    assert "We write only to answer" in response.content.decode()
    assert states() == ["granted", "granted", "withdrawn", "withdrawn"]
    Client().post(page_path(point), {"do": "stop_all"})
    assert len(states()) == 4


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_page_stands_in_every_language(point: ContactPoint, language: str) -> None:
    response = Client().get(page_path(point).replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


def test_page_asks_the_database_once_more_for_each_organisation_and_no_more(
    point: ContactPoint, text: ConsentText
) -> None:
    client, path = Client(), page_path(point)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for name in ("Second", "Third"):
        more = make_consent_text(make_organisation(name))
        write_consent_event(point, more, ConsentState.GRANTED, EARLY)
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(three) == len(one) + 2
    assert len(one) <= 11


def test_answer_owns_up_to_a_message_in_the_providers_call(point: ContactPoint, text: ConsentText) -> None:
    client, path, key = Client(), page_path(point), key_of(text, point)
    make_sent(timezone.now(), status="sending", contact_point=point, claimed_at=timezone.now())
    words = "One message may already be under way"
    assert words in client.post(path, {"do": f"stop={key}"}, follow=True).content.decode()
    assert words not in client.post(path, {"do": f"start={key}"}, follow=True).content.decode()
    link = "/en/" + stop_path(point, text)
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 202
    assert words in client.post(link, {"do": "stop"}, follow=True).content.decode()
    OutboundMessage.objects.update(status="sent")
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert words not in client.post(link, {"do": "stop"}, follow=True).content.decode()


def test_link_to_the_own_page_ends_and_a_fresh_one_is_sent_to_the_address(
    point: ContactPoint, text: ConsentText
) -> None:
    client, now = Client(), timezone.now()
    with time_machine.travel(now - timedelta(days=401), tick=False):
        path, stop = page_path(point), "/en/" + stop_path(point, text)
    with time_machine.travel(now - timedelta(days=399), tick=False):
        assert "Brussels Together" in client.get(page_path(point)).content.decode()
        young = page_path(point)
    page = client.get(path).content.decode()
    assert "too old" in page
    assert "Brussels Together" not in page
    assert "ada@example.org" not in page
    assert client.post(path, {"do": "stop_all"}).status_code == 303  # a press on an old page asks for the link only
    assert client.post(path, {"do": "fresh"}, follow=True).content.decode().count("on its way") == 1
    assert states() == ["granted"]
    message = OutboundMessage.objects.get()
    assert (message.address, message.purpose, message.status) == (point.as_typed, "service", "ready")
    letter = render_message(message)
    fresh = "/en/" + letter.text.partition("/en/")[2].split()[0]
    assert "Brussels Together" in client.get(fresh).content.decode()
    assert "Brussels Together" in client.get(young).content.decode()
    # The link that stops never ends, and an old one leads no further.
    assert "See everything" not in client.post(stop, {"do": "stop"}, follow=True).content.decode()
    assert states() == ["granted", "withdrawn"]
    assert "See everything" in client.get("/en/" + stop_path(point, text)).content.decode()


def test_old_link_of_an_erased_person_is_not_known(point: ContactPoint) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=401), tick=False):
        path = page_path(point)
    point.supporter.delete()
    assert Client().get(path).status_code == 404
