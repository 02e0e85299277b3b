"""Consent asked again while a worker has the letter in hand: whoever takes it back meanwhile is not written to."""

from datetime import datetime, timedelta

import pytest

from messaging.actions import deliver
from messaging.actions.deliver import claim_messages, deliver_message
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.actions.consents import withdraw_consent
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentText, ContactPoint
from tests.factories.campaigns import hand_in
from tests.factories.cms import make_petition
from tests.factories.messaging import RecordingSender, make_message
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event

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


def test_deliver_asks_again_while_a_pack_is_in_hand(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = make_consent_text(make_organisation())
    points = [make_contact_point(f"citizen{number}@example.org", verified_at=at) for number in range(3)]
    rows = [_news_to(point, text, at) for point in points]
    monkeypatch.setattr(deliver, "ASK_AGAIN_SECONDS", 0)

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
