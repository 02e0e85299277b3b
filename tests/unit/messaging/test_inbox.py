"""The inbox' actions: taken once, answered once, dealt with and taken back, and nothing sent where it may not be."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from core.models import AuditEntry
from messaging.actions.inbound import KEEP_NUMBER, forget_texts, receive_text
from messaging.actions.inbox import (
    CannotAnswer,
    NotAColleague,
    TakenByOther,
    TooLateToUndo,
    answer_text,
    assign_thread,
    reopen_thread,
    settle_thread,
    take_thread,
    why_no_answer,
)
from messaging.actions.sender_blocks import block_sender
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from messaging.threads import ANSWER_WITHIN
from people.actions.consents import suppress_address
from people.enums import Channel, SuppressionReason
from tests.factories.people import make_contact_point
from tests.factories.staff import World, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.INBOUND_HANDLERS = []


def receive(world: World, at: datetime, words: str = "Where is it?", address: str = PHONE) -> InboundMessage:
    number = InboundMessage.objects.count()
    return receive_text(
        channel=Channel.SMS, address=address, text=words, provider_id=f"in-{number}", at=at, organisation=world.lead
    )


def answer(inbound: InboundMessage, world: World, at: datetime, occasion: str = "a" * 12) -> OutboundMessage:
    return answer_text(inbound=inbound, text=" At the\nstation ", occasion=occasion, by=world.coordinator, at=at)


def actions() -> list[str]:
    return [each.rpartition(".")[2] for each in AuditEntry.objects.order_by("pk").values_list("action", flat=True)]


def test_answer_is_queued_once_and_settles_what_waited(ours: World, at: datetime) -> None:
    first, last = receive(ours, at), receive(ours, at, "Hello?")
    message = answer(last, ours, at)
    assert (message.address, message.organisation, message.status) == (PHONE, ours.lead, MessageStatus.READY)
    assert (message.answer, message.expires_at) == ("At the station", at + timedelta(days=1))
    assert answer(last, ours, at) == message
    assert OutboundMessage.objects.count() == 1
    assert answer(last, ours, at, "b" * 12) != message
    first.refresh_from_db()
    assert (first.status, first.settled_at) == (InboundStatus.SETTLED, at)
    assert actions() == ["answered", "settled", "answered"]


def test_answer_speaks_the_persons_language(ours: World, at: datetime) -> None:
    make_contact_point(PHONE, channel=Channel.SMS, language="nl")
    message = answer(receive(ours, at), ours, at)
    assert (message.language, message.contact_point.canonical) == ("nl", PHONE)  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_answer_to_a_suppressed_number_is_refused_in_words(
    ours: World, at: datetime, reason: SuppressionReason
) -> None:
    row = receive(ours, at)
    suppress_address(channel=Channel.SMS, canonical=PHONE, reason=reason, by="tests", at=at)
    if reason == SuppressionReason.ERASED:  # who was erased and writes by themselves may be answered
        assert answer(row, ours, at)
        return
    with pytest.raises(CannotAnswer, match="number"):
        answer(row, ours, at)
    row.refresh_from_db()
    assert (row.status, OutboundMessage.objects.count()) == (InboundStatus.FOR_A_HUMAN, 0)


def test_answer_is_refused_where_the_network_would_refuse_it(ours: World, at: datetime) -> None:
    row = receive(ours, at)
    block_sender(channel="sms", sender="", address_index=row.address_index, by="tests", at=at)
    assert "START" in why_no_answer(row, at)


def test_answer_to_an_old_text_or_a_forgotten_number_is_refused(ours: World, at: datetime) -> None:
    row = receive(ours, at)
    assert why_no_answer(row, at + ANSWER_WITHIN) == ""
    assert "thirty days" in why_no_answer(row, at + ANSWER_WITHIN + timedelta(seconds=1))
    settle_thread(inbound=row, by="tests", at=at)
    forget_texts(at=at + KEEP_NUMBER + timedelta(hours=1))
    assert "forgotten" in why_no_answer(row, at + KEEP_NUMBER + timedelta(hours=1))


def test_answer_that_is_stopped_at_that_moment_leaves_nothing(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(ours, at)
    suppress_address(channel=Channel.SMS, canonical=PHONE, reason=SuppressionReason.STOP, by="tests", at=at)
    monkeypatch.setattr("messaging.actions.inbox.why_no_answer", lambda *_: "")
    with pytest.raises(CannotAnswer, match="no more messages"):
        answer(row, ours, at)
    assert not OutboundMessage.objects.exists()


def test_thread_is_taken_by_one(ours: World, at: datetime) -> None:
    eve = make_user("Eve", Role.COORDINATOR, ours.lead)
    row = receive(ours, at)
    for _ in range(2):
        assert take_thread(inbound=row, by=eve).assigned_to == eve
    with pytest.raises(TakenByOther):
        take_thread(inbound=row, by=ours.coordinator)
    assert actions() == ["assigned"]


def test_thread_is_given_to_colleagues_only(ours: World, theirs: World, at: datetime) -> None:
    eve = make_user("Eve", Role.COORDINATOR, ours.lead)
    row = receive(ours, at)
    assert assign_thread(inbound=row, to=eve, by=ours.coordinator).assigned_to == eve
    for other in (theirs.coordinator, ours.manager, ours.dpo):
        with pytest.raises(NotAColleague):
            assign_thread(inbound=row, to=other, by=ours.coordinator)
    assert assign_thread(inbound=row, to=None, by=ours.coordinator).assigned_to is None


def test_nobodys_thread_is_given_to_ones_own_colleagues(ours: World, theirs: World, at: datetime) -> None:
    eve = make_user("Eve", Role.COORDINATOR, ours.lead)
    row = receive_text(channel=Channel.SMS, address=PHONE, text="hello", provider_id="x", at=at)
    assert assign_thread(inbound=row, to=eve, by=ours.coordinator).assigned_to == eve
    with pytest.raises(NotAColleague):
        assign_thread(inbound=row, to=theirs.coordinator, by=ours.coordinator)


def test_what_is_dealt_with_may_be_taken_back_for_a_day(ours: World, at: datetime) -> None:
    first = receive(ours, at)
    settle_thread(inbound=first, by="tests", at=at)
    last = receive(ours, at, "And?")
    for _ in range(2):
        settle_thread(inbound=last, by="tests", at=at + timedelta(hours=1))
    for _ in range(2):
        assert reopen_thread(inbound=last, by="tests").status == InboundStatus.FOR_A_HUMAN
    first.refresh_from_db()
    assert first.status == InboundStatus.SETTLED, "only what was dealt with last"
    assert actions() == ["settled", "settled", "reopened"]
    settle_thread(inbound=last, by="tests", at=at)
    forget_texts(at=at + KEEP_NUMBER + timedelta(hours=1))
    with pytest.raises(TooLateToUndo):
        reopen_thread(inbound=last, by="tests")


def test_text_that_came_meanwhile_is_not_dealt_with(ours: World, at: datetime) -> None:
    read = receive(ours, at)
    unread = receive(ours, at, "Wait!")
    settle_thread(inbound=read, by="tests", at=at)
    unread.refresh_from_db()
    assert unread.status == InboundStatus.FOR_A_HUMAN


def test_answer_that_cannot_be_audited_is_not_sent(ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    row = receive(ours, at)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("messaging.actions.inbox.audit.record", fail)
    with pytest.raises(RuntimeError):
        answer(row, ours, at)
    row.refresh_from_db()
    assert (OutboundMessage.objects.count(), row.status) == (0, InboundStatus.FOR_A_HUMAN)


def test_threads_are_one_number_in_answer_to_one_organisation(ours: World, theirs: World, at: datetime) -> None:
    rows = [receive(ours, at), receive(theirs, at), receive(ours, at), receive(ours, at, address="+32470123457")]
    rows += [
        receive_text(channel=Channel.SMS, address=PHONE, text="x", provider_id=f"n{number}", at=at) for number in (1, 2)
    ]
    latest = set(InboundMessage.objects.latest_of_threads().values_list("pk", flat=True))
    assert latest == {rows[index].pk for index in (1, 2, 3, 5)}
    settle_thread(inbound=rows[5], by="tests", at=at)
    waiting = InboundMessage.objects.latest_of_threads().with_waiting().filter(has_waiting=True)
    assert set(waiting.values_list("pk", flat=True)) == latest - {rows[5].pk}


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_thread_at_once_do_not_both_get_it(ours: World, at: datetime) -> None:
    eve = make_user("Eve", Role.COORDINATOR, ours.lead)
    row = receive(ours, at)
    results = run_at_once(
        *[lambda who=who: take_thread(inbound=InboundMessage.objects.get(), by=who) for who in (eve, ours.coordinator)]
    )
    assert sum(isinstance(each, InboundMessage) for each in results) == 1
    row.refresh_from_db()
    assert row.assigned_to in {eve, ours.coordinator}
