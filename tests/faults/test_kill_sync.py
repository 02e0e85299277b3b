"""Web workers killed while a phone hands in its records: sent again, each is there exactly once."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.actions.groups import sync_roles
from outreach.models import ContactIdentity, OutreachContact
from tests.factories.outreach import Stall
from tests.factories.staff import World, browse
from tests.faults import processes

BATCHES, IN_EACH = 12, 60


class Phone:
    """A phone that sends a batch until the server answers for it, as the app does."""

    def __init__(self, port: int, stall: Stall) -> None:
        self.port, self.lost = port, 0
        self.waits = threading.Event()  # for an answer
        self.cookie = browse(stall.cleo).cookies[settings.SESSION_COOKIE_NAME].value
        self.batches = [[self._record(stall, place) for place in range(IN_EACH)] for _each in range(BATCHES)]
        self.accepted: list[str] = []

    def _record(self, stall: Stall, place: int) -> dict[str, Any]:
        person = stall.person(phone="", email=f"{uuid.uuid4().hex}@example.org") if place % 10 == 0 else None
        return stall.record(at=(timezone.now() - timedelta(minutes=5)).isoformat(), person=person)

    def send_all(self, done: threading.Event) -> None:
        for records in self.batches:
            while not self._send(records):
                time.sleep(0.05)
        done.set()

    def _send(self, records: list[dict[str, Any]]) -> bool:
        body = {"device": str(uuid.UUID(int=1)), "sent_at": timezone.now().isoformat(), "records": records}
        headers = {
            "Content-Type": "application/json", "X-Carillon-App": "1",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}",
        }  # fmt: skip
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with suppress(OSError, http.client.HTTPException):
            try:
                line.request("POST", "/outreach/api/sync", json.dumps(body), headers)
                self.waits.set()
                answer = line.getresponse()
                told = json.loads(answer.read())
            finally:
                self.waits.clear()
                line.close()
            assert answer.status == 200, told
            assert {each["status"] for each in told["answers"]} <= {"accepted", "duplicate"}, told
            self.accepted += [each["id"] for each in told["answers"]]
            return True
        self.lost += 1
        return False


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[tuple[processes.Process, int]]:
    listener = processes.open_port()
    port = processes.port_of(listener)
    variables = processes.environment(database=connection.settings_dict["NAME"], folder=tmp_path)
    web = processes.web(listener, variables, tmp_path)
    try:
        web.start()
        processes.wait_until_it_answers(port)
        yield web, port
    finally:
        web.kill()
        listener.close()


def test_kill_web_while_a_phone_sends_every_record_is_there_exactly_once(web: tuple[processes.Process, int]) -> None:
    process, port = web
    sync_roles()
    phone, done = Phone(port, Stall(World("ours"))), threading.Event()
    sender = threading.Thread(target=phone.send_all, args=(done,))
    sender.start()
    kills = 0
    while kills < 6 and not done.wait(0.15):
        if not phone.waits.wait(60):
            break
        process.kill_children()
        kills += 1
        done.wait(0.6)
    sender.join(timeout=300)
    assert done.is_set(), "the phone never got through"
    assert kills
    assert phone.lost, "no answer was lost: the test proves nothing"
    ids = [record["id"] for records in phone.batches for record in records]
    assert sorted(phone.accepted) == sorted(ids), "each batch was answered once, and whole"
    assert sorted(str(each) for each in OutreachContact.objects.values_list("client_id", flat=True)) == sorted(ids)
    assert OutreachContact.objects.counting().count() == len(ids)
    assert ContactIdentity.objects.count() == BATCHES * IN_EACH // 10
