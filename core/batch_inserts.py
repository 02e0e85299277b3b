"""Thousands of new rows in one statement, out of plain values: for the drains and the phones."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from core.inserts import Column, columns_of, insert_into


def insert_new_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many new rows of one plain model in one statement; those a unique constraint knows already are left out.

    A row is its values by attribute (``submission_id``). All rows name the same attributes; what they do not name gets
    its field's default. The same preparation of values as in ``bulk_create(…, ignore_conflicts=True)``, without an
    instance per row and a statement of thousands of marks: PostgreSQL takes one array a column, SQLite its own
    ``executemany``. Raises TypeError where a field left out has a default that is worked out anew for every row.
    """
    if not rows:
        return
    defaults = _defaults(model, rows[0])
    columns = [
        _values(column, rows) if column.attname in rows[0] else defaults[column.attname] * len(rows)
        for column in columns_of(model)
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _insert_columns(cursor, model, columns)
        else:
            cursor.executemany(_insert_ignoring(model), list(zip(*columns, strict=True)))


def _defaults(model: type[models.Model], named: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the prepared value of every field that ``named`` does not name, in a list of one."""
    blank = model()
    left_out = [column for column in columns_of(model) if column.attname not in named]
    for column in left_out:
        if column.field.has_default() and callable(column.field.default) and column.field.default not in (dict, list):
            raise TypeError(f"{column.field} has a default of its own for every row: name it")
    return {column.attname: [column.ready(column.read(blank), connections[DEFAULT_DB_ALIAS])] for column in left_out}


def _values(column: Column, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return one field's values ready for the database; an object that several rows share is made ready once."""
    values = [row[column.attname] for row in rows]
    ids = list(map(id, values))
    distinct = dict(zip(ids, values, strict=True))
    here = connections[DEFAULT_DB_ALIAS]  # the proxy looks its thread up at every touch
    ready = {key: column.ready(value, here) for key, value in distinct.items()}
    return list(map(ready.__getitem__, ids))


def _insert_columns(cursor: Any, model: type[models.Model], columns: list[list[Any]]) -> None:
    """Hand PostgreSQL one array a column, and what is the same in every row once (but for the first column)."""
    is_shared = (False, *(column.count(column[0]) == len(column) for column in columns[1:]))
    arrays = [column for column, shared in zip(columns, is_shared, strict=True) if not shared]
    scalars = [column[0] for column, shared in zip(columns, is_shared, strict=True) if shared]
    cursor.execute(_insert_arrays(model, is_shared), [*scalars, *arrays])


@cache
def _insert_arrays(model: type[models.Model], is_shared: tuple[bool, ...]) -> str:
    """Return PostgreSQL's INSERT of as many rows as the arrays are long, conflicts left out; scalars come first."""
    quote = connection.ops.quote_name
    given = [(quote(str(column.field.column)), column.field.db_type(connection)) for column in columns_of(model)]
    scalars = [pair for pair, shared in zip(given, is_shared, strict=True) if shared]
    arrays = [pair for pair, shared in zip(given, is_shared, strict=True) if not shared]
    columns = ", ".join(column for column, _type in [*scalars, *arrays])
    values = ", ".join(
        [*(f"%s::{kind}" for _column, kind in scalars), *(f"given.{column}" for column, _kind in arrays)]
    )
    source = ", ".join(f"%s::{kind}[]" for _column, kind in arrays)
    names = ", ".join(column for column, _kind in arrays)
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) "  # noqa: S608 - names of our own columns
        f"SELECT {values} FROM unnest({source}) AS given({names}) ON CONFLICT DO NOTHING"
    )


@cache
def _insert_ignoring(model: type[models.Model]) -> str:
    """Return SQLite's INSERT of one row, left out if it conflicts."""
    marks = ", ".join(["%s"] * len(columns_of(model)))
    return f"{insert_into(model)} VALUES ({marks}) ON CONFLICT DO NOTHING"
