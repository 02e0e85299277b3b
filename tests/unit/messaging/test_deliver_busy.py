"""Draining the ledger when a provider is busy, slow, quick to report, or may not write to somebody."""

from datetime import datetime, timedelta

import pytest
import time_machine

from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import claim_messages, deliver_messages
from messaging.actions.inbound import receive_text
from messaging.actions.rates import rest_sender
from messaging.actions.reports import take_report
from messaging.actions.sender_blocks import block_sender, lift_sender_blocks
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import OutboundMessage, SenderBlock, SenderState
from messaging.ports import DeliveryError, Letter
from messaging.senders import senders
from people.enums import Channel, ConsentState, Purpose
from tests.factories.campaigns import hand_in
from tests.factories.cms import make_petition
from tests.factories.messaging import RecordingSender, make_message, make_sent
from tests.factories.people import (
    ADA,
    BEN,
    CLEO,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)

MINUTE = timedelta(minutes=1)
PHONE = "+32470123456"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sender(settings, monkeypatch: pytest.MonkeyPatch) -> type[RecordingSender]:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    monkeypatch.setattr(RecordingSender, "letters", [])
    monkeypatch.setattr(RecordingSender, "failures", [])
    return RecordingSender


def confirmation(at: datetime, email: str = ADA) -> OutboundMessage:
    """Queue the confirmation of a new signature and return its message."""
    submission = hand_in(make_petition(), email, at=at)
    drain_submissions(at=at)
    return OutboundMessage.objects.get(submission=submission)


BUSY = DeliveryError("SMTP 454", retry_after=MINUTE)


def test_deliver_to_a_busy_provider_spends_no_attempt_and_lets_its_sender_rest(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime
) -> None:
    first, second, third = (confirmation(at, address) for address in (ADA, BEN, CLEO))
    sender.failures.append(BUSY)
    deliver_messages(at=at)
    rows = OutboundMessage.objects.order_by("pk")
    assert [(row.status, row.attempts, row.claim, row.reason) for row in rows] == [
        (MessageStatus.READY, 0, "", "SMTP 454"), (MessageStatus.READY, 0, "", ""), (MessageStatus.READY, 0, "", ""),
    ]  # fmt: skip
    state = SenderState.objects.get()
    assert (state.channel, state.sender, state.paused_until) == ("email", "", at + MINUTE)
    assert state.pause_reason == "SMTP 454"
    clock.shift(59)
    assert deliver_messages(at=at + timedelta(seconds=59)) == 0
    clock.shift(1)
    assert deliver_messages(at=at + MINUTE) == 3
    assert [letter.address for letter in sender.letters] == [ADA, BEN, CLEO, ADA]
    assert set(rows.values_list("status", "attempts", "reason")) == {(MessageStatus.SENT, 1, "")}
    assert {first.pk, second.pk, third.pk} == set(rows.values_list("pk", flat=True))


def test_deliver_of_a_letter_that_is_itself_the_trouble_lets_the_others_pass(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmation(at)

    class TouchySender(RecordingSender):
        def send(self, letter: Letter) -> str:
            super().send(letter)
            if letter.address == ADA:
                raise BUSY
            return "taken"

    monkeypatch.setattr("messaging.actions.deliver.new_sender", lambda channel: TouchySender())
    tries = 0
    for minute in range(120):
        moment = at + minute * MINUTE
        clock.move_to(moment)
        if minute == 30:
            confirmation(moment, BEN)
        tries += deliver_messages(at=moment) if minute < 30 else 0
        if minute >= 30:
            deliver_messages(at=moment)
    statuses = dict(OutboundMessage.objects.values_list("address", "status"))
    assert statuses == {ADA: MessageStatus.READY, BEN: MessageStatus.SENT}
    assert tries <= 10, "thirty pauses in half an hour would stop everybody's mail"
    assert len(sender.letters) < 20


def test_deliver_when_another_worker_was_asked_to_rest_gives_back_what_it_holds(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        confirmation(at, f"citizen{number}@example.org")
    monkeypatch.setattr("messaging.actions.deliver.FIRST_PACK", 2)
    mail = senders()[0]

    class WarnedSender(RecordingSender):
        def send(self, letter: Letter) -> str:
            rest_sender(sender=mail, pause=MINUTE, reason="429", at=at)
            return super().send(letter)

    monkeypatch.setattr("messaging.actions.deliver.new_sender", lambda channel: WarnedSender())
    deliver_messages(at=at)
    assert len(sender.letters) == 2
    assert OutboundMessage.objects.filter(status=MessageStatus.READY, claim="", claimed_at=None).count() == 5


def test_deliver_to_a_slow_provider_gives_back_what_it_did_not_take_in_time(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        confirmation(at, f"citizen{number}@example.org")
    monkeypatch.setattr("messaging.actions.deliver.PACK_SECONDS", 0)
    ticks = iter(range(100))
    monkeypatch.setattr("messaging.actions.deliver.time.monotonic", lambda: float(next(ticks)))
    assert deliver_messages(at=at, channel="email") == 4
    assert 0 < len(sender.letters) < 4
    waiting = OutboundMessage.objects.filter(status=MessageStatus.READY)
    assert set(waiting.values_list("claim", "claimed_at", "attempts")) == {("", None, 0)}


def test_deliver_to_whom_the_sender_may_not_write_any_more_fails_and_is_not_tried_again(
    sender: type[RecordingSender], at: datetime
) -> None:
    first, second = confirmation(at), confirmation(at, BEN)
    sender.failures.append(DeliveryError("21610", blocks_sender=True))
    deliver_messages(at=at)
    later = make_message(hand_in(make_petition(), at=at), at=at)
    deliver_messages(at=at)
    for message in (first, second, later):
        message.refresh_from_db()
    assert [(each.status, each.reason) for each in (first, second, later)] == [
        (MessageStatus.FAILED, "21610"), (MessageStatus.SENT, ""), (MessageStatus.SUPPRESSED, "sender-blocked"),
    ]  # fmt: skip
    assert lift_sender_blocks(channel=Channel.EMAIL, canonical=ADA, by="tests", at=at) == 1
    assert lift_sender_blocks(channel=Channel.EMAIL, canonical=ADA, by="tests", at=at) == 0
    again = make_message(hand_in(make_petition(), at=at), at=at)
    deliver_messages(at=at)
    again.refresh_from_db()
    assert again.status == MessageStatus.SENT


def test_deliver_keeps_what_a_report_said_before_it_could_write_it_down(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = confirmation(at)

    class QuickReporter(RecordingSender):
        def send(self, letter: Letter) -> str:
            take_report(channel=Channel.EMAIL, event=ReportedEvent.DELIVERED, at=at, reference=letter.reference)
            return super().send(letter)

    monkeypatch.setattr("messaging.actions.deliver.new_sender", lambda channel: QuickReporter())
    deliver_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.provider_id, message.sent_at) == (MessageStatus.DELIVERED, "sent-1", at)


def test_deliver_leaves_a_batch_that_was_paused_after_the_claim_to_whoever_drains_next(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, other = confirmation(at), confirmation(at, BEN)
    claimed = claim_messages(at=at, limit=9)
    OutboundMessage.objects.filter(pk=paused.pk).update(is_held=True)
    monkeypatch.setattr("messaging.actions.deliver.claim_messages", lambda **_: claimed)
    deliver_messages(at=at, channel="email")
    assert [letter.address for letter in sender.letters] == [BEN]
    paused.refresh_from_db()
    assert (paused.status, paused.claim, paused.attempts) == (MessageStatus.READY, "", 0)
    other.refresh_from_db()
    assert other.status == MessageStatus.SENT


def test_deliver_holds_a_text_back_through_the_night_and_answers_not(
    sender: type[RecordingSender], clock: time_machine.Traveller, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = Letter("a:b:1:c", "sms", PHONE, "en", "", "Tomorrow at nine.")
    monkeypatch.setattr("messaging.actions.deliver.render_message", lambda message: letter)
    settings.MESSAGE_SENDERS = {"sms": "tests.factories.messaging.RecordingSender"}
    night = datetime.fromisoformat("2026-03-02T22:00:00+01:00")
    morning = datetime.fromisoformat("2026-03-03T08:00:00+01:00")
    clock.move_to(night)
    organisation, point = make_organisation(), make_contact_point(PHONE, channel=Channel.SMS, verified_at=night)
    text = make_consent_text(organisation, channel=Channel.SMS, purpose=Purpose.REMINDER)
    write_consent_event(point, text, ConsentState.GRANTED, night - MINUTE)
    columns = {"channel": "sms", "address": PHONE, "template": "event_reminder", "contact_point": point}
    reminder = make_sent(night, "ready", purpose="reminder", organisation=organisation, **columns)
    answer = make_sent(night, "ready", purpose="service", **columns)
    deliver_messages(at=night)
    for message in (reminder, answer):
        message.refresh_from_db()
    assert (reminder.status, reminder.reason, reminder.not_before) == (MessageStatus.READY, "quiet hours", morning)
    assert (reminder.attempts, reminder.claim) == (0, "")
    assert answer.status == MessageStatus.SENT
    assert deliver_messages(at=morning - MINUTE) == 0
    clock.move_to(morning)
    assert deliver_messages(at=morning) == 1
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (MessageStatus.SENT, "")


def test_start_by_text_lets_every_sender_try_again(at: datetime) -> None:
    index = make_sent(at, channel="sms", address=PHONE).address_index
    for name in ("", "greens"):
        block_sender(channel="sms", sender=name, address_index=index, by="tests", at=at)
    receive_text(channel=Channel.SMS, address=PHONE, text="START", provider_id="SM1", at=at)
    assert not SenderBlock.objects.filter(lifted_at__isnull=True).exists()
