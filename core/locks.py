"""One holder at a time, across processes and hosts, for as long as a transaction lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

from core.models import NamedLock

_SQLITE_WRITER = threading.Lock()
T = TypeVar("T")


@contextmanager
def writing_in_turn() -> Iterator[None]:
    """Let this process' threads write to SQLite one after the other; on PostgreSQL do nothing.

    SQLite has one writer at a time and lets the others sleep, longer each time they look again: of several threads
    some would wait for a tenth of a second for transactions of a millisecond. Put it around a transaction that writes;
    inside one it does nothing, because that one holds the writer already.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _SQLITE_WRITER:
        yield


def write_with_retries(transaction: Callable[[], T], *, attempts: int = 2, on: tuple[type[Exception], ...] = ()) -> T:
    """Return what ``transaction`` returns, begun anew when somebody else writes of the same person at this moment.

    The database breaks a deadlock by refusing one of the two, and tells whoever inserts the same row second: to begin
    again is to find what the other one wrote. ``on``: what else is worth another try. The last one's error is raised.
    """
    worth_a_try: tuple[type[Exception], ...] = (IntegrityError, OperationalError, *on)
    with writing_in_turn():
        for _attempt in range(attempts - 1):
            try:
                return transaction()
            except worth_a_try:
                continue
        return transaction()


def hold_lock(name: str) -> None:
    """Wait for and hold the lock ``name`` until the current transaction ends. Call inside `transaction.atomic`.

    A row lock on PostgreSQL; on SQLite the transaction itself (IMMEDIATE) is the one writer.
    """
    NamedLock.objects.bulk_create([NamedLock(name=name)], ignore_conflicts=True)
    if connection.features.has_select_for_update:
        NamedLock.objects.select_for_update().get(name=name)
