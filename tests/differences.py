"""What a test that commits left behind in a database on PostgreSQL, and the way back without copying 200 tables.

A fresh copy of the template makes the server write and sync every file, from 0.3 to 1.5 seconds each time. Looking at
every table takes a few milliseconds, and a test leaves rows in twenty of them.
"""

import time
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
SEQUENCES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
# Changes whenever a table, column, index, constraint, sequence, function or trigger comes, goes or is switched off.
SHAPE = """
    SELECT (SELECT (count(*), sum(oid::bigint))::text FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT (count(*), sum(oid::bigint))::text FROM pg_constraint),
           (SELECT (count(*), sum(oid::bigint))::text FROM pg_attrdef),
           (SELECT (count(*), sum(oid::bigint))::text FROM pg_namespace WHERE nspname !~ '^pg_'),
           (SELECT md5(string_agg((oid, proname, prosrc)::text, ',' ORDER BY oid))
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
           (SELECT md5(string_agg((oid, tgenabled)::text, ',' ORDER BY oid)) FROM pg_trigger WHERE NOT tgisinternal),
           (SELECT (count(*), sum(attnum * attrelid::bigint), sum(atttypid::bigint * attnum),
                    count(*) FILTER (WHERE attnotnull), count(*) FILTER (WHERE attisdropped))::text
            FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace))
"""
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# How long the server may take to end the connections a test left open.
SECONDS_TO_END = 30

Looked = tuple[Any, dict[str, str], dict[str, tuple[int, bool]], list[str]]


class Differences:
    """Remembers a fresh copy of the template, and makes the database equal to it again."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        names = ("dbname", "user", "password", "host", "port")
        self.connection = psycopg.connect(
            **{name: parameters[name] for name in names if parameters.get(name)}, autocommit=True
        )
        # Without foreign keys to check, where the server lets this user: the rows put back are those that kept them.
        with suppress(psycopg.errors.InsufficientPrivilege):
            self.connection.execute("SET session_replication_role = replica")
        tables = self._names(TABLES)
        self.kept = {table: rows for table in tables if (rows := self._read(table))}
        self.empty = [table for table in tables if table not in self.kept]
        self.sequences = self._names(SEQUENCES)
        self.before: Looked | None = None
        self.before = self.look()

    def take_away(self) -> bool:
        """End every other connection and undo what was written. False where the tables themselves changed."""
        self._end_others()
        shape, kept, sequences, filled = self.look()
        if shape != self.before[0]:
            return False
        with self.connection.transaction():
            for table in filled:
                self._run("DELETE FROM {}", table)
            for table, rows in self.kept.items():
                if kept[table] != self.before[1][table]:
                    self._run("DELETE FROM {}", table)
                    with self.connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(_name(table))) as copy:
                        copy.write(rows)
            for sequence, state in self.before[2].items():
                if sequences[sequence] != state:
                    self.connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{sequence}"', *state])
        return True

    def close(self) -> None:
        self.connection.close()

    def look(self) -> Looked:
        """Return the shape, what the kept tables hold, where the sequences stand, and which others hold rows."""
        shape = self._fetch(sql.SQL(SHAPE))
        if self.before is not None and shape != self.before[0]:  # tables may be gone
            return shape, {}, {}, []
        kept = self._union(
            "SELECT {0}, coalesce(md5(string_agg(row::text, ';' ORDER BY row::text)), '') FROM {1} row", list(self.kept)
        )
        sequences = self._union("SELECT {0}, last_value, is_called FROM {1}", self.sequences)
        filled = self._union("SELECT {0} WHERE EXISTS (SELECT FROM {1})", self.empty)
        return (
            shape,
            dict(kept),
            {name: (value, is_called) for name, value, is_called in sequences},
            [name for (name,) in filled],
        )

    def _end_others(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_END
        while self._fetch(sql.SQL(OTHERS)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"connections to the test database are still open after {SECONDS_TO_END} seconds")
            time.sleep(0.002)

    def _union(self, statement: str, names: list[str]) -> list[Any]:
        one = sql.SQL(statement)
        return self._fetch(sql.SQL(" UNION ALL ").join(one.format(sql.Literal(name), _name(name)) for name in names))

    def _names(self, statement: str) -> list[str]:
        return [name for (name,) in self._fetch(sql.SQL(statement))]

    def _read(self, table: str) -> bytes:
        with self.connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(_name(table))) as copy:
            return b"".join(bytes(piece) for piece in copy)

    def _fetch(self, statement: sql.Composable) -> list[Any]:
        return self.connection.execute(statement, prepare=True).fetchall()

    def _run(self, statement: str, table: str) -> None:
        self.connection.execute(sql.SQL(statement).format(_name(table)))


def _name(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)
