"""Consent asked again while a worker has the letter in hand: whoever takes it back meanwhile is not written to."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from messaging.actions import deliver
from messaging.actions.deliver import claim_messages, deliver_message
from messaging.actions.sender_blocks import block_sender
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import Letter
from messaging.selectors import may_cross_word
from people.actions.consents import withdraw_consent
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentText, ContactPoint
from tests.factories.campaigns import hand_in
from tests.factories.cms import make_petition
from tests.factories.messaging import RecordingSender, make_message
from tests.factories.people import BEN, make_consent_text, make_contact_point, make_organisation, write_consent_event

DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sender(settings, monkeypatch: pytest.MonkeyPatch) -> type[RecordingSender]:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    monkeypatch.setattr(RecordingSender, "letters", [])
    monkeypatch.setattr(RecordingSender, "failures", [])
    return RecordingSender


def _news_to(point: ContactPoint, text: ConsentText, at: datetime) -> OutboundMessage:
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    write_consent_event(point, text, ConsentState.GRANTED, at - DAY)
    return make_message(hand_in(make_petition(), at=at), at=at, purpose=news, contact_point=point)


def test_deliver_asks_again_while_a_pack_is_in_hand(sender: type[RecordingSender], at: datetime) -> None:
    text = make_consent_text(make_organisation())
    points = [make_contact_point(f"citizen{number}@example.org", verified_at=at) for number in range(3)]
    rows = [_news_to(point, text, at) for point in points]

    class Slow(RecordingSender):
        def send(self, letter: Letter) -> str:
            withdraw_consent(contact_point=points[1], text=text, source="unsubscribe-link", at=at)
            return super().send(letter)

    claimed = claim_messages(at=at, limit=3)
    assert deliver._deliver_pack(claimed, Slow(), at) == []
    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == [MessageStatus.SENT, MessageStatus.SUPPRESSED, MessageStatus.SENT]
    assert (rows[1].reason, rows[1].attempts) == ("withdrawn", 0)
    assert len(sender.letters) == 2


def test_deliver_sees_what_is_said_right_before_a_letter(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = make_consent_text(make_organisation())
    points = [make_contact_point(f"citizen{number}@example.org", verified_at=at) for number in range(2)]
    rows = [_news_to(point, text, at) for point in points]
    begin = deliver._begin

    def withdraw_after_everything_was_asked(messages: list[OutboundMessage], when: datetime) -> list[OutboundMessage]:
        begun = begin(messages, when)
        withdraw_consent(contact_point=points[0], text=text, source="unsubscribe-link", at=at)
        block_sender(channel=Channel.EMAIL, sender="", address_index=rows[1].address_index, by="tests", at=at)
        return begun

    monkeypatch.setattr(deliver, "_begin", withdraw_after_everything_was_asked)
    assert deliver._deliver_pack(claim_messages(at=at, limit=2), sender(), at) == []
    stored = [OutboundMessage.objects.get(pk=row.pk) for row in rows]
    assert {(row.status, row.reason) for row in stored} == {
        ("suppressed", "withdrawn"),
        ("suppressed", "sender-blocked"),
    }
    assert sender.letters == []


def test_deliver_gives_a_letter_back_when_it_cannot_be_asked_for(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = make_consent_text(make_organisation())
    rows = [_news_to(make_contact_point(f"c{number}@example.org", verified_at=at), text, at) for number in range(2)]

    def fail(message: OutboundMessage) -> bool:
        raise OperationalError

    monkeypatch.setattr(deliver, "is_unchanged", fail)
    claimed = claim_messages(at=at, limit=2)
    with pytest.raises(OperationalError):
        deliver._deliver_pack(claimed, sender(), at)
    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.attempts) == (MessageStatus.READY, 0)
    assert sender.letters == []


def test_deliver_writes_to_who_took_something_else_back(sender: type[RecordingSender], at: datetime) -> None:
    own, other = make_consent_text(make_organisation()), make_consent_text(make_organisation("Other"))
    point = make_contact_point(verified_at=at)
    write_consent_event(point, other, ConsentState.WITHDRAWN, at - DAY)
    ContactPoint.objects.filter(pk=point.pk).update(paused_until=at - DAY)
    _news_to(point, own, at)
    (claimed,) = claim_messages(at=at, limit=1)
    deliver_message(message=claimed, sender=sender(), at=at)
    assert len(sender.letters) == 1


def test_deliver_leaves_what_was_given_up_meanwhile_to_a_human(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _news_to(make_contact_point(verified_at=at), make_consent_text(make_organisation()), at)
    begin = deliver._begin

    def give_up(messages: list[OutboundMessage], when: datetime) -> list[OutboundMessage]:
        begun = begin(messages, when)
        deliver.settle_lost_messages(at=when + deliver.LOST_AFTER + timedelta(seconds=1))
        return begun

    monkeypatch.setattr(deliver, "_begin", give_up)
    deliver._deliver_pack(claim_messages(at=at, limit=1), sender(), at)
    row.refresh_from_db()
    assert (row.status, sender.letters) == (MessageStatus.UNKNOWN, [])


def test_word_said_during_the_call_is_told_that_one_may_be_under_way(at: datetime) -> None:
    point, other = make_contact_point(verified_at=at), make_contact_point(BEN, verified_at=at)
    text = make_consent_text(make_organisation())
    row = _news_to(point, text, at)
    told: list[bool] = []

    class Slow(RecordingSender):
        def send(self, letter: Letter) -> str:
            told.extend(may_cross_word([each], at=at) for each in (point, other))
            return super().send(letter)

    told.append(may_cross_word([point], at=at))
    (claimed,) = claim_messages(at=at, limit=1)
    deliver_message(message=claimed, sender=Slow(), at=at)
    told.append(may_cross_word([point], at=at))
    assert told == [False, True, False, False]
    OutboundMessage.objects.filter(pk=row.pk).update(status=MessageStatus.UNKNOWN)
    assert [may_cross_word([point], at=at + days) for days in (DAY / 2, 2 * DAY)] == [True, False]


@pytest.mark.parametrize("change", ["pause", "unprove", "erase"])
def test_deliver_judges_an_address_as_it_stands_now(sender: type[RecordingSender], at: datetime, change: str) -> None:
    text = make_consent_text(make_organisation())
    point = make_contact_point(verified_at=at)
    message = _news_to(point, text, at)
    (claimed,) = claim_messages(at=at, limit=1)
    if change == "erase":
        point.supporter.delete()
    else:
        columns = {"paused_until": at + DAY} if change == "pause" else {"verified_at": None}
        ContactPoint.objects.filter(pk=point.pk).update(**columns)
    deliver_message(message=claimed, sender=sender(), at=at)
    message.refresh_from_db()
    expected = "paused" if change == "pause" else "unverified"
    assert (message.status, message.reason, sender.letters) == (MessageStatus.SUPPRESSED, expected, [])
