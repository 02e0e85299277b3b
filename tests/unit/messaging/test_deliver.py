"""Draining the ledger: every message at most once, refusals and failures written down."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
import time_machine

from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import (
    CLAIM_FOR,
    LOST_AFTER,
    MAX_ATTEMPTS,
    claim_messages,
    deliver_message,
    deliver_messages,
    settle_lost_messages,
)
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter
from people.actions.consents import suppress_address, withdraw_consent
from people.actions.submissions import disown_submission
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from tests.factories.campaigns import confirm_token, hand_in, press
from tests.factories.cms import make_petition
from tests.factories.messaging import RecordingSender, make_message
from tests.factories.people import (
    ADA,
    BEN,
    CLEO,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)
from tests.threads import run_at_once

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

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


def test_deliver_sends_what_is_due_once(sender: type[RecordingSender], at: datetime) -> None:
    message = confirmation(at)
    assert [deliver_messages(at=at) for _ in range(2)] == [1, 0]
    message.refresh_from_db()
    assert (message.status, message.provider_id, message.sent_at) == (MessageStatus.SENT, "sent-1", at)
    assert message.attempts == 1
    assert [letter.address for letter in sender.letters] == [ADA]


def test_deliver_waits_until_it_is_due(sender: type[RecordingSender], at: datetime) -> None:
    message = confirmation(at)
    OutboundMessage.objects.update(not_before=at + MINUTE)
    assert deliver_messages(at=at) == 0
    assert deliver_messages(at=at + MINUTE) == 1
    message.refresh_from_db()
    assert message.status == MessageStatus.SENT


def test_deliver_after_its_last_useful_moment_expires(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime
) -> None:
    message = confirmation(at)
    OutboundMessage.objects.update(expires_at=at)
    clock.shift(1)
    deliver_messages(at=at + MINUTE)
    message.refresh_from_db()
    assert message.status == MessageStatus.EXPIRED
    assert not sender.letters


@pytest.mark.parametrize("settle", ["confirmed", "disowned", "purged"])
def test_deliver_of_what_is_not_needed_any_more_is_cancelled(
    sender: type[RecordingSender], at: datetime, settle: str
) -> None:
    message = confirmation(at)
    submission = message.submission
    assert submission is not None
    if settle == "confirmed":
        press(submission, at=at)
    elif settle == "disowned":
        disown_submission(token=confirm_token(submission), at=at)
    else:
        submission.delete()
    deliver_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == (MessageStatus.CANCELLED, "not needed any more")
    assert not sender.letters


def test_deliver_asks_again_whether_the_address_was_suppressed_meanwhile(
    sender: type[RecordingSender], at: datetime
) -> None:
    message = confirmation(at)
    suppress_address(channel=Channel.EMAIL, canonical=ADA, reason=SuppressionReason.STOP, by="tests", at=at)
    deliver_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, "suppressed:stop")
    assert not sender.letters


def test_deliver_asks_again_whether_consent_was_withdrawn_meanwhile(
    sender: type[RecordingSender], at: datetime
) -> None:
    text = make_consent_text(make_organisation())
    point = make_contact_point(verified_at=at)
    write_consent_event(point, text, ConsentState.GRANTED, at - DAY)
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    submission = hand_in(make_petition(), at=at)
    first = make_message(submission, at=at, purpose=news, contact_point=point)
    deliver_messages(at=at)
    second = make_message(submission, at=at, purpose=news, contact_point=point)
    withdraw_consent(contact_point=point, text=text, source="unsubscribe-link", at=at)
    deliver_messages(at=at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.status == MessageStatus.SENT
    assert (second.status, second.reason) == (MessageStatus.SUPPRESSED, "withdrawn")
    assert len(sender.letters) == 1


def test_deliver_to_what_is_no_address_is_suppressed(sender: type[RecordingSender], at: datetime) -> None:
    message = confirmation(at)
    OutboundMessage.objects.update(address="no address")
    deliver_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, "unreadable address")


def test_deliver_with_a_temporary_failure_tries_again_after_growing_pauses_eight_times(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime
) -> None:
    message = confirmation(at)
    sender.failures.extend(DeliveryError("SMTP 450") for _ in range(20))
    moment, pauses = at, []
    for _ in range(MAX_ATTEMPTS + 2):
        deliver_messages(at=moment)
        message.refresh_from_db()
        if message.status != MessageStatus.READY:
            break
        pauses.append((message.not_before - moment).total_seconds() / 60)
        assert deliver_messages(at=message.not_before - timedelta(seconds=1)) == 0
        clock.move_to(message.not_before)
        moment = message.not_before
    assert pauses == [1, 2, 4, 8, 16, 32, 60]
    assert (message.status, message.reason, message.attempts) == (MessageStatus.FAILED, "SMTP 450", MAX_ATTEMPTS)
    assert len(sender.letters) == MAX_ATTEMPTS
    assert deliver_messages(at=moment + DAY) == 0


def test_deliver_after_a_temporary_failure_succeeds(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime
) -> None:
    message = confirmation(at)
    sender.failures.append(DeliveryError("SMTP 450"))
    deliver_messages(at=at)
    clock.shift(MINUTE)
    deliver_messages(at=at + MINUTE)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (MessageStatus.SENT, 2)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (DeliveryError("SMTP 550", permanent=True), MessageStatus.FAILED),
        (DeliveryError("SMTPServerDisconnected", uncertain=True), MessageStatus.UNKNOWN),
        (RuntimeError("the vendor's library broke"), MessageStatus.UNKNOWN),
    ],
)
def test_deliver_with_a_final_failure_is_never_sent_again_and_holds_up_nobody(
    sender: type[RecordingSender],
    clock: time_machine.Traveller,
    at: datetime,
    failure: Exception,
    status: MessageStatus,
) -> None:
    first, second = confirmation(at), confirmation(at, BEN)
    sender.failures.append(failure)
    deliver_messages(at=at)
    clock.shift(DAY)
    settle_lost_messages(at=at + DAY)
    deliver_messages(at=at + DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (status, MessageStatus.SENT)
    assert first.reason
    assert [letter.address for letter in sender.letters] == [ADA, BEN]


def test_deliver_of_what_cannot_be_drawn_holds_up_nobody_and_is_tried_again(
    sender: type[RecordingSender], clock: time_machine.Traveller, at: datetime
) -> None:
    first, second = confirmation(at), confirmation(at, BEN)
    OutboundMessage.objects.filter(pk=first.pk).update(template="no_such_text")
    deliver_messages(at=at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.reason) == (MessageStatus.READY, "cannot be rendered: KeyError")
    assert second.status == MessageStatus.SENT
    OutboundMessage.objects.filter(pk=first.pk).update(template="confirm_signature")
    clock.shift(MINUTE)
    deliver_messages(at=at + MINUTE)
    first.refresh_from_db()
    assert first.status == MessageStatus.SENT


def test_claim_of_a_worker_that_died_before_sending_is_free_after_five_minutes(
    sender: type[RecordingSender], at: datetime
) -> None:
    confirmation(at)
    dead = claim_messages(at=at, limit=10)
    assert len(dead) == 1
    assert claim_messages(at=at + CLAIM_FOR, limit=10) == []
    taken = claim_messages(at=at + CLAIM_FOR + timedelta(seconds=1), limit=10)
    assert [message.pk for message in taken] == [dead[0].pk]
    deliver_message(message=taken[0], sender=sender(), at=at)
    deliver_message(message=dead[0], sender=sender(), at=at)
    assert len(sender.letters) == 1


def test_message_sending_for_ten_minutes_becomes_unknown_and_is_not_sent_again(
    sender: type[RecordingSender], at: datetime
) -> None:
    message = confirmation(at)
    OutboundMessage.objects.update(status=MessageStatus.SENDING, claimed_at=at)
    assert settle_lost_messages(at=at + LOST_AFTER) == 0
    assert settle_lost_messages(at=at + LOST_AFTER + timedelta(seconds=1)) == 1
    message.refresh_from_db()
    assert message.status == MessageStatus.UNKNOWN
    assert deliver_messages(at=at + DAY) == 0
    assert not sender.letters


def test_message_settled_as_unknown_while_its_sender_was_slow_is_sent_after_all(at: datetime) -> None:
    message = confirmation(at)
    (claimed,) = claim_messages(at=at, limit=1)

    class SlowSender(RecordingSender):
        def send(self, letter: object) -> str:
            settle_lost_messages(at=at + DAY)
            return "slow-1"

    deliver_message(message=claimed, sender=SlowSender(), at=at)
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (MessageStatus.SENT, "slow-1")


def test_deliver_with_a_slow_sender_gives_back_what_it_did_not_reach(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"citizen{number}@example.org" for number in range(7)]
    for address in addresses:
        confirmation(at, address)
    in_hand = []

    class WatchingSender(RecordingSender):
        def send(self, letter: Letter) -> str:
            in_hand.append(OutboundMessage.objects.filter(status=MessageStatus.SENDING).count())
            return super().send(letter)

    monkeypatch.setattr("messaging.actions.deliver.PACK_SECONDS", 0)
    monkeypatch.setattr("messaging.actions.deliver.new_sender", lambda channel: WatchingSender())
    assert deliver_messages(at=at) == 7
    assert in_hand == [7, 2, 2, 2, 2, 2, 1]
    assert [letter.address for letter in sender.letters] == addresses
    assert set(OutboundMessage.objects.values_list("status", "attempts")) == {(MessageStatus.SENT, 1)}


def test_deliver_told_to_end_settles_what_was_sent_and_gives_back_the_rest(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [confirmation(at, address) for address in (ADA, BEN, CLEO)]

    class EndingSender(RecordingSender):
        def send(self, letter: Letter) -> str:
            provider_id = super().send(letter)
            if letter.address == BEN:
                raise SystemExit
            return provider_id

    with monkeypatch.context() as patch:
        patch.setattr("messaging.actions.deliver.new_sender", lambda channel: EndingSender())
        with pytest.raises(SystemExit):
            deliver_messages(at=at)
    # Nobody knows what became of the letter in hand at that moment.
    rows = OutboundMessage.objects.in_bulk()
    assert [(rows[message.pk].status, rows[message.pk].attempts) for message in messages] == [
        (MessageStatus.SENT, 1), (MessageStatus.SENDING, 1), (MessageStatus.READY, 0),
    ]  # fmt: skip
    deliver_messages(at=at + CLAIM_FOR + MINUTE)
    assert [letter.address for letter in sender.letters] == [ADA, BEN, CLEO]


def test_deliver_leaves_out_what_another_drain_took_meanwhile(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = confirmation(at), confirmation(at, BEN)
    claimed = claim_messages(at=at, limit=9)
    OutboundMessage.objects.filter(pk=theirs.pk).update(claim="another drain")
    monkeypatch.setattr("messaging.actions.deliver.claim_messages", lambda **_: claimed)
    deliver_messages(at=at, channel="email")
    assert [letter.address for letter in sender.letters] == [ADA]
    assert dict(OutboundMessage.objects.values_list("pk", "status")) == {
        ours.pk: MessageStatus.SENT,
        theirs.pk: MessageStatus.READY,
    }


def test_deliver_of_one_claimed_message_twice_sends_it_once(sender: type[RecordingSender], at: datetime) -> None:
    confirmation(at)
    (claimed,) = claim_messages(at=at, limit=1)
    for _ in range(2):
        deliver_message(message=claimed, sender=sender(), at=at)
    assert len(sender.letters) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_deliver_costs_one_query_per_letter_beside_what_a_pack_costs(
    at: datetime, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        confirmation(at, f"citizen{number}@example.org")
    # Does the sender rest; claiming (three classes of urgency, mark); suppressions, blocks, SENDING, SENT; and the
    # marks of three transactions inside the test's own. Then, before each letter, whether anything was said since.
    with django_assert_num_queries(9 + 6 + count):  # type: ignore[operator]
        deliver_messages(at=at, channel="email")


def test_claim_takes_the_longest_due_first(at: datetime) -> None:
    late, early = confirmation(at), confirmation(at, BEN)
    OutboundMessage.objects.filter(pk=early.pk).update(not_before=at - DAY)
    assert [message.pk for message in claim_messages(at=at, limit=1)] == [early.pk]
    assert [message.pk for message in claim_messages(at=at, limit=9)] == [late.pk]


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_are_disjoint(at: datetime) -> None:
    for number in range(30):
        make_message(at=at, address=f"citizen{number}@example.org")

    def claim_all() -> list[int]:
        found: list[int] = []
        while batch := claim_messages(at=at, limit=4):
            found += [message.pk for message in batch]
        return found

    results = run_at_once(*[claim_all] * 3)
    taken = Counter(pk for result in results for pk in result)
    assert set(taken.values()) == {1}
    taken.update(claim_all())
    assert taken == Counter(OutboundMessage.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_deliver_at_once_sends_each_letter_once(sender: type[RecordingSender], at: datetime) -> None:
    petition = make_petition()
    addresses = [f"citizen{number}@example.org" for number in range(24)]
    for address in addresses:
        hand_in(petition, address, at=at)
    drain_submissions(at=at)

    def deliver_all() -> None:
        while deliver_messages(at=at, limit=3):
            pass

    assert run_at_once(*[deliver_all] * 3) == [None] * 3
    deliver_all()
    assert Counter(letter.address for letter in sender.letters) == Counter(addresses)
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {MessageStatus.SENT}
