"""Workers killed while reminders are queued and delivered, several at once, with events moved and called off."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from events.actions.changing import ChangedSlot, change_slots
from events.actions.publishing import cancel_event
from events.enums import Moment
from events.models import Event, EventType, ReminderRule
from messaging.actions.deliver import LOST_AFTER, claim_messages, settle_lost_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.enums import Channel, ConsentState
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.reminders import say_of_reminders
from tests.faults import processes

HALF_HOUR = timedelta(minutes=30)
PACK = timedelta(seconds=2)  # a pack is in hand for half a second, and the machine may be busy


@pytest.fixture
def night(transactional_db: None, tmp_path: Path) -> Iterator["Night"]:
    night = Night(tmp_path)
    yield night
    for worker in night.workers:
        worker.kill()


class Night:
    """Four events whose reminders are due now: one stays, one is moved, one is called off, one begins soon."""

    def __init__(self, folder: Path, guests: int = 25) -> None:
        self.folder = folder
        self.staff = User.objects.create_superuser("ada@example.org", "secret")
        self.guests, self._numbers = guests, count(10_000)
        event_type = make_event_type()
        for channel in Channel:
            ReminderRule.objects.create(
                event_type=event_type, key=f"soon-{channel}", channel=channel, moment=Moment.BEFORE_START, minutes=30
            )
        now = timezone.now().replace(microsecond=0)
        self.stays, self.moves, self.falls = (self.event(event_type, now + HALF_HOUR) for _ in range(3))
        self.begins = self.event(event_type, now + timedelta(seconds=20))
        variables = processes.environment(database=connection.settings_dict["NAME"], folder=folder)
        variables["CARILLON_SINK_SECONDS"] = "0.02"
        argv = [sys.executable, "-m", "tests.faults.remind"]
        self.workers = [processes.Process(argv, variables, folder / f"worker{number}.log") for number in range(2)]

    def event(self, event_type: EventType, starts_at: datetime) -> Event:
        event = make_event(event_type, starts_at=starts_at)
        for _ in range(self.guests):
            rsvp = make_rsvp(event, phone=f"+324701{next(self._numbers)}", at=starts_at - timedelta(days=3))
            say_of_reminders(rsvp, ConsentState.GRANTED, at=starts_at - timedelta(days=3))
        return event

    def letters(self) -> list[tuple[str, datetime]]:
        """Return every letter that left the house: its key, and when."""
        sink = self.folder / "sink.txt"
        lines = [line.split("\t") for line in sink.read_text().splitlines()] if sink.exists() else []
        return [(key, datetime.fromtimestamp(float(at), UTC)) for key, _address, at, _reference in lines]

    def wait(self, is_so: Callable[[], bool], *, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            self.free_claims()
            assert time.monotonic() < deadline, (self.folder / "worker0.log").read_text()[-2000:]
            time.sleep(0.05)

    def wait_for_what_is_in_hand(self) -> None:
        """Wait until no letter left for a second: what a living worker has claimed waits no more, and has not left."""
        seen = [(-1, time.monotonic())]

        def is_quiet() -> bool:
            if len(self.letters()) != seen[-1][0]:
                seen.append((len(self.letters()), time.monotonic()))
            return time.monotonic() - seen[-1][1] > 1

        self.wait(is_quiet)

    def kill_one(self, dice: random.Random, *, more: int) -> None:
        """Kill a worker after some letters more, wherever it is in its work, and start it again."""
        before = len(self.letters())
        self.wait(lambda: len(self.letters()) >= before + more or not self.is_busy())
        time.sleep(dice.random() * 0.05)
        worker = dice.choice(self.workers)
        worker.kill()
        worker.start()

    def free_claims(self) -> None:
        """A claim of a killed worker is free after five minutes; nothing here waits for that."""
        ready = OutboundMessage.objects.filter(status=MessageStatus.READY)
        ready.filter(claimed_at__lt=timezone.now() - timedelta(seconds=5)).update(claimed_at=None)

    def is_busy(self) -> bool:
        """Whether something may still leave; what a killed worker had in hand stays SENDING and never does."""
        return OutboundMessage.objects.filter(status=MessageStatus.READY).exists() or not self.letters()

    def move(self) -> None:
        slot = self.moves.timeslots.get()
        later = ChangedSlot(
            starts_at=slot.starts_at + timedelta(minutes=10), ends_at=slot.ends_at + timedelta(hours=1), pk=slot.pk
        )
        change_slots(event=self.moves, slots=[later], by=self.staff, at=timezone.now())

    def let_them_finish(self) -> None:
        """Wait until nothing waits."""

        def is_over() -> bool:
            is_ready = OutboundMessage.objects.filter(status=MessageStatus.READY).exists()
            return not is_ready and timezone.now() > self.begins.starts_at

        self.wait(is_over)


def _run(night: Night, *, rounds: int) -> None:
    dice = random.Random(7)
    for worker in night.workers:
        worker.start()
    for number in range(rounds):
        night.kill_one(dice, more=15)
        if number == 0:
            night.move()
        if number == 1:
            cancelled_at = timezone.now()
            cancel_event(event=night.falls, reason="Storm", by=night.staff, at=cancelled_at)
    night.let_them_finish()
    for worker in night.workers:
        worker.kill()
    _assert_each_at_most_once_and_in_time(night)
    _assert_changes_were_told(night, cancelled_at)
    in_hand = OutboundMessage.objects.filter(status=MessageStatus.SENDING).count()
    later = timezone.now() + LOST_AFTER + timedelta(minutes=1)
    assert settle_lost_messages(at=later) == in_hand, "what a killed worker had in hand is for a human"
    assert claim_messages(at=later, limit=100) == []


def _assert_each_at_most_once_and_in_time(night: Night) -> None:
    letters = night.letters()
    keys = [key for key, _at in letters]
    assert len(keys) == len(set(keys)), "somebody was written to twice for one occasion"
    rows = OutboundMessage.objects.in_bulk(keys, field_name="idempotency_key")
    assert set(rows) == set(keys)
    late = [key for key, at in letters if not rows[key].not_before <= at <= rows[key].expires_at + PACK]
    assert not late, "a letter left before its moment or after its latest useful time"
    sent = OutboundMessage.objects.filter(status=MessageStatus.SENT).values_list("idempotency_key", flat=True)
    assert set(sent) <= set(keys), "what is said to be sent was sent"
    stays = OutboundMessage.objects.filter(context__event=night.stays.pk)
    assert stays.count() == night.guests * 2, "one row per guest and channel, however often workers died"
    assert {row.status for row in stays} <= {MessageStatus.SENT, MessageStatus.SENDING}


def _assert_changes_were_told(night: Night, cancelled_at: datetime) -> None:
    moved = OutboundMessage.objects.filter(template="event_moved")
    fallen = OutboundMessage.objects.filter(template="event_cancelled")
    assert (moved.count(), fallen.count()) == (night.guests, night.guests)
    about_fallen = dict(
        OutboundMessage.objects.filter(context__event=night.falls.pk, template="event_reminder").values_list(
            "idempotency_key", "pk"
        )
    )
    assert not [key for key, at in night.letters() if key in about_fallen and at > cancelled_at + PACK]


def test_kill_workers_while_reminding_each_occasion_is_told_once_and_in_time(night: Night) -> None:
    _run(night, rounds=4)


@pytest.mark.soak
def test_kill_workers_forty_times_while_reminding(transactional_db: None, tmp_path: Path) -> None:
    night = Night(tmp_path, guests=150)
    try:
        _run(night, rounds=40)
    finally:
        for worker in night.workers:
            worker.kill()
