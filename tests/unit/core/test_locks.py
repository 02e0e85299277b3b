"""One holder at a time, for as long as a transaction lasts."""

import threading

import pytest
from django.db import connection, transaction

from core.locks import hold_lock, writing_in_turn
from core.models import NamedLock
from tests.threads import run_at_once


@pytest.mark.django_db(transaction=True)
def test_hold_lock_lets_one_in_at_a_time() -> None:
    inside, most = [0], [0]
    mutex = threading.Lock()

    def work() -> None:
        for _ in range(15):
            with transaction.atomic():
                hold_lock("tests")
                with mutex:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                NamedLock.objects.count()
                with mutex:
                    inside[0] -= 1

    assert run_at_once(work, work, work) == [None] * 3
    assert most == [1]
    assert NamedLock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_writing_in_turn_lets_one_thread_in_at_a_time_on_sqlite() -> None:
    inside, met = [0], [0]

    def work() -> None:
        for _ in range(20):
            with writing_in_turn():
                inside[0] += 1
                met[0] += inside[0] > 1 and connection.vendor == "sqlite"
                with transaction.atomic():
                    NamedLock.objects.get_or_create(name="tests")
                inside[0] -= 1

    assert run_at_once(work, work, work) == [None] * 3
    assert met == [0]


@pytest.mark.django_db(transaction=True)
def test_writing_in_turn_does_not_wait_inside_a_transaction() -> None:
    with writing_in_turn(), transaction.atomic(), writing_in_turn():
        NamedLock.objects.create(name="tests")
    assert NamedLock.objects.count() == 1
