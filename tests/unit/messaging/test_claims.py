"""Who is claimed first, and that nobody waits for ever."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from messaging.actions import claims
from messaging.actions.claims import _free, claim_messages
from messaging.enums import MessageStatus
from messaging.senders import senders
from tests.factories.messaging import make_sent

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def wait(at: datetime, priority: int, count: int, **columns: object) -> None:
    for _ in range(count):
        make_sent(at, MessageStatus.READY, priority=priority, **columns)


def claimed(at: datetime, limit: int) -> list[int]:
    return [message.priority for message in claim_messages(at=at, limit=limit)]


def test_claim_takes_answers_before_reminders_before_news(at: datetime) -> None:
    wait(at - HOUR, 2, 30)
    wait(at - HOUR / 2, 1, 3)
    wait(at, 0, 2)
    assert claimed(at, 20) == [0] * 2 + [1] * 3 + [2] * 15
    assert claimed(at, 20) == [2] * 15


def test_claim_filled_by_answers_leaves_a_tenth_to_each_class_behind(at: datetime) -> None:
    wait(at, 0, 60)
    wait(at, 2, 60)
    assert Counter(claimed(at, 20)) == {0: 18, 2: 2}
    wait(at, 1, 60)
    assert claimed(at, 20) == [0] * 16 + [1] * 2 + [2] * 2


def test_claims_too_small_for_a_tenth_give_one_place_by_lot(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "draw", random.Random(1))
    for priority in (0, 1, 2):
        wait(at, priority, 100)
    taken = Counter(priority for _ in range(100) for priority in claimed(at, 1))
    assert taken.total() == 100
    assert 80 <= taken[0] < 98
    assert taken[1] > 0
    assert taken[2] > 0
    wait(at, 0, 20)
    assert all(len(claimed(at, 4)) == 4 for _ in range(5))


def test_claim_leaves_what_is_held_or_not_due(at: datetime) -> None:
    wait(at, 2, 1, is_held=True)
    wait(at, 2, 1, not_before=at + HOUR)
    assert claimed(at, 20) == []


def test_claim_reads_the_index_of_what_waits(at: datetime) -> None:
    wait(at, 2, 1)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    for priority in (0, 1, 2):
        plan = _free(senders()[0], at).filter(priority=priority).order_by("not_before")[:200].explain()
        assert "messaging_message_waiting" in plan
