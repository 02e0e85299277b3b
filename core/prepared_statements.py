"""Statements PostgreSQL plans once per connection: of the hot ones, planning costs it more than answering.

Django binds values into the statement's text, so PostgreSQL parses and plans every one anew. Here they are sent apart
from it. SQLite keeps what it prepared by itself.
"""

from collections.abc import Iterable
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


class PreparingCursor(psycopg.Cursor[Any]):
    """Prepares what it executes, for as long as its connection lives."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # Switched on for this statement alone: psycopg would remember the text of every other one too, and forget all
        # that is prepared with each transaction rolled back, which PostgreSQL does not.
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, **options, prepare=True)
        finally:
            self.connection.prepare_threshold = None

    def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
        self._query = pgq  # psycopg leaves it out here; Django's query log reads it
        super()._send_query_prepared(name, pgq, **options)


def prepared_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """Return a cursor of Django's, query log and all, whose statements are planned once per connection.

    It is an ordinary one on SQLite, and behind a pooler that lends connections for a transaction at a time
    (settings.DATABASES' DISABLE_SERVER_SIDE_CURSORS): there the next statement meets another connection.
    """
    cursor = connection.cursor()
    if prepares(connection):
        cursor.cursor = PreparingCursor(connection.connection)
    return cursor


def prepares(connection: BaseDatabaseWrapper) -> bool:
    """Whether statements are prepared on this connection."""
    return connection.vendor == "postgresql" and not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def write_in(statement: str, values: Iterable[Any], connection: BaseDatabaseWrapper, *, unless: type) -> str:
    """Return the statement with its constants in its text; values of the type ``unless`` keep their places.

    A plan made for any value of a parameter uses no partial index, whose condition only a constant is known to meet.
    """
    connection.ensure_connection()
    literal = psycopg.ClientCursor(connection.connection).mogrify
    first, *rest = statement.split("%s")
    written = ["%s" if isinstance(value, unless) else literal("%s", [value]).replace("%", "%%") for value in values]
    return first + "".join(place + piece for place, piece in zip(written, rest, strict=True))
