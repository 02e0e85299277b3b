"""From the snapshot through the ledger: pacing, pausing, stopping, sending again, and when it is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audiences.actions import sending
from audiences.actions.holding import (
    BroadcastNotUnderWay,
    pause_broadcast,
    resume_broadcast,
    stop_broadcast,
    stop_of_those_who_left,
    sweep_stopped,
)
from audiences.actions.merging import move_recipients
from audiences.actions.resending import NothingToResend, resend_failed
from audiences.actions.sending import finish_broadcast, queue_recipients, send_broadcasts
from audiences.enums import BroadcastStatus, RecipientStatus
from audiences.models import Broadcast
from campaigns.models import Partnership
from core.models import AuditEntry
from messaging.actions.deliver import claim_messages, deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError
from people.actions.consents import suppress_address
from people.actions.supporters import merge_supporters
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import ContactPoint
from tests.factories.broadcasts import Newsroom
from tests.factories.messaging import RecordingSender
from tests.factories.people import make_organisation

Sink = type[RecordingSender]


def run(news: Newsroom, broadcast: Broadcast) -> Broadcast:
    """Queue, deliver and finish what there is."""
    send_broadcasts(at=news.at)
    deliver_messages(at=news.at)
    send_broadcasts(at=news.at)
    broadcast.refresh_from_db()
    return broadcast


def statuses(broadcast: Broadcast) -> list[str]:
    rows = OutboundMessage.objects.filter(batch__in=broadcast.batches).order_by("pk")
    return list(rows.values_list("status", flat=True))


def test_everybody_gets_it_once_and_it_is_over(news: Newsroom, sink: Sink) -> None:
    points = news.people(3)
    broadcast = run(news, news.started())
    assert sorted(letter.address for letter in sink.letters) == sorted(point.as_typed for point in points)
    assert (broadcast.status, broadcast.finished_at) == (BroadcastStatus.SENT, news.at)
    rows = OutboundMessage.objects.filter(batch=f"broadcast:{broadcast.pk}")
    assert {row.idempotency_key for row in rows} == {f"broadcast:{broadcast.pk}:{point.pk}" for point in points}
    assert set(broadcast.recipients.values_list("message", flat=True)) == set(rows.values_list("pk", flat=True))
    run(news, broadcast)
    assert len(sink.letters) == 3


def test_each_gets_the_own_language_or_the_fallback(news: Newsroom, sink: Sink) -> None:
    people = {language: news.person(language=language).as_typed for language in ("fr", "nl", "tr", "")}
    run(news, news.started(news.text(en="Hello", fr="Bonjour")))
    got = {letter.address: (letter.language, letter.subject) for letter in sink.letters}
    assert got == {
        people["fr"]: ("fr", "Bonjour"),
        people["nl"]: ("en", "Hello"),
        people["tr"]: ("en", "Hello"),
        people[""]: ("en", "Hello"),
    }


def test_letters_carry_name_source_and_a_way_out(news: Newsroom, sink: Sink, settings: Any) -> None:
    settings.PUBLIC_URL = "https://campaign.example.org"
    point = news.person()
    broadcast = run(news, news.started(news.text(en="Hi {first_name|friend}: https://campaign.example.org/en/sign/")))
    letter = sink.letters[0]
    assert f"Hi Person: https://campaign.example.org/en/sign/?s=b{broadcast.pk}a" in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert point.supporter.full_name.startswith("Person")


def test_refused_row_says_why_and_the_rest_leaves(news: Newsroom, sink: Sink) -> None:
    _stays, stopped, withdrew = news.people(3)
    broadcast = news.started()
    suppress_address(
        channel=Channel.EMAIL, canonical=stopped.canonical, reason=SuppressionReason.STOP, by="tests", at=news.at
    )
    news.say(withdrew, ConsentState.WITHDRAWN, news.at)
    broadcast = run(news, broadcast)
    assert len(sink.letters) == 1
    reasons = OutboundMessage.objects.filter(status=MessageStatus.SUPPRESSED).values_list("reason", flat=True)
    assert sorted(reasons) == ["suppressed:stop", "withdrawn"]
    assert broadcast.status == BroadcastStatus.SENT


def test_only_some_minutes_of_the_rate_are_queued_ahead(news: Newsroom, settings: Any) -> None:
    settings.MESSAGE_RATES = {"email": 0.01, "sms": 0}  # three in five minutes
    news.people(8)
    broadcast = news.started()
    send_broadcasts(at=news.at)
    assert statuses(broadcast) == ["ready"] * 3
    send_broadcasts(at=news.at)
    assert len(statuses(broadcast)) == 3
    OutboundMessage.objects.filter(pk=OutboundMessage.objects.first().pk).update(status=MessageStatus.SENT)
    send_broadcasts(at=news.at)
    assert len(statuses(broadcast)) == 4


def test_what_is_late_is_left_out(news: Newsroom, sink: Sink) -> None:
    news.people(2)
    broadcast = news.started(expires_at=news.at + timedelta(hours=1))
    send_broadcasts(at=news.at + timedelta(hours=2))
    broadcast.refresh_from_db()
    assert set(broadcast.recipients.values_list("status", "reason")) == {(RecipientStatus.LEFT_OUT, "late")}
    assert (broadcast.status, sink.letters) == (BroadcastStatus.SENT, [])


@pytest.mark.parametrize("what", ["erased", "moved"])
def test_address_that_is_nobodys_or_anothers_now_is_left_out(news: Newsroom, sink: Sink, what: str) -> None:
    point, other = news.people(2)
    broadcast = news.started()
    if what == "erased":
        point.consent_events.all().delete()
        point.delete()
    else:
        ContactPoint.objects.filter(pk=point.pk).update(supporter=other.supporter)
    run(news, broadcast)
    assert [letter.address for letter in sink.letters] == [other.as_typed]
    assert broadcast.recipients.filter(status=RecipientStatus.LEFT_OUT, reason="moved").count() == 1


def test_pause_holds_what_has_not_left_and_resume_lets_it_go(news: Newsroom, sink: Sink) -> None:
    news.people(4)
    broadcast = news.started()
    queue_recipients(broadcast_id=broadcast.pk, at=news.at, limit=2)
    paused = pause_broadcast(broadcast=broadcast, by=news.ada, at=news.at)
    assert pause_broadcast(broadcast=broadcast, by=news.ben, at=news.at).paused_at == paused.paused_at
    send_broadcasts(at=news.at)
    deliver_messages(at=news.at)
    assert (sink.letters, statuses(broadcast)) == ([], ["ready", "ready"])
    resume_broadcast(broadcast=broadcast, by=news.ada)
    assert resume_broadcast(broadcast=broadcast, by=news.ada).status == BroadcastStatus.SENDING
    run(news, broadcast)
    assert len({letter.address for letter in sink.letters}) == len(sink.letters) == 4
    assert AuditEntry.objects.filter(action="audiences.broadcast.paused").count() == 1


@pytest.mark.parametrize("press", [pause_broadcast, stop_broadcast])
def test_what_a_worker_gives_back_after_the_press_does_not_leave(
    news: Newsroom, sink: Sink, press: Callable[..., Any]
) -> None:
    """The worker has one in its hands; it comes back READY, as a slow or throttled provider makes it."""
    news.people(2)
    broadcast = news.started()
    send_broadcasts(at=news.at)
    claimed = claim_messages(at=news.at, limit=10)
    OutboundMessage.objects.filter(pk=claimed[0].pk).update(status=MessageStatus.SENDING)
    press(broadcast=broadcast, by=news.ada, at=news.at)
    OutboundMessage.objects.filter(pk=claimed[0].pk).update(status=MessageStatus.READY, claim="", claimed_at=None)
    deliver_messages(at=news.at)
    assert sink.letters == []
    sweep_stopped(at=news.at)
    assert set(statuses(broadcast)) == ({"ready"} if press is pause_broadcast else {"cancelled"})


def test_stop_cancels_what_has_not_left_and_leaves_out_the_rest(news: Newsroom, sink: Sink) -> None:
    news.people(4)
    broadcast = news.started()
    queue_recipients(broadcast_id=broadcast.pk, at=news.at, limit=2)
    stopped = stop_broadcast(broadcast=broadcast, by=news.ada, at=news.at)
    assert stop_broadcast(broadcast=broadcast, by=news.ben, at=news.at).finished_at == stopped.finished_at
    run(news, broadcast)
    assert (sink.letters, statuses(broadcast)) == ([], ["cancelled", "cancelled"])
    assert broadcast.recipients.filter(status=RecipientStatus.LEFT_OUT, reason="stopped").count() == 2
    for press in (pause_broadcast, resume_broadcast):
        with pytest.raises(BroadcastNotUnderWay):
            press(broadcast=broadcast, by=news.ada, **({"at": news.at} if press is pause_broadcast else {}))


def test_broadcast_of_a_partner_that_left_is_stopped_while_it_is_sent(news: Newsroom, sink: Sink) -> None:
    news.people(3)
    broadcast = news.started()
    queue_recipients(broadcast_id=broadcast.pk, at=news.at, limit=1)
    assert stop_of_those_who_left(at=news.at) == 0
    partner = make_organisation("Partner")
    partnership = Partnership.objects.create(campaign=news.campaign, organisation=partner)
    Broadcast.objects.update(organisation=partner)
    assert stop_of_those_who_left(at=news.at) == 0
    partnership.left_at = news.at
    partnership.save()
    assert [stop_of_those_who_left(at=news.at) for _ in range(2)] == [1, 0]
    run(news, broadcast)
    broadcast.refresh_from_db()
    assert (broadcast.status, sink.letters) == (BroadcastStatus.STOPPED, [])


def test_draft_cannot_be_paused_or_stopped(news: Newsroom) -> None:
    broadcast = news.draft()
    for press in (pause_broadcast, stop_broadcast):
        with pytest.raises(BroadcastNotUnderWay):
            press(broadcast=broadcast, by=news.ada, at=news.at)


def test_stop_without_a_commit_stops_nothing(news: Newsroom) -> None:
    news.people(1)
    broadcast = news.started()
    with transaction.atomic():
        stop_broadcast(broadcast=broadcast, by=news.ada, at=news.at)
        transaction.set_rollback(True)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.SENDING
    assert broadcast.recipients.get().status == RecipientStatus.WAITING


def test_resend_goes_to_the_failed_alone_as_a_new_occasion(news: Newsroom, sink: Sink) -> None:
    points = news.people(4)
    broadcast = run(news, news.started())
    fates = dict(zip(points, ["failed", "delivered", "unknown", "sent"], strict=True))
    for point, status in fates.items():
        OutboundMessage.objects.filter(contact_point=point).update(status=status)
    sink.letters.clear()
    resend_failed(broadcast=broadcast, by=news.ada, at=news.at)
    with pytest.raises(NothingToResend):
        resend_failed(broadcast=broadcast, by=news.ada, at=news.at)
    broadcast = run(news, Broadcast.objects.get(pk=broadcast.pk))
    assert [letter.address for letter in sink.letters] == [points[0].as_typed]
    again = OutboundMessage.objects.get(batch=f"broadcast:{broadcast.pk}:again-1")
    assert again.idempotency_key == f"broadcast:{broadcast.pk}:{points[0].pk}:again-1"
    assert broadcast.recipients.get(contact_point=points[0]).message == again
    assert broadcast.status == BroadcastStatus.SENT
    with pytest.raises(NothingToResend):
        resend_failed(broadcast=broadcast, by=news.ada, at=news.at)


def test_resend_leaves_alone_who_has_it_after_all(news: Newsroom, sink: Sink) -> None:
    """A report that it arrived comes between the press and the queue."""
    news.person()
    broadcast = run(news, news.started())
    OutboundMessage.objects.update(status=MessageStatus.FAILED)
    resend_failed(broadcast=broadcast, by=news.ada, at=news.at)
    OutboundMessage.objects.update(status=MessageStatus.DELIVERED)
    sink.letters.clear()
    broadcast = run(news, Broadcast.objects.get(pk=broadcast.pk))
    assert (sink.letters, broadcast.status) == ([], BroadcastStatus.SENT)
    assert OutboundMessage.objects.count() == 1


def test_not_over_while_anything_may_leave(news: Newsroom, sink: Sink) -> None:
    news.people(2)
    broadcast = news.started()
    sink.failures.append(DeliveryError("busy"))
    send_broadcasts(at=news.at)
    deliver_messages(at=news.at)
    assert not finish_broadcast(broadcast_id=broadcast.pk, at=news.at)
    deliver_messages(at=news.at + timedelta(hours=1))
    assert finish_broadcast(broadcast_id=broadcast.pk, at=news.at)
    assert not finish_broadcast(broadcast_id=broadcast.pk, at=news.at)


@pytest.mark.parametrize("when", ["before it is queued", "while it waits", "after it left"])
def test_two_records_of_one_person_are_not_written_to_twice_after_the_merge(
    news: Newsroom, sink: Sink, when: str
) -> None:
    one, other = news.people(2)
    broadcast = news.started()
    if when != "before it is queued":
        queue_recipients(broadcast_id=broadcast.pk, at=news.at, limit=1 if when == "after it left" else 2)
    if when == "after it left":
        deliver_messages(at=news.at)
    merge_supporters(keep=other.supporter, absorb=one.supporter, by="tests")
    run(news, broadcast)
    assert len(sink.letters) == 1
    assert broadcast.recipients.filter(supporter=other.supporter).count() == 1
    move_recipients(keep=other.supporter, absorb=one.supporter)
    assert broadcast.recipients.filter(supporter=None).count() == 1


def test_queries_do_not_grow_with_the_people(news: Newsroom) -> None:
    news.people(1)
    small = news.started()
    news.people(9)
    large = news.started()
    counts = []
    for broadcast in (small, large):
        with CaptureQueriesContext(connection) as queries:
            queue_recipients(broadcast_id=broadcast.pk, at=news.at)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12, counts
    assert sending.BATCH > 10
