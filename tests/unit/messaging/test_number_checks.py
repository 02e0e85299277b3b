"""A number typed into a form is asked once whether it is its author's; YES proves it, NO stops it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction

from accounts.models import Organisation
from core.models import AuditEntry
from messaging.actions.inbound import receive_text
from messaging.actions.number_checks import ASK_AGAIN_AFTER, ASKED_LATELY, ask_number
from messaging.actions.queue import Draft, queue_message
from messaging.answer_words import read_answer
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from messaging.rendering import NotNeeded, render_message
from messaging.selectors import number_waiting_for_yes
from messaging.sms_text import segments
from people.actions.consents import suppress_address
from people.consent import ContactPurpose, grants_in_force, may_contact
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ContactPoint, Suppression
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"


@pytest.fixture
def house() -> Organisation:
    return make_organisation("Lead")


@pytest.fixture
def point(house: Organisation, at: datetime) -> ContactPoint:
    """An unproved number whose author ticked reminders by SMS."""
    number = make_contact_point(PHONE, channel=Channel.SMS)
    agree(number, house, at)
    return number


@pytest.fixture(autouse=True)
def _nobody_else_listens(settings: Any) -> None:
    settings.INBOUND_HANDLERS = []


def agree(number: ContactPoint, house: Organisation, at: datetime, purpose: Purpose = Purpose.REMINDER) -> None:
    wording = make_consent_text(house, purpose=purpose, channel=Channel.SMS)
    write_consent_event(number, wording, ConsentState.GRANTED, at, scope="vote")


def ask(point: ContactPoint | None, house: Organisation, at: datetime, **changes: Any) -> OutboundMessage | None:
    told = {"scope": "vote", "campaign_name": "Your commune, your vote", "language": "en", **changes}
    return ask_number(point=point, organisation=house, at=at, **told)


def send(row: OutboundMessage | None) -> OutboundMessage:
    assert row is not None
    OutboundMessage.objects.filter(pk=row.pk).update(status=MessageStatus.SENT)
    return row


def reply(words: str, at: datetime, *, provider_id: str = "") -> InboundMessage:
    provider_id = provider_id or f"{words}-{at}"
    return receive_text(channel=Channel.SMS, address=PHONE, text=words, provider_id=provider_id, at=at)


def send_other(point: ContactPoint, house: Organisation, at: datetime) -> OutboundMessage:
    """Send the number something else."""
    purpose = ContactPurpose(Purpose.SERVICE, Channel.SMS, house.pk)
    draft = Draft(f"other:x:{at}:y", purpose, "event_reminder", PHONE, PHONE, "en", at, at, contact_point=point)
    return send(queue_message(draft=draft, at=at))


def understands_all(inbound: InboundMessage, at: datetime) -> str | None:
    return "rsvp:1:coming"


def test_number_is_asked_as_an_answer_to_the_form(point: ContactPoint, house: Organisation, at: datetime) -> None:
    row = ask(point, house, at)
    assert row is not None
    assert (row.status, row.purpose, row.channel, row.organisation) == ("ready", "service", "sms", house)
    assert (row.expires_at, row.contact_point) == (at + timedelta(days=7), point)
    assert number_waiting_for_yes(point.supporter, at=at) == point
    assert ContactPoint.objects.get().verified_at is None, "asking proves nothing"


def test_number_is_asked_once_in_thirty_days_whatever_is_sent(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    ask(point, house, at)
    other = make_organisation("Another")
    for later in (timedelta(minutes=1), timedelta(days=29)):
        agree(point, other, at + later)
        assert ask(point, other, at + later, scope="else") is None
    found = OutboundMessage.objects.order_by("pk").values_list("status", "reason")
    assert list(found) == [("ready", ""), ("suppressed", ASKED_LATELY), ("suppressed", ASKED_LATELY)]
    assert ask(point, house, at + ASK_AGAIN_AFTER) is not None


def test_number_of_somebody_who_was_removed_is_not_asked_again(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    send(ask(point, house, at))
    point.supporter.delete()
    again = make_contact_point(PHONE, channel=Channel.SMS)
    agree(again, house, at)
    assert ask(again, house, at + timedelta(days=1)) is None


def test_number_is_not_asked_without_a_consent_or_once_it_is_proved(house: Organisation, at: datetime) -> None:
    assert ask(None, house, at) is None
    assert ask(make_contact_point(), house, at) is None, "an e-mail address"
    bare = make_contact_point(PHONE, channel=Channel.SMS)
    assert ask(bare, house, at) is None
    proved = make_contact_point("+32470123457", channel=Channel.SMS, verified_at=at)
    agree(proved, house, at)
    assert ask(proved, house, at) is None
    withdrawn = make_contact_point("+32470123458", channel=Channel.SMS)
    agree(withdrawn, house, at)
    wording = make_consent_text(house, purpose=Purpose.REMINDER, channel=Channel.SMS)
    write_consent_event(withdrawn, wording, ConsentState.WITHDRAWN, at + timedelta(hours=1), scope="vote")
    assert ask(withdrawn, house, at + timedelta(hours=2)) is None
    assert not OutboundMessage.objects.exists()


def test_number_that_was_stopped_is_not_asked(point: ContactPoint, house: Organisation, at: datetime) -> None:
    stop = SuppressionReason.STOP
    suppress_address(channel=Channel.SMS, canonical=PHONE, reason=stop, by="tests", at=at)
    row = ask(point, house, at)
    assert row is not None
    assert (row.status, row.reason) == (MessageStatus.SUPPRESSED, "suppressed:stop")
    assert number_waiting_for_yes(point.supporter, at=at) is None


def test_question_rolled_back_leaves_no_row(point: ContactPoint, house: Organisation, at: datetime) -> None:
    with transaction.atomic():
        assert ask(point, house, at) is not None
        transaction.set_rollback(True)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.CAMPAIGN_NEWS])
@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_question_names_who_asks_and_the_word_to_answer(
    house: Organisation, at: datetime, language: str, purpose: Purpose
) -> None:
    number = make_contact_point(PHONE, channel=Channel.SMS)
    agree(number, house, at, purpose)
    row = ask(number, house, at, language=language)
    assert row is not None
    words = render_message(row).text
    assert words.strip().endswith("Lead") if language == "ar" else words.startswith("Lead")
    assert "Your commune, your vote" in words
    said = {read_answer(word) for word in words.replace("(", " ").split()}
    assert {True, False} <= said, "both words are in it"
    if language == "en":
        assert segments(words) == 1
        assert ("reminders" in words) is (purpose == Purpose.REMINDER)


def test_question_of_the_longest_names_fits_one_segment(point: ContactPoint, at: datetime) -> None:
    long = make_organisation("Fédération des associations « pour le vote » des résidents · Bruxelles")
    row = ask(point, long, at, campaign_name="Œuvrons ensemble pour l’inscription de toutes et tous en 2030")
    assert row is not None
    words = render_message(row).text
    assert (segments(words), "Reply NO" in words) == (1, True)


def test_question_in_a_language_we_do_not_write_is_in_the_first(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    row = ask(point, house, at, language="tlh")
    assert row is not None
    assert row.language == django_settings.LANGUAGE_CODE


def test_question_is_dropped_when_nothing_is_left_to_ask(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    row = ask(point, house, at)
    assert row is not None
    ContactPoint.objects.update(verified_at=at)
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get(pk=row.pk))
    ContactPoint.objects.update(verified_at=None)
    wording = make_consent_text(house, purpose=Purpose.REMINDER, channel=Channel.SMS)
    write_consent_event(point, wording, ConsentState.WITHDRAWN, at, scope="vote")
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get(pk=row.pk))
    ContactPoint.objects.all().delete()
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get(pk=row.pk))


def test_yes_proves_the_number_once_and_what_was_agreed_to_holds(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    send(ask(point, house, at))
    purpose = ContactPurpose(Purpose.REMINDER, Channel.SMS, house.pk, "vote")
    assert may_contact(point, purpose, at).reason == "unverified"
    for days in (1, 2):
        row = reply("Yes, thanks!", at + timedelta(days=days))
        assert (row.status, row.handled_as, row.address) == (InboundStatus.HANDLED, "number:yes", "")
    point.refresh_from_db()
    assert point.verified_at == at + timedelta(days=1)
    assert may_contact(point, purpose, at + timedelta(days=1)).allowed
    entry = AuditEntry.objects.get(action="people.contact_point.verified")
    assert entry.actor == "text:yes"
    assert number_waiting_for_yes(point.supporter, at=at + timedelta(days=2)) is None


def test_no_stops_the_number_for_good_and_takes_back_what_was_agreed_to(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    send(ask(point, house, at))
    for minutes in (5, 6):
        assert reply("Non merci", at + timedelta(minutes=minutes)).handled_as == "number:no"
    point.refresh_from_db()
    assert point.verified_at is None
    assert Suppression.objects.in_force().get().reason == SuppressionReason.STOP
    assert grants_in_force(point, at + timedelta(hours=1)) == []
    much_later = at + 10 * ASK_AGAIN_AFTER
    agree(point, house, much_later)
    row = ask(point, house, much_later)
    assert row is not None
    assert row.reason == "suppressed:stop"


@pytest.mark.parametrize("words", ["who is this?", "yes or no?", ""])
def test_anything_else_waits_for_a_human(point: ContactPoint, house: Organisation, at: datetime, words: str) -> None:
    send(ask(point, house, at))
    assert reply(words, at).status == InboundStatus.FOR_A_HUMAN
    assert ContactPoint.objects.get().verified_at is None


def test_yes_of_a_number_that_was_not_asked_proves_nothing(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    assert reply("YES", at).status == InboundStatus.FOR_A_HUMAN
    row = ask(point, house, at)
    assert row is not None
    assert reply("YES", at + timedelta(seconds=1)).status == InboundStatus.FOR_A_HUMAN, "it has not left yet"
    send(row)
    assert reply("YES", at + ASK_AGAIN_AFTER).status == InboundStatus.FOR_A_HUMAN, "too long ago"
    assert ContactPoint.objects.get().verified_at is None


def test_yes_both_proves_the_number_and_answers_what_else_is_open(
    settings: Any, point: ContactPoint, house: Organisation, at: datetime
) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands_all"]
    send(ask(point, house, at))
    send_other(point, house, at)
    assert reply("YES", at).handled_as == "rsvp:1:coming"
    assert ContactPoint.objects.get().verified_at == at


def test_no_means_what_went_there_last(settings: Any, point: ContactPoint, house: Organisation, at: datetime) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.understands_all"]
    send_other(point, house, at)
    send(ask(point, house, at))
    assert reply("NO", at).handled_as == "number:no"
    Suppression.objects.all().delete()
    send_other(point, house, at + timedelta(minutes=1))
    assert reply("NO", at + timedelta(minutes=2)).handled_as == "rsvp:1:coming"
    assert not Suppression.objects.exists(), "the number's owner only cannot come"
    settings.INBOUND_HANDLERS = []
    assert reply("no", at + timedelta(minutes=3)).handled_as == "number:no", "nobody else knows what it means"


def test_answers_to_later_texts_of_a_proved_number_are_no_answers_to_the_question(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    send(ask(point, house, at))
    reply("YES", at)
    send_other(point, house, at + timedelta(days=1))
    for words in ("YES", "NO"):
        assert reply(words, at + timedelta(days=2)).status == InboundStatus.FOR_A_HUMAN
    assert not Suppression.objects.exists()


def test_stop_comes_before_any_answer(point: ContactPoint, house: Organisation, at: datetime) -> None:
    send(ask(point, house, at))
    assert reply("STOP", at).handled_as == "stop"
    assert ContactPoint.objects.get().verified_at is None


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_ask_once(point: ContactPoint, house: Organisation, at: datetime) -> None:
    moments = [at + timedelta(microseconds=number) for number in range(4)]
    run_at_once(*[lambda moment=moment: ask(point, house, moment) for moment in moments])
    asked = OutboundMessage.objects.exclude(status=MessageStatus.SUPPRESSED)
    assert asked.count() == 1


@pytest.mark.django_db(transaction=True)
def test_yes_reported_four_times_at_once_is_one_row_and_one_proof(
    point: ContactPoint, house: Organisation, at: datetime
) -> None:
    send(ask(point, house, at))
    with time_machine.travel(at, tick=False):
        run_at_once(*[lambda: reply("YES", at, provider_id="same")] * 4)
    assert InboundMessage.objects.get().handled_as == "number:yes"
    assert AuditEntry.objects.filter(action="people.contact_point.verified").count() == 1
