"""Messages staff wrote: filled in for one person, in the language of the words, harmless whatever anybody is called."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from messaging.models import Wording
from messaging.rendering import render_message
from messaging.selectors import NoWording, newest_wordings, wording_for
from messaging.written import WordingGone
from people.enums import Channel, Purpose
from people.models import ContactPoint
from tests.factories.people import make_contact_point, make_organisation
from tests.factories.wordings import make_text, make_wording, queue_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("Open Doors & Friends")


@pytest.fixture
def wording(organisation: Organisation, at: datetime) -> Wording:
    return make_wording(make_text(organisation), at=at)


@pytest.fixture
def point(at: datetime) -> ContactPoint:
    return make_contact_point(verified_at=at, full_name="Ada Lovelace")


def test_letter_says_the_words_to_one_person(wording: Wording, point: ContactPoint, at: datetime) -> None:
    letter = render_message(queue_written(wording, point, at=at))
    assert letter.subject == "News for Ada"
    assert "Dear Ada,\n\n*Thank you*: the council has voted (https://a.org/x?y=1&z=2)." in letter.text
    assert "See what comes next\nhttps://doors.example.org/next" in letter.text
    assert "- a pen\n- a friend" in letter.text
    assert "Dear <bdi>Ada</bdi>," in letter.html
    assert 'href="https://a.org/x?y=1&amp;z=2"' in letter.html
    assert "The vote is over" in letter.html


def test_news_carry_their_way_out_in_headers_html_and_text(wording: Wording, point: ContactPoint, at: datetime) -> None:
    letter = render_message(queue_written(wording, point, at=at))
    url = letter.headers["List-Unsubscribe"].strip("<>")
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url.startswith("http://127.0.0.1:8000/en/messages/stop/")
    assert url in letter.text
    assert f'href="{url}"' in letter.html
    assert "Open Doors & Friends writes to you because you agreed" in letter.text


def test_answers_have_no_way_out_to_offer(wording: Wording, point: ContactPoint, at: datetime) -> None:
    letter = render_message(queue_written(wording, point, at=at, purpose=Purpose.SERVICE))
    assert "List-Unsubscribe" not in letter.headers
    assert "/messages/" not in letter.text + letter.html


def test_nobody_known_by_name_is_called_what_stands_for_it(wording: Wording, at: datetime) -> None:
    letter = render_message(queue_written(wording, make_contact_point(verified_at=at), at=at))
    assert letter.subject == "News for you"
    assert "Dear friend," in letter.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Ann\r\nBcc: everyone", '" onclick="x', "{campaign} %s \\1"]
)
def test_hostile_name_stays_a_name(wording: Wording, at: datetime, name: str) -> None:
    letter = render_message(queue_written(wording, make_contact_point(verified_at=at, full_name=name), at=at))
    assert "<script" not in letter.html
    assert 'onclick="x' not in letter.html
    assert "\n" not in letter.subject
    assert name.split()[0] in letter.text


def test_words_of_the_caller_are_said_and_cannot_break_a_line(
    organisation: Organisation, point: ContactPoint, at: datetime
) -> None:
    text = make_text(organisation, scope="doors")
    wording = make_wording(text, at=at, subject="{campaign}: {first_name|you}")
    words = {"first_name": "Nora", "full_name": "Nora Smit", "campaign": "Doors\r\nBcc: x@y.org"}
    letter = render_message(queue_written(wording, point, at=at, context={"wording": wording.pk, "words": words}))
    assert letter.subject == "Doors Bcc: x@y.org: Nora"


def test_letter_is_in_the_language_of_its_words_throughout(
    organisation: Organisation, point: ContactPoint, at: datetime
) -> None:
    wording = make_wording(make_text(organisation), "ar", at=at, subject="أخبار")
    letter = render_message(queue_written(wording, point, at=at, language="fr"))
    assert (letter.language, letter.headers["Content-Language"]) == ("ar", "ar")
    assert 'lang="ar" dir="rtl"' in letter.html
    assert "/fr/messages/stop/" in letter.text


def test_text_message_says_its_words_in_plain_letters(organisation: Organisation, at: datetime) -> None:
    wording = make_wording(make_text(organisation, channel=Channel.SMS), at=at)
    point = make_contact_point("+32470123456", channel=Channel.SMS, verified_at=at, full_name="Zoë Łucja")
    letter = render_message(queue_written(wording, point, at=at))
    assert (letter.text, letter.html, letter.subject) == ("Zoe, come at noon.", "", "")


def test_one_wording_is_read_and_drawn_once_for_many(wording: Wording, at: datetime) -> None:
    messages = [
        queue_written(
            wording, make_contact_point(f"p{number}@example.org", verified_at=at, full_name=f"P{number}"), at=at
        )
        for number in range(3)
    ]
    render_message(messages[0])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        letters = [render_message(message) for message in messages[1:]]
    assert [letter.subject for letter in letters] == ["News for P1", "News for P2"]
    assert not [query for query in queries if "messaging_wording" in query["sql"]]


def test_wording_that_is_gone_is_not_guessed(wording: Wording, point: ContactPoint, at: datetime) -> None:
    message = queue_written(wording, point, at=at)
    Wording.objects.all().delete()
    with pytest.raises(WordingGone):
        render_message(message)


def test_wording_is_the_readers_own_else_the_fallback_else_any(organisation: Organisation, at: datetime) -> None:
    text = make_text(organisation, fallback_language="fr")
    with pytest.raises(NoWording):
        wording_for(text, "nl")
    make_wording(text, "ar", at=at)
    assert wording_for(text, "nl").language == "ar"
    make_wording(text, "fr", at=at)
    make_wording(text, "nl", at=at)
    newer = make_wording(text, "nl", at=at, subject="Nieuws")
    assert wording_for(text, "nl") == newer
    assert wording_for(text, "en").language == "fr"
    assert list(newest_wordings([text])[text.pk]) == ["fr", "nl", "ar"]


def test_postal_address_stands_below_what_needs_a_consent(
    wording: Wording, point: ContactPoint, organisation: Organisation, at: datetime
) -> None:
    address = "Open Doors <b>& Friends\r\n\n  Rue Haute 12\r\n1000 Brussels\r\n"
    Organisation.objects.filter(pk=organisation.pk).update(postal_address=address)
    letter = render_message(queue_written(wording, point, at=at))
    assert "\nOpen Doors <b>& Friends\nRue Haute 12\n1000 Brussels\n" in letter.text
    assert "Open Doors &lt;b&gt;&amp; Friends<br>Rue Haute 12<br>1000 Brussels" in letter.html
    answer = render_message(queue_written(wording, point, at=at, purpose=Purpose.SERVICE, idempotency_key="answer"))
    assert "Rue Haute" not in answer.text + answer.html
