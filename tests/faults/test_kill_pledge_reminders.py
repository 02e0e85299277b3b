"""Workers killed while reminders of pledges are queued and delivered, with people acting and the last day moved."""

import random
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import Standing, ToldBy
from messaging.actions.deliver import LOST_AFTER, claim_messages, settle_lost_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.enums import Channel
from tests.factories.cms import make_petition
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.faults import processes
from tests.faults.test_kill_reminders import PACK, Night

DAY = timedelta(days=1)
_numbers = count(20_000)


class Promises(Night):
    """Pledges whose reminders have been due for a minute, by mail and by text."""

    def __init__(self, folder: Path, people: int = 24) -> None:
        self.folder = folder
        self.due = (timezone.now() - timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Brussels"))
        self.kind = make_kind(make_petition().campaign, due_date=self.due.date() + 7 * DAY)
        self.kind.reminder_rules.all().delete()
        for channel in Channel:
            hour = time(self.due.hour, self.due.minute)
            self.kind.reminder_rules.create(key=f"week-{channel.value}", days=7, hour=hour, channel=channel)
        self.acted: dict[int, datetime] = {}
        self.pledges = [self._promise(timezone.now() - 3 * DAY) for _ in range(people)]
        variables = processes.environment(database=connection.settings_dict["NAME"], folder=folder)
        variables["CARILLON_SINK_SECONDS"] = "0.02"
        argv = [sys.executable, "-m", "tests.faults.remind"]
        self.workers = [processes.Process(argv, variables, folder / f"worker{number}.log") for number in range(2)]

    def _promise(self, at: datetime) -> Pledge:
        number = next(_numbers)
        pledge = make_pledge(self.kind, f"person{number}@example.org", at=at, phone=f"+324702{number}")
        let_remind(pledge, at=at)
        return pledge

    def act(self, pledge: Pledge, number: int) -> None:
        """Let somebody say that they did it, or take it back."""
        if number % 2:
            move_pledge(pledge=pledge, step="sent", told_by=ToldBy.OWN_PAGE, at=timezone.now())
        else:
            withdraw_pledge(pledge=pledge, at=timezone.now())
        self.acted[pledge.pk] = timezone.now()

    def move_last_day(self) -> datetime:
        """Let everything be due a day earlier, which is another occasion."""
        PledgeKind.objects.update(due_date=self.due.date() + 6 * DAY)
        return timezone.now()

    def let_them_finish(self) -> None:
        """Wait until everybody with something to do has a row of the new last day, and nothing waits or leaves."""
        still = Pledge.objects.filter(standing=Standing.OPEN).count()
        new = OutboundMessage.objects.filter(context__stamp=self.stamp(6))
        ready = OutboundMessage.objects.filter(status=MessageStatus.READY)
        self.wait(lambda: new.count() >= still * 2 and not ready.exists())
        self.wait_for_what_is_in_hand()

    def stamp(self, days: int) -> str:
        return (self.due.date() + days * DAY).isoformat()


@pytest.fixture
def promises(transactional_db: None, tmp_path: Path) -> Iterator[Promises]:
    promises = Promises(tmp_path)
    yield promises
    for worker in promises.workers:
        worker.kill()


def _run(night: Promises, *, rounds: int, moves_at: int = 1) -> None:
    dice = random.Random(11)
    for worker in night.workers:
        worker.start()
    for number in range(rounds):
        night.kill_one(dice, more=8)
        for pledge in night.pledges[number * 2 : number * 2 + 2]:
            night.act(pledge, pledge.pk + number)
        if number == moves_at:
            moved_at = night.move_last_day()
    night.let_them_finish()
    for worker in night.workers:
        worker.kill()
    _assert_once_in_time_and_true(night, moved_at)
    in_hand = OutboundMessage.objects.filter(status=MessageStatus.SENDING).count()
    later = timezone.now() + LOST_AFTER + timedelta(minutes=1)
    assert settle_lost_messages(at=later) == in_hand, "what a killed worker had in hand is for a human"
    assert claim_messages(at=later, limit=100) == []


def _assert_once_in_time_and_true(night: Promises, moved_at: datetime) -> None:
    letters = night.letters()
    keys = [key for key, _at in letters]
    assert len(keys) == len(set(keys)), "somebody was written to twice for one occasion"
    assert len(keys) > len(night.pledges), "hardly anything was sent: the test proves nothing"
    rows = OutboundMessage.objects.in_bulk(keys, field_name="idempotency_key")
    assert set(rows) == set(keys)
    for key, at in letters:
        row = rows[key]
        assert row.not_before <= at <= row.expires_at, "a letter left out of its time"
        acted_at = night.acted.get(row.context["pledge"])
        assert acted_at is None or at <= acted_at + PACK, "somebody was reminded of what they had done or taken back"
        if row.context["stamp"] == night.stamp(7):
            assert at <= moved_at + PACK, "a letter names the old last day"
    of_new = OutboundMessage.objects.filter(context__stamp=night.stamp(6))
    told = of_new.values_list("context__pledge", "channel")
    assert len(told) == len(set(told))
    still = set(Pledge.objects.filter(standing=Standing.OPEN).values_list("pk", flat=True))
    assert {pk for pk, _channel in told} >= still, "nothing due was dropped"


def test_kill_workers_while_reminding_of_pledges_each_is_told_once_and_what_is_true(promises: Promises) -> None:
    _run(promises, rounds=3)


@pytest.mark.soak
def test_kill_workers_thirty_times_while_reminding_of_pledges(transactional_db: None, tmp_path: Path) -> None:
    night = Promises(tmp_path, people=150)
    try:
        _run(night, rounds=30, moves_at=10)
    finally:
        for worker in night.workers:
            worker.kill()
