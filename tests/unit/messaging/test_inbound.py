"""Texts people send: STOP at once, answers to whom the settings name, the rest to a human, each once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Organisation
from messaging.actions.inbound import KEEP_NUMBER, KEEP_TEXT, forget_texts, receive_text
from messaging.actions.inbox import settle_thread, take_thread
from messaging.actions.queue import Draft, queue_message
from messaging.enums import InboundStatus, MessageStatus, Told
from messaging.models import InboundMessage, OutboundMessage
from people.canonical import UnreadableAddress
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, ContactPoint, Suppression
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event
from tests.factories.staff import World
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"


@pytest.fixture
def house() -> Organisation:
    return make_organisation("Lead")


@pytest.fixture
def point(at: datetime) -> ContactPoint:
    return make_contact_point(PHONE, channel=Channel.SMS, verified_at=at)


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.INBOUND_HANDLERS = []


def text(words: str, at: datetime, *, provider_id: str = "one", address: str = PHONE) -> InboundMessage:
    return receive_text(channel=Channel.SMS, address=address, text=words, provider_id=provider_id, at=at)


def understands(inbound: InboundMessage, at: datetime) -> str | None:
    return "understood" if inbound.text == "YES" and inbound.address == PHONE else None


def test_stop_suppresses_the_number_and_takes_back_what_was_allowed(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    wording = make_consent_text(house, purpose=Purpose.REMINDER, channel=Channel.SMS)
    write_consent_event(point, wording, ConsentState.GRANTED, at - timedelta(days=1))
    write_consent_event(point, wording, ConsentState.GRANTED, at - timedelta(days=1), scope="vote")
    for _ in range(2):
        row = text("Stop. Thank you", at)
    assert (row.status, row.handled_as, row.address) == (InboundStatus.HANDLED, "stop", "")
    assert Suppression.objects.in_force().get().reason == SuppressionReason.STOP
    withdrawn = ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN)
    assert sorted(withdrawn.values_list("scope", "source")) == [("", "text:stop"), ("vote", "text:stop")]
    purpose = ContactPurpose(Purpose.REMINDER, Channel.SMS, house.pk, "vote")
    assert may_contact(point, purpose, at).reason == "suppressed:stop"
    text("START", at + timedelta(days=1), provider_id="two")
    assert not Suppression.objects.in_force().exists()
    assert may_contact(point, purpose, at + timedelta(days=1)).reason == "withdrawn", "START gives no consent back"


def test_stop_of_a_number_nobody_knows_is_kept_as_a_suppression(at: datetime) -> None:
    assert text("ARRÊT", at).handled_as == "stop"
    assert Suppression.objects.in_force().count() == 1


def test_text_that_is_understood_is_handled_once_and_its_number_forgotten(settings: Any, at: datetime) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands"]
    first = text("YES", at)
    assert (first.status, first.handled_as, first.address) == (InboundStatus.HANDLED, "understood", "")
    assert text("YES", at + timedelta(minutes=1)) == first
    assert InboundMessage.objects.count() == 1


def test_text_nobody_understands_waits_for_a_human_with_its_number(settings: Any, at: datetime) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands"]
    row = text("have got to STOP this bill", at)
    assert (row.status, row.handled_as, row.address) == (InboundStatus.FOR_A_HUMAN, "", PHONE)


def test_text_is_known_to_answer_whose_message_went_there_last(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    assert text("hello", at).organisation is None
    purpose = ContactPurpose(Purpose.SERVICE, Channel.SMS, house.pk)
    draft = Draft("a:b:1:c", purpose, "event_reminder", PHONE, PHONE, "en", at, at, contact_point=point)
    row = queue_message(draft=draft, at=at)
    assert text("hello", at, provider_id="two").organisation is None, "it was not sent yet"
    OutboundMessage.objects.filter(pk=row.pk).update(status=MessageStatus.SENT)
    found = text("hello", at, provider_id="three")
    assert (found.organisation, found.contact_point) == (house, point)


@pytest.mark.parametrize("address", ["", "call me", "12"])
def test_text_from_no_number_is_refused(address: str, at: datetime) -> None:
    with pytest.raises(UnreadableAddress):
        text("STOP", at, address=address)


def test_text_of_any_length_and_letters_is_kept(at: datetime) -> None:
    assert text("🎉\x00" * 3000, at).text == ("🎉" * 800)


def test_texts_are_forgotten_after_ninety_days_unless_somebody_waits(at: datetime) -> None:
    done, waits = text("STOP", at), text("who are you?", at, provider_id="two")
    assert forget_texts(at=at + KEEP_TEXT) == 0
    assert [forget_texts(at=at + KEEP_TEXT + timedelta(days=1)) for _ in range(2)] == [1, 0]
    done.refresh_from_db()
    waits.refresh_from_db()
    assert (done.text, waits.text) == ("", "who are you?")


def test_number_is_forgotten_a_day_after_somebody_dealt_with_it(at: datetime) -> None:
    row = text("who are you?", at)
    settle_thread(inbound=row, by="tests", at=at)
    forget_texts(at=at + KEEP_NUMBER)
    row.refresh_from_db()
    assert row.address == PHONE
    for _ in range(2):
        forget_texts(at=at + KEEP_NUMBER + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.address, row.text) == ("", "who are you?")


def test_word_the_provider_takes_for_start_is_still_an_answer(settings: Any, at: datetime) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands"]
    text("STOP", at)
    row = receive_text(channel=Channel.SMS, address=PHONE, text="YES", provider_id="two", at=at, told=Told.START)
    assert row.handled_as == "understood"
    assert not Suppression.objects.in_force().exists()


def test_next_text_stays_with_who_took_the_thread(ours: World, at: datetime) -> None:
    first = text("who are you?", at)
    take_thread(inbound=first, by=ours.coordinator)
    assert text("hello?", at, provider_id="two").assigned_to == ours.coordinator
    assert text("hello?", at, provider_id="three", address="+32470123457").assigned_to is None


def test_text_of_an_unknown_number_answers_whoever_answered_it(house: Organisation, at: datetime) -> None:
    purpose = ContactPurpose(Purpose.SERVICE, Channel.SMS, house.pk)
    queue_message(draft=Draft("a:b:1:c", purpose, "inbox_answer", PHONE, PHONE, "en", at, at), at=at)
    OutboundMessage.objects.update(status=MessageStatus.SENT)
    assert text("thanks", at).organisation == house


@pytest.mark.parametrize(("words", "language"), [("HELP", "en"), ("Aide svp", "fr"), ("hulp", "nl"), ("مساعدة", "ar")])
def test_help_is_answered_once_an_hour(words: str, language: str, at: datetime) -> None:
    for number, later in enumerate((0, 20, 60)):
        row = text(words, at + timedelta(minutes=later), provider_id=str(number))
        assert (row.status, row.handled_as, row.address) == (InboundStatus.HANDLED, "help", "")
    assert list(OutboundMessage.objects.values_list("template", "language")) == [("inbox_help", language)] * 2


def test_help_that_fails_leaves_no_text_behind(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("messaging.actions.inbound.queue_help", fail)
    with pytest.raises(RuntimeError):
        text("HELP", at)
    assert not InboundMessage.objects.exists()


def test_texts_are_seen_by_whom_they_answer(ours: World, theirs: World, at: datetime) -> None:
    InboundMessage.objects.create(
        channel="sms", address_index="x", provider_id="a", organisation=ours.lead, status="handled", received_at=at
    )
    InboundMessage.objects.create(channel="sms", address_index="x", provider_id="b", status="handled", received_at=at)
    seen = {
        user.first_name: set(InboundMessage.objects.visible_to(user).values_list("provider_id", flat=True))
        for user in (ours.coordinator, ours.dpo, ours.manager, ours.analyst, theirs.coordinator)
    }
    assert seen == {
        "ours-ada": {"a", "b"},
        "ours-gul": {"a"},
        "ours-ben": set(),
        "ours-finn": set(),
        "theirs-ada": {"b"},
    }


@pytest.mark.django_db(transaction=True)
def test_text_reported_twice_at_once_is_one_row(settings: Any, at: datetime) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands"]
    results = run_at_once(*[lambda: text("YES", at)] * 4)
    assert {row.pk if isinstance(row, InboundMessage) else row for row in results} == {InboundMessage.objects.get().pk}


def test_texts_without_an_id_are_not_taken_for_one_another(at: datetime) -> None:
    texts = [
        receive_text(channel=Channel.SMS, address=number, text=words, provider_id="", at=at)
        for number, words in (("+32470000001", "Hello"), ("+32470000002", "Who is this?"))
    ]
    assert [row.text for row in texts] == ["Hello", "Who is this?"]
    assert texts[0].pk != texts[1].pk
