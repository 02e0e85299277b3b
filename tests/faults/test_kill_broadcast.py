"""Workers killed while an audience is written down, queued and sent; a pause in the middle, a stop at the end."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from audiences.actions.holding import pause_broadcast, resume_broadcast, stop_broadcast, sweep_stopped
from audiences.enums import BroadcastStatus, RecipientStatus
from audiences.models import Broadcast, BroadcastRecipient
from messaging.actions.deliver import LOST_AFTER, settle_lost_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from tests.factories.broadcasts import Newsroom
from tests.faults import processes


@pytest.fixture
def room(transactional_db: None) -> Newsroom:
    return Newsroom(timezone.now())


class Night:
    """Two workers over one broadcast that is due, and what they handed to the provider."""

    def __init__(self, room: Newsroom, folder: Path, people: int) -> None:
        self.room, self.folder, self.people = room, folder, people
        room.people(people)
        for point in list(room.everybody.organisation.campaigns.get().petitions.get().signatures.all()[:10]):
            room.address(point.supporter, verified_at=room.at - timedelta(days=1))  # some have two addresses
        self.broadcast = room.scheduled()
        variables = processes.environment(database=connection.settings_dict["NAME"], folder=folder)
        argv = [sys.executable, "-m", "tests.faults.broadcast"]
        self.workers = [processes.Process(argv, variables, folder / f"worker{number}.log") for number in range(2)]

    def letters(self) -> list[tuple[str, str]]:
        """Return every letter that left the house: its key and its address."""
        sink = self.folder / "sink.txt"
        lines = [line.split("\t") for line in sink.read_text().splitlines()] if sink.exists() else []
        return [(key, address) for key, address, _at, _reference in lines]

    def wait(self, is_so: Callable[[], object], *, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, (self.folder / "worker0.log").read_text()[-2000:]
            time.sleep(0.05)  # other processes' work: nothing tells us

    def kill_one(self, dice: random.Random) -> None:
        worker = dice.choice(self.workers)
        worker.kill()
        worker.start()

    def free_claims(self) -> None:
        """A claim of a killed worker need not be waited for its five minutes."""
        ready = OutboundMessage.objects.filter(status=MessageStatus.READY)
        ready.filter(claimed_at__lt=timezone.now() - timedelta(seconds=5)).update(claimed_at=None)

    def is_over(self) -> bool:
        self.free_claims()
        settle_lost_messages(at=timezone.now() + LOST_AFTER - timedelta(seconds=5))
        return Broadcast.objects.get(pk=self.broadcast.pk).status == BroadcastStatus.SENT


@pytest.fixture
def night(room: Newsroom, tmp_path: Path) -> Iterator[Night]:
    night = Night(room, tmp_path, people=150)
    yield night
    for worker in night.workers:
        worker.kill()


def assert_nobody_twice(night: Night) -> None:
    keys = [key for key, _address in night.letters()]
    assert len(keys) == len(set(keys)), "somebody was written to twice"
    people = list(
        BroadcastRecipient.objects.filter(message__idempotency_key__in=keys).values_list("supporter", flat=True)
    )
    assert len(people) == len(set(people)) == len(keys), "one person at two addresses"


def test_kill_workers_while_it_is_written_down_queued_and_sent_each_gets_it_once(night: Night) -> None:
    dice = random.Random(11)
    for worker in night.workers:
        worker.start()
    # Killed at a random moment of writing down and queueing, then after so many letters more.
    night.wait(lambda: BroadcastRecipient.objects.exists())
    night.kill_one(dice)
    for _ in range(4):
        before = len(night.letters())
        night.wait(lambda before=before: len(night.letters()) >= before + 12 or night.is_over())
        time.sleep(dice.random() * 0.05)
        night.kill_one(dice)
    night.wait(night.is_over)
    for worker in night.workers:
        worker.kill()
    assert night.broadcast.recipients.count() == night.people
    assert_nobody_twice(night)
    fates = set(OutboundMessage.objects.values_list("status", flat=True))
    assert fates <= {MessageStatus.SENT, MessageStatus.UNKNOWN}, fates
    sent = OutboundMessage.objects.filter(status=MessageStatus.SENT).count()
    unknown = OutboundMessage.objects.filter(status=MessageStatus.UNKNOWN).count()
    assert sent <= len(night.letters()) <= sent + unknown == night.people, "nobody forgotten"


def test_pause_and_stop_amid_kills_send_nothing_more(night: Night) -> None:
    dice = random.Random(12)
    for worker in night.workers:
        worker.start()
    night.wait(lambda: len(night.letters()) >= 20)
    night.kill_one(dice)
    pause_broadcast(broadcast=night.broadcast, by=night.room.ada, at=timezone.now())
    time.sleep(2)  # what a worker had in its hands may still leave
    quiet = len(night.letters())
    time.sleep(2)  # nothing tells us that nothing happens
    night.free_claims()
    assert len(night.letters()) == quiet < night.people
    resume_broadcast(broadcast=night.broadcast, by=night.room.ada)
    night.wait(lambda: len(night.letters()) >= quiet + 10)
    stop_broadcast(broadcast=night.broadcast, by=night.room.ada, at=timezone.now())
    night.kill_one(dice)
    time.sleep(2)
    quiet = len(night.letters())
    time.sleep(2)
    sweep_stopped(at=timezone.now())
    assert len(night.letters()) == quiet < night.people
    assert_nobody_twice(night)
    assert not OutboundMessage.objects.filter(status=MessageStatus.READY).exists()
    assert not night.broadcast.recipients.filter(status=RecipientStatus.WAITING).exists()
