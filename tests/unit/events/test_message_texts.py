"""What guests read: letters in each language, texts that fit one segment, and nothing that is not true any more."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.actions.notices import tell_cancelled, tell_moved
from events.actions.reminders import queue_due_reminders
from events.enums import EventStatus, RsvpStatus
from events.models import Event, EventText, Rsvp
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from messaging.sms_text import segments
from people.enums import Channel, ConsentState
from tests.factories.events import NOON, make_rsvp, make_venue
from tests.factories.messaging import RecordingSender
from tests.factories.reminders import (
    AFTER,
    BEFORE,
    EIGHT,
    ELEVEN,
    SOON,
    make_scheduled_event,
    move_by,
    say_of_reminders,
)

pytestmark = pytest.mark.django_db
TEMPLATES = ["event_answer", "event_reminder", "event_feedback", "event_moved", "event_cancelled"]


@pytest.fixture
def event() -> Event:
    event = make_scheduled_event(title="Doors & windows <script>")
    event.venue = make_venue(event.campaign, access_notes="Ring twice")
    event.save()
    return event


def message(event: Event, template: str, *, channel: Channel = Channel.EMAIL, language: str = "en") -> OutboundMessage:
    """Return a queued message of one kind to a guest with one companion."""
    rsvp = make_rsvp(event, "O'Brien <b>", phone="+32470123456", party_size=2)
    Rsvp.objects.filter(pk=rsvp.pk).update(language=language)
    say_of_reminders(rsvp, ConsentState.GRANTED)
    if template in ("event_moved", "event_cancelled"):
        if channel == Channel.SMS:
            rsvp.supporter.contact_points.get(channel=Channel.EMAIL).delete()
        if template == "event_moved":
            tell_moved(event, by_how=timedelta(hours=1), at=BEFORE)
        else:
            Event.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED, cancelled_at=BEFORE)
            tell_cancelled(event, by="tests", at=BEFORE)
    for at in (ELEVEN, EIGHT, SOON, AFTER):
        queue_due_reminders(at=at)
    return OutboundMessage.objects.get(template=template, channel=channel)


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_letter_says_what_when_and_where_in_the_persons_language(event: Event, template: str, language: str) -> None:
    EventText.objects.create(event=event, language="fr", title="Portes & fenêtres")
    row = message(event, template, language=language)
    with translation.override("nl"):
        letter = render_message(row)
    title = "Portes & fenêtres" if language == "fr" else "Doors & windows <script>"
    assert title in letter.text
    assert title in letter.subject
    assert "14:00–16:00" in letter.text
    assert "Maison Example, Rue Exemple 1, 1050 Ixelles" in letter.text
    assert "O'Brien <b>" in letter.text
    assert "<script>" not in letter.html
    assert f'lang="{language}"' in letter.html
    assert (' lang="ar" dir="rtl"' in letter.html) is (language == "ar")
    assert not re.search(r"\{[{%]|\n{3,}", letter.text)


@pytest.mark.parametrize(
    ("template", "links"),
    [
        ("event_answer", ["/answer/", "/rsvp/", "/reminders/"]),
        ("event_reminder", ["/rsvp/", "/reminders/"]),
        ("event_feedback", ["/feedback/", "/reminders/"]),
        ("event_moved", ["/answer/", "/rsvp/"]),
        ("event_cancelled", []),
    ],
)
def test_letter_links_to_what_can_be_done(event: Event, template: str, links: list[str]) -> None:
    letter = render_message(message(event, template, language="fr"))
    for text in (letter.text, letter.html):
        found = set(re.findall(r"http[^\s\"<]+/fr/events(/[a-z]+/)", text))
        found |= {"/answer/"} if re.search(r"/rsvp/[^/\s]+/answer/", text) else set()
        assert found == set(links)
    if "/reminders/" in links:
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<https?://[^>]+/fr/events/reminders/[^>/]+/>", letter.headers["List-Unsubscribe"])
    else:
        assert "List-Unsubscribe" not in letter.headers


def test_moved_letter_to_the_waiting_list_asks_nothing(event: Event) -> None:
    make_rsvp(event, status=RsvpStatus.WAITING)
    tell_moved(event, by_how=timedelta(hours=1), at=BEFORE)
    letter = render_message(OutboundMessage.objects.get())
    assert "waiting list" in letter.text
    assert "/answer/" not in letter.text


def test_letter_of_an_online_event_says_whose_clock_it_is(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(online_url="https://meet.example.org/x", venue=None)
    letter = render_message(message(event, "event_answer"))
    assert "(Europe/Brussels)" in letter.text
    assert "https://meet.example.org/x" in letter.text


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text("abcé ABC€", min_size=1, max_size=150),
    place=st.text("abcdefgh ,", min_size=1, max_size=100),
    organisation=st.text("ABC def", min_size=1, max_size=60),
)
def test_sms_fits_one_segment_in_english(
    sms: dict[str, OutboundMessage], template: str, title: str, place: str, organisation: str
) -> None:
    row = sms[template]
    event = Event.objects.get(pk=row.context["event"])
    Event.objects.filter(pk=event.pk).update(title=title)
    type(event.venue).objects.update(name=place)
    type(event.organisation).objects.update(name=organisation)
    letter = render_message(row)
    assert segments(letter.text) == 1, letter.text
    assert "STOP" in letter.text
    assert "  " not in letter.text


@pytest.fixture
def sms() -> dict[str, OutboundMessage]:
    """One text of each kind: the three of a schedule, of an event that was moved and of one that was called off."""
    found = {}
    for template in TEMPLATES:
        event = make_scheduled_event(title=template)
        event.event_type.reminder_rules.update(channel=Channel.SMS)
        event.venue = make_venue(event.campaign)
        event.save()
        rsvp = make_rsvp(event, phone=f"+3247012345{TEMPLATES.index(template)}")
        say_of_reminders(rsvp, ConsentState.GRANTED)
        rsvp.supporter.contact_points.get(channel=Channel.EMAIL).delete()
        if template == "event_moved":
            tell_moved(event, by_how=timedelta(hours=1), at=BEFORE)
        elif template == "event_cancelled":
            Event.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED, cancelled_at=BEFORE)
            tell_cancelled(event, by="tests", at=BEFORE)
        else:
            for at in (ELEVEN, EIGHT, AFTER):
                queue_due_reminders(at=at)
        found[template] = OutboundMessage.objects.filter(template=template, context__event=event.pk).latest("pk")
    return found


def test_sms_of_an_answer_asks_for_yes_or_no(event: Event) -> None:
    letter = render_message(message(event, "event_answer", channel=Channel.SMS))
    assert "YES or NO" in letter.text
    assert "14:00" in letter.text
    assert (letter.subject, letter.html) == ("", "")


# --- What is not true any more is not sent ----------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda rsvp: Rsvp.objects.filter(pk=rsvp.pk).update(status=RsvpStatus.CANCELLED),
        lambda rsvp: Rsvp.objects.filter(pk=rsvp.pk).delete(),
        lambda rsvp: Event.objects.update(status=EventStatus.CANCELLED, cancelled_at=BEFORE),
        lambda rsvp: move_by(Event.objects.get(), timedelta(minutes=5)),
    ],
)
def test_reminder_that_is_not_true_any_more_is_not_sent(event: Event, change: Any, settings: Any) -> None:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    RecordingSender.letters.clear()
    rsvp = make_rsvp(event)
    queue_due_reminders(at=ELEVEN)
    change(rsvp)
    row = OutboundMessage.objects.get()
    with pytest.raises(NotNeeded):
        render_message(row)
    with time_machine.travel(ELEVEN, tick=False):
        deliver_messages(at=ELEVEN)
    row.refresh_from_db()
    assert (row.status, RecordingSender.letters) == (MessageStatus.CANCELLED, [])


def test_reminder_that_comes_too_late_is_not_sent(event: Event, settings: Any) -> None:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    RecordingSender.letters.clear()
    make_rsvp(event)
    queue_due_reminders(at=EIGHT)
    row = OutboundMessage.objects.get()
    assert row.expires_at == NOON
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        deliver_messages(at=NOON + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.status, RecordingSender.letters) == (MessageStatus.EXPIRED, [])
