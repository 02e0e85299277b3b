"""Processes killed between two lines: nothing accepted is lost, nothing is sent twice."""

import http.client
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import LOST_AFTER, claim_messages, settle_lost_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.models import Submission
from tests.factories.cms import make_petition_page
from tests.faults import processes


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator["Site"]:
    site = Site(tmp_path)
    try:
        site.start()
        yield site
    finally:
        site.stop()


class Site:
    """A running Carillon with one open petition, and citizens who sign it and remember what they were answered."""

    def __init__(self, folder: Path) -> None:
        self.page = make_petition_page()
        self.listener = processes.open_port()
        self.port = processes.port_of(self.listener)
        self.folder = folder
        self.variables = processes.environment(database=connection.settings_dict["NAME"], folder=folder)
        self.web = processes.web(self.listener, self.variables, folder)
        self.worker = processes.worker(self.variables, folder)
        self.accepted: list[str] = []
        self._stop = threading.Event()
        self._citizens = [threading.Thread(target=self._sign_on, args=(number,)) for number in range(3)]

    def start(self) -> None:
        self.web.start()
        self.worker.start()
        processes.wait_until_it_answers(self.port)

    def open_to_citizens(self) -> None:
        for citizen in self._citizens:
            citizen.start()

    def close_to_citizens(self) -> None:
        """Let nobody sign any more, and let the site finish the forms it has in hand: nothing comes in after this."""
        self._stop.set()
        for citizen in self._citizens:
            citizen.join()
        self.web.end()

    def stop(self) -> None:
        self._stop.set()
        self.web.kill()
        self.worker.kill()
        self.listener.close()
        processes.forget_queues(self.variables)

    def _sign_on(self, number: int) -> None:
        while not self._stop.is_set():
            email = f"citizen-{number}-{uuid.uuid4().hex}@example.org"
            with suppress(OSError, http.client.HTTPException):
                if self._sign(email) == 303:
                    self.accepted.append(email)

    def _sign(self, email: str) -> int:
        form = urlencode({"full_name": "A Citizen", "email": email, "residence_country": "BE"})
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", f"/en/sign/{self.page.pk}/", form, headers)
            return line.getresponse().status
        finally:
            line.close()

    def letters(self) -> Counter[str]:
        sink = self.folder / "sink.txt"
        lines = sink.read_text().splitlines() if sink.exists() else []
        return Counter(line.split("\t")[0] for line in lines)


def _kill_for(site: Site, *, rounds: int, pause: float) -> None:
    dice = random.Random(7)
    for _ in range(rounds):
        signed, written = len(site.accepted), site.letters().total()
        time.sleep(pause + dice.random() * pause)
        # On a slow machine both may only just be back from the last kill: they are killed at work, not at starting.
        processes.wait_until(lambda signed=signed: len(site.accepted) > signed + 7, what="citizens sign")
        processes.wait_until(lambda written=written: site.letters().total() > written, what="the worker sends")
        site.web.kill_children()
        site.worker.kill()
        site.worker.start()


def _let_the_worker_finish(*, seconds: float = 300) -> None:
    """Wait until every accepted form was drained and every message that may be sent was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        # A claim left by a killed worker is free again after five minutes; the test need not wait for that.
        OutboundMessage.objects.filter(status=MessageStatus.READY).exclude(claim="").filter(
            claimed_at__lt=timezone.now() - timedelta(seconds=3)
        ).update(claimed_at=None)
        waiting = Submission.objects.filter(queued_at__isnull=True).exists()
        if not waiting and not OutboundMessage.objects.filter(status=MessageStatus.READY).exists():
            return
        time.sleep(0.5)
    raise AssertionError("the worker did not finish; see worker.log")


def _assert_nothing_lost_nothing_twice(site: Site) -> None:
    accepted = set(site.accepted)
    kept = set(Submission.objects.values_list("email", flat=True))
    assert accepted <= kept, f"{len(accepted - kept)} accepted signatures are lost"
    letters = site.letters()
    assert not [key for key, times in letters.items() if times > 1], "a confirmation was sent twice"
    messages = dict(OutboundMessage.objects.values_list("idempotency_key", "status"))
    assert len(messages) == len(kept), "every form has its one message"
    assert all(status in (MessageStatus.SENT, MessageStatus.SENDING) for status in messages.values()), Counter(
        messages.values()
    )
    assert {key for key, status in messages.items() if status == MessageStatus.SENT} <= letters.keys()


def _run(site: Site, *, rounds: int, pause: float) -> None:
    site.open_to_citizens()
    _kill_for(site, rounds=rounds, pause=pause)
    site.close_to_citizens()
    _let_the_worker_finish()
    site.worker.kill()
    assert len(site.accepted) > 20, "the citizens hardly got through: the test proves nothing"
    _assert_nothing_lost_nothing_twice(site)
    # Whatever a killed worker had in hand is for a human or a status callback to settle, never for the machine.
    in_hand = OutboundMessage.objects.filter(status=MessageStatus.SENDING).count()
    later = timezone.now() + LOST_AFTER + timedelta(minutes=1)
    assert settle_lost_messages(at=later) == in_hand
    assert claim_messages(at=later, limit=100) == []
    assert drain_submissions(at=later) == 0


def test_kill_web_and_worker_while_signing_nothing_is_lost_or_sent_twice(site: Site) -> None:
    _run(site, rounds=3, pause=2.5)


@pytest.mark.soak
def test_kill_web_and_worker_forty_times_nothing_is_lost_or_sent_twice(site: Site) -> None:
    _run(site, rounds=40, pause=2.5)
