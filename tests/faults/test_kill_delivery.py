"""Workers that die at each step of delivery, two at once: nobody twice, nobody forgotten, doubts settled by reports."""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from messaging.actions.deliver import LOST_AFTER, claim_messages, deliver_messages, settle_lost_messages
from messaging.actions.queue import Draft, queue_service_messages
from messaging.actions.reports import take_report
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import OutboundMessage
from messaging.references import read_reference
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from tests.factories.people import make_organisation
from tests.factories.wordings import make_text, make_wording
from tests.faults import processes
from tests.faults.dying import STEPS

SINK = "tests.faults.sink.FileSink"


@pytest.fixture
def house(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> Iterator["House"]:
    monkeypatch.setenv("CARILLON_SINK", str(tmp_path / "sink.txt"))
    monkeypatch.setenv("CARILLON_SINK_SECONDS", "0")
    settings.MESSAGE_SENDERS = {"email": SINK, "sms": SINK}
    house = House(tmp_path)
    yield house
    for worker in house.workers:
        worker.kill()


class House:
    """A ledger of mails and texts, and two lines of workers that each die at another step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[processes.Process] = []
        self.told: set[str] = set()
        self.dice = random.Random(7)

    def queue(self, count: int) -> None:
        organisation = make_organisation()
        for channel in Channel:
            queue_service_messages(drafts=list(_drafts(organisation, channel, count // 2)))

    def start_workers(self, rounds: int) -> None:
        """Start two lines of workers, ``rounds`` together."""
        variables = processes.environment(database=connection.settings_dict["NAME"], folder=self.folder)
        variables["CARILLON_SINK_SECONDS"] = "0.001"
        for number in range(2):
            argv = [sys.executable, "-m", "tests.faults.dying", str(rounds // 2), str(number)]
            worker = processes.Process(argv, variables, self.folder / f"dying-{number}.log")
            self.workers.append(worker)
            worker.start()

    def watch_until_all_are_dead(self) -> None:
        """Report some letters while the workers are at it, and free what dead ones had claimed."""

        def is_over() -> bool:
            self.report_some()
            self.free_claims(older_than=timedelta(seconds=5))
            return all(worker.popen is not None and worker.popen.poll() is not None for worker in self.workers)

        processes.wait_until(is_over, what="every worker died or ended", seconds=1200)

    def free_claims(self, *, older_than: timedelta) -> None:
        """A claim nobody began is free after five minutes; the test need not wait for that."""
        ready = OutboundMessage.objects.filter(status=MessageStatus.READY)
        ready.filter(claimed_at__lt=timezone.now() - older_than).update(claimed_at=None)

    def letters(self) -> list[tuple[str, str]]:
        """Return what left the house: each letter's key and reference."""
        sink = self.folder / "sink.txt"
        lines = [line.split("\t") for line in sink.read_text().splitlines()] if sink.exists() else []
        return [(line[0], line[3]) for line in lines if len(line) == 4]

    def report_some(self) -> None:
        """Say of half of the letters not yet reported that they arrived: often before the worker could settle them."""
        for _key, reference in self.letters():
            if reference not in self.told and self.dice.random() < 0.5:
                self.told.add(reference)
                self.report(reference, ReportedEvent.DELIVERED)

    def report(self, reference: str, event: ReportedEvent) -> None:
        channel = OutboundMessage.objects.values_list("channel", flat=True).get(pk=read_reference(reference))
        assert take_report(channel=Channel(channel), event=event, at=timezone.now(), reference=reference) is not None

    def deaths(self) -> Counter[str]:
        lines = [line.split("\t") for log in self.folder.glob("dying-*.log") for line in log.read_text().splitlines()]
        failed = [line for line in lines if line[-1] not in ("died", "ended")]
        assert not failed, "\n".join(" ".join(line) for line in failed[-30:])
        return Counter(step for step, how in lines if how == "died")


def _drafts(organisation: Organisation, channel: Channel, count: int) -> Iterator[Draft]:
    at = timezone.now()
    wording = make_wording(make_text(organisation, channel=channel, name=channel), at=at)
    for number in range(count):
        address = f"+32470{number:06d}" if channel == Channel.SMS else f"person-{number}@example.org"
        yield Draft(
            idempotency_key=f"answer:{channel}:{number}:once",
            purpose=ContactPurpose(Purpose.SERVICE, channel, organisation.pk),
            template="written",
            address=address,
            canonical=address,
            language="en",
            not_before=at,
            expires_at=at + timedelta(hours=3),
            context={"wording": wording.pk},
        )


def _run(house: House, *, rounds: int) -> Counter[str]:
    house.queue(rounds * 16)
    house.start_workers(rounds)
    house.watch_until_all_are_dead()
    deaths = house.deaths()
    house.free_claims(older_than=timedelta(0))
    while deliver_messages(at=timezone.now()):  # the one worker that lives
        pass
    _assert_each_once_and_none_forgotten(house)
    _assert_doubts_are_settled_by_reports(house)
    return deaths


def _assert_each_once_and_none_forgotten(house: House) -> None:
    letters = [key for key, _reference in house.letters()]
    assert len(letters) == len(set(letters)), "somebody was written to twice"
    rows = dict(OutboundMessage.objects.values_list("idempotency_key", "status"))
    expected = {MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.SENDING}
    assert {MessageStatus(status) for status in rows.values()} <= expected, Counter(rows.values())
    done = {key for key, status in rows.items() if status != MessageStatus.SENDING}
    assert done <= set(letters), "what is said to have been sent was sent"
    assert set(letters) <= set(rows)


def _assert_doubts_are_settled_by_reports(house: House) -> None:
    in_hand = OutboundMessage.objects.filter(status=MessageStatus.SENDING).count()
    later = timezone.now() + LOST_AFTER + timedelta(minutes=1)
    assert settle_lost_messages(at=later) == in_hand
    assert claim_messages(at=later, limit=1000) == [], "the machine never sends again what may have been sent"
    letters = house.letters()
    reports = [(reference, event) for _key, reference in letters for event in ("sent", "delivered", "delivered")]
    house.dice.shuffle(reports)
    for reference, event in reports:
        house.report(reference, ReportedEvent(event))
    rows = dict(OutboundMessage.objects.values_list("idempotency_key", "status"))
    taken = {key for key, _reference in letters}
    assert {rows[key] for key in taken} == {MessageStatus.DELIVERED}
    assert all(status == MessageStatus.UNKNOWN for key, status in rows.items() if key not in taken)


def test_worker_that_dies_at_any_step_writes_to_nobody_twice_and_forgets_nobody(house: House) -> None:
    deaths = _run(house, rounds=4 * len(STEPS))
    assert set(deaths) == set(STEPS), deaths


@pytest.mark.soak
def test_workers_that_die_four_hundred_times_write_to_nobody_twice_and_forget_nobody(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    deaths = _run(house, rounds=40 * len(STEPS))
    record_property("deaths", dict(deaths))
    assert all(deaths[step] >= 30 for step in STEPS), deaths
