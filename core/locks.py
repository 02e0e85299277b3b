"""One holder at a time, across processes and hosts, for as long as a transaction lasts."""

from django.db import connection

from core.models import NamedLock


def hold_lock(name: str) -> None:
    """Wait for and hold the lock ``name`` until the current transaction ends. Call inside `transaction.atomic`.

    A row lock on PostgreSQL; on SQLite the transaction itself (IMMEDIATE) is the one writer.
    """
    NamedLock.objects.bulk_create([NamedLock(name=name)], ignore_conflicts=True)
    if connection.features.has_select_for_update:
        NamedLock.objects.select_for_update().get(name=name)
