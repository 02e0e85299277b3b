"""One holder at a time, for as long as a transaction lasts."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from core.locks import hold_lock, write_with_retries, writing_in_turn
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


def failing(*errors: Exception) -> Callable[[], str]:
    """Return what raises ``errors``, one a call, and then returns."""
    left = list(errors)

    def act() -> str:
        if left:
            raise left.pop(0)
        return "written"

    return act


@pytest.mark.django_db
def test_write_with_retries_begins_again_when_somebody_else_was_first() -> None:
    assert write_with_retries(failing(IntegrityError("twice"))) == "written"
    assert write_with_retries(failing(OperationalError("deadlock"), IntegrityError("twice")), attempts=3) == "written"
    assert write_with_retries(failing(LookupError("gone")), on=(LookupError,)) == "written"


@pytest.mark.django_db
def test_write_with_retries_raises_the_last_error_and_what_no_retry_mends() -> None:
    with pytest.raises(OperationalError, match="second"):
        write_with_retries(failing(OperationalError("first"), OperationalError("second")))
    with pytest.raises(LookupError):
        write_with_retries(failing(LookupError("gone")))
