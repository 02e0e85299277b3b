"""Several phones at one door at the same moment."""

import json
from typing import Any

import pytest

from events.models import Attendance
from events.selectors.door import door_of
from tests.factories.door import Evening, standing
from tests.factories.staff import browse
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def post(user: Any, body: Any) -> list[str]:
    """Hand in a batch and return the answers."""
    headers = {"X-Carillon-App": "1"}
    text = json.dumps(body)
    answer = browse(user).post("/outreach/api/check-ins", text, content_type="application/json", headers=headers)
    return [each["status"] for each in answer.json()["answers"]]


def test_four_phones_scanning_the_same_people_at_once_let_each_in_once(evening: Evening) -> None:
    guests = (evening.rita, evening.omar, evening.wim)
    batches = [
        evening.batch(*[evening.record(10 * phone + number, guest, people=1) for number, guest in enumerate(guests)])
        for phone in range(1, 5)
    ]
    users = [evening.cleo, evening.world.coordinator] * 2
    answers = run_at_once(
        *[lambda user=user, batch=batch: post(user, batch) for user, batch in zip(users, batches, strict=True)]
    )
    assert {status for told in answers for status in told} <= {"accepted", "already_in"}
    assert sorted(name for _id, name, _people in standing() if name) == ["Omar Guest", "Rita Guest", "Wim Guest"]
    assert door_of(evening.event).people_in == 3
    assert Attendance.objects.count() == 12


def test_undo_and_its_check_in_sent_at_once_by_two_phones_leave_nobody_in(evening: Evening) -> None:
    there = evening.batch(evening.record(1, people=3), evening.record(2, evening.rita))
    back = evening.batch(
        evening.record(3, type="undo", of=there["records"][0]["id"], minutes=1),
        evening.record(4, evening.rita, 1, type="undo", of=there["records"][1]["id"]),
    )
    run_at_once(lambda: post(evening.cleo, there), lambda: post(evening.world.coordinator, back))
    assert Attendance.objects.count() == 2
    assert standing() == []
