"""Two at the same moment: drains, snapshots, presses, workers in the middle of it. On both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from audiences.actions.broadcasts import approve_broadcast, submit_broadcast
from audiences.actions.holding import pause_broadcast, stop_broadcast, sweep_stopped
from audiences.actions.resending import resend_failed
from audiences.actions.sending import queue_recipients, send_broadcasts
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import BroadcastStatus, RecipientStatus
from audiences.models import Broadcast
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.supporters import merge_supporters
from tests.factories.broadcasts import Newsroom
from tests.factories.messaging import RecordingSender
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(settings: Any) -> Newsroom:
    path = "tests.factories.messaging.RecordingSender"
    settings.MESSAGE_SENDERS = {"email": path, "sms": path}
    RecordingSender.letters.clear()
    RecordingSender.failures.clear()
    return Newsroom(timezone.now())


def failures(results: list[Any]) -> list[Any]:
    return [each for each in results if isinstance(each, Exception)]


def letters() -> list[str]:
    return [letter.idempotency_key for letter in RecordingSender.letters]


def test_two_snapshots_write_everybody_down_once(room: Newsroom) -> None:
    room.people(30)
    broadcast = room.scheduled()

    def take() -> bool:
        start_broadcast(broadcast_id=broadcast.pk, at=room.at)
        return take_snapshot(broadcast_id=broadcast.pk, at=room.at)

    assert not failures(run_at_once(take, take, take))
    take_snapshot(broadcast_id=broadcast.pk, at=room.at)
    broadcast.refresh_from_db()
    assert broadcast.recipients.count() == broadcast.recipient_count == 30


def test_two_drains_and_two_workers_send_everybody_one_letter(room: Newsroom) -> None:
    room.people(40)
    broadcast = room.started()

    def drain() -> None:
        while queue_recipients(broadcast_id=broadcast.pk, at=room.at, limit=7):
            pass

    def deliver() -> None:
        for _ in range(12):
            deliver_messages(at=timezone.now(), limit=5)

    assert not failures(run_at_once(drain, drain, deliver, deliver))
    deliver_messages(at=timezone.now())
    assert len(letters()) == len(set(letters())) == 40


@pytest.mark.parametrize("press", [pause_broadcast, stop_broadcast])
def test_nothing_is_queued_or_begun_after_a_press_that_came_amid_drains_and_workers(
    room: Newsroom, press: Callable[..., Any]
) -> None:
    room.people(60)
    broadcast = room.started()

    def drain() -> None:
        while queue_recipients(broadcast_id=broadcast.pk, at=room.at, limit=4):
            pass

    def deliver() -> None:
        for _ in range(10):
            deliver_messages(at=timezone.now(), limit=4)

    results = run_at_once(drain, deliver, lambda: press(broadcast=broadcast, by=room.ada, at=timezone.now()))
    assert not failures(results)
    before = len(letters())
    send_broadcasts(at=room.at)
    deliver_messages(at=timezone.now())
    assert len(letters()) == before
    assert len(letters()) == len(set(letters()))
    sweep_stopped(at=timezone.now())
    ready = OutboundMessage.objects.filter(batch=broadcast.batch, status=MessageStatus.READY)
    waiting = broadcast.recipients.filter(status=RecipientStatus.WAITING)
    if press is stop_broadcast:
        assert not ready.exists()
        assert not waiting.exists()
        accounted = OutboundMessage.objects.filter(batch=broadcast.batch).count()
        assert accounted + broadcast.recipients.filter(status=RecipientStatus.LEFT_OUT).count() == 60
    else:
        assert not ready.filter(is_held=False).exists()


def test_two_presses_to_send_again_make_one_second_occasion(room: Newsroom) -> None:
    room.people(5)
    broadcast = room.started()
    send_broadcasts(at=room.at)
    OutboundMessage.objects.update(status=MessageStatus.FAILED)
    send_broadcasts(at=room.at)
    results = run_at_once(*[lambda: resend_failed(broadcast=broadcast, by=room.ada, at=room.at)] * 2)
    assert len(failures(results)) == 1
    send_broadcasts(at=room.at)
    assert OutboundMessage.objects.filter(batch__endswith=":again-1").count() == 5
    assert OutboundMessage.objects.count() == 10


def test_two_approvals_are_one(room: Newsroom, settings: Any) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    room.person()
    broadcast = submit_broadcast(broadcast=room.draft(), by=room.ada, at=room.at)
    results = run_at_once(*[lambda: approve_broadcast(broadcast=broadcast, by=room.ben, at=room.at)] * 2)
    assert not failures(results)
    assert Broadcast.objects.get().status == BroadcastStatus.SCHEDULED


def test_two_records_merged_while_they_are_queued_get_one_letter(room: Newsroom) -> None:
    one, other = room.people(2)
    broadcast = room.started()
    results = run_at_once(
        lambda: queue_recipients(broadcast_id=broadcast.pk, at=room.at),
        lambda: merge_supporters(keep=other.supporter, absorb=one.supporter, by="tests"),
    )
    assert not failures(results)
    send_broadcasts(at=room.at)
    deliver_messages(at=timezone.now())
    assert len(letters()) == 1
