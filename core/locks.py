"""One holder at a time, across processes and hosts, for as long as a transaction lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.models import NamedLock

_SQLITE_WRITER = threading.Lock()


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


def hold_lock(name: str) -> None:
    """Wait for and hold the lock ``name`` until the current transaction ends. Call inside `transaction.atomic`.

    A row lock on PostgreSQL; on SQLite the transaction itself (IMMEDIATE) is the one writer.
    """
    NamedLock.objects.bulk_create([NamedLock(name=name)], ignore_conflicts=True)
    if connection.features.has_select_for_update:
        NamedLock.objects.select_for_update().get(name=name)
