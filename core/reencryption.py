"""Bringing what is encrypted to the current key: after a new key was put in, or a field was encrypted that was not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from core.encrypted_fields import EncryptedTextField, encrypted_fields, key_ring
from core.encryption import PREFIX, UnreadableSecret

BATCH = 500


@dataclass(frozen=True)
class Reencrypted:
    """One field: how many rows were written anew, how many could not be read (left as they are), how many remain."""

    field: str
    written: int
    unreadable: int
    left: int


def rows_with_old_keys(field: EncryptedTextField, after: int, most: int) -> list[tuple[int, str]]:
    """Return the next rows (id, what is kept) that are not written with the current key, by id."""
    quote = connection.ops.quote_name
    column, table = quote(str(field.column)), quote(field.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {column} FROM {table} WHERE {column} <> '' AND substr({column}, 1, %s) <> %s AND id > %s "  # noqa: S608 - our own names
            f"ORDER BY id LIMIT %s",
            [len(key_ring().current_prefix), key_ring().current_prefix, after, most],
        )
        return cursor.fetchall()


def reencrypt(*, most_rows: int | None = None) -> Iterator[Reencrypted]:
    """Write every row with the current key that has another one, or none; yield what was done, field by field.

    In batches of BATCH, each a transaction; a row somebody changed meanwhile is left to them. Safe to stop and to call
    again. What cannot be read stays as it is and is counted. ``most_rows``: at most so many of each field.
    """
    for field in encrypted_fields():
        yield _reencrypt_field(field, most_rows)


def _reencrypt_field(field: EncryptedTextField, most_rows: int | None) -> Reencrypted:
    written, unreadable, after = 0, 0, 0
    while rows := rows_with_old_keys(field, after, _next_batch(most_rows, written)):
        done, lost = _write_anew(field, rows)
        written, unreadable, after = written + done, unreadable + lost, rows[-1][0]
        if most_rows is not None and written >= most_rows:
            break
    return Reencrypted(field.field_name(), written, unreadable, count_old(field))


def _next_batch(most_rows: int | None, written: int) -> int:
    return BATCH if most_rows is None else min(BATCH, most_rows - written)


@transaction.atomic
def _write_anew(field: EncryptedTextField, rows: list[tuple[int, str]]) -> tuple[int, int]:
    quote = connection.ops.quote_name
    column, table = quote(str(field.column)), quote(field.model._meta.db_table)
    ring, name = key_ring(), field.field_name()
    written = unreadable = 0
    with connection.cursor() as cursor:
        for pk, kept in rows:
            try:
                plain = ring.decrypt(kept, name) if kept.startswith(PREFIX) else kept
            except UnreadableSecret:
                unreadable += 1
                continue
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} = %s",  # noqa: S608 - our own names
                [ring.encrypt(plain, name), pk, kept],
            )
            written += cursor.rowcount
    return written, unreadable


def count_old(field: EncryptedTextField) -> int:
    """Return how many rows are not written with the current key."""
    quote = connection.ops.quote_name
    column, table = quote(str(field.column)), quote(field.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} WHERE {column} <> '' AND substr({column}, 1, %s) <> %s",  # noqa: S608 - our own names
            [len(key_ring().current_prefix), key_ring().current_prefix],
        )
        return int(cursor.fetchone()[0])
