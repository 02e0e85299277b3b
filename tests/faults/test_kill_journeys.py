"""Workers killed while people are taken in, led on and written to: no step twice, nobody left behind."""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from audiences.actions.leading_on import lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import RunStatus
from audiences.models import Automation, AutomationRun, AutomationStep, StaffTask
from messaging.actions.deliver import LOST_AFTER, settle_lost_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from tests.factories.journeys import make_journey, step
from tests.factories.staff import World
from tests.factories.wordings import make_text, make_wording
from tests.faults import processes
from tests.threads import run_at_once

PEOPLE = 40


class Night:
    """A journey of two letters and a task, forty people who signed, and two workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journey = journey_of(PEOPLE)
        variables = processes.environment(database=connection.settings_dict["NAME"], folder=folder)
        argv = [sys.executable, "-m", "tests.faults.lead"]
        self.workers = [processes.Process(argv, variables, folder / f"worker{number}.log") for number in range(2)]

    def letters(self) -> list[str]:
        """Return the key of every letter that left the house."""
        sink = self.folder / "sink.txt"
        return [line.split("\t")[0] for line in sink.read_text().splitlines()] if sink.exists() else []

    def wait_for(self, letters: int) -> None:
        deadline = time.monotonic() + 120
        while len(self.letters()) < letters and not self.is_over():
            assert time.monotonic() < deadline, (self.folder / "worker0.log").read_text()[-2000:]
            time.sleep(0.05)  # other processes' work: nothing tells us

    def is_over(self) -> bool:
        ready = OutboundMessage.objects.filter(status=MessageStatus.READY)
        ready.filter(claimed_at__lt=timezone.now() - timedelta(seconds=5)).update(claimed_at=None)
        settle_lost_messages(at=timezone.now() + LOST_AFTER - timedelta(seconds=5))
        at_the_end = AutomationRun.objects.filter(status=RunStatus.DONE).count() == PEOPLE
        return at_the_end and not OutboundMessage.objects.filter(status__in=("ready", "sending")).exists()


def journey_of(people: int) -> Automation:
    """Return a running journey for the ``people`` who sign in this world, all of whom agreed to letters."""
    world, begins = World("ours"), timezone.now() - timedelta(minutes=1)
    text = make_text(world.lead)
    make_wording(text, at=begins)
    letters = [step("send", key, text=text.pk, purpose="campaign_news", useful_hours=24) for key in ("hello", "again")]
    task = step("task", "call", title="Call them", days=1)
    journey = make_journey(world, letters[0], task, letters[1], at=begins)
    for number in range(people):
        signature = world.sign(f"Nina {number}", confirmed_at=begins, verified_at=begins)
        world.consent(signature, world.lead, at=begins)
    return journey


@pytest.fixture
def night(transactional_db: None, tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    yield night
    for worker in night.workers:
        worker.kill()


def assert_every_step_once(people: int) -> None:
    assert AutomationRun.objects.filter(status=RunStatus.DONE).count() == people
    assert Counter(AutomationStep.objects.values_list("key", flat=True)) == dict.fromkeys(
        ("hello", "call", "again"), people
    )
    assert StaffTask.objects.count() == people
    assert OutboundMessage.objects.count() == 2 * people


def test_kill_workers_between_steps_each_is_done_once(night: Night) -> None:
    dice = random.Random(5)
    for worker in night.workers:
        worker.start()
    for number in range(1, 4):
        night.wait_for(15 * number)
        worker = dice.choice(night.workers)
        worker.kill()
        worker.start()
    night.wait_for(10**6)
    for worker in night.workers:
        worker.kill()
    assert_every_step_once(PEOPLE)
    left = night.letters()
    assert len(left) == len(set(left)), "a letter left twice"
    unknown = OutboundMessage.objects.filter(status=MessageStatus.UNKNOWN).count()
    assert OutboundMessage.objects.filter(status=MessageStatus.SENT).count() + unknown == 2 * PEOPLE
    assert len(left) > PEOPLE


def test_workers_at_one_moment_take_everybody_in_once_and_do_each_step_once(transactional_db: None) -> None:
    journey_of(12)
    at = timezone.now()

    def work() -> None:
        take_people_in(at=at)
        while lead_people_on(at=at, limit=5):
            pass

    results = run_at_once(work, work, work)
    assert not [each for each in results if isinstance(each, Exception)]
    assert_every_step_once(12)
