"""One row, one INSERT, written once per model: for the requests that come by the thousand."""

from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)


def insert_row(row: Row) -> Row:
    """Insert a new row of a plain model (one table, generated primary key) and return it with its key.

    The same INSERT as ``row.save(force_insert=True)`` with the same preparation of values, but the statement is not
    composed anew each time. No signals are sent: our own models have none. Raises what the database raises.
    """
    statement, fields = _statement(type(row), connection.vendor)
    _write_out_defaults(row, fields)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding = False
    row._state.db = connection.alias
    return row


def _write_out_defaults(row: models.Model, fields: tuple[Any, ...]) -> None:
    """Put in the values the database itself would put in where nothing else was said; they are plain ones here."""
    for field in fields:
        default = getattr(row, field.attname)
        if isinstance(default, DatabaseDefault):
            expression = default.expression  # type: ignore[attr-defined]  # the stubs do not know it
            if not isinstance(expression, models.Value):
                raise TypeError(f"{field} has a default only the database can work out: use save()")
            setattr(row, field.attname, expression.value)


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the INSERT of ``model`` and the fields it takes, in order. Both databases know RETURNING."""
    quote = connection.ops.quote_name
    key = model._meta.pk
    fields = tuple(field for field in model._meta.local_concrete_fields if field is not key)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {quote(str(key.column))}", fields  # noqa: S608


def insert_new_rows(rows: list[Row]) -> None:
    """Insert many new rows of one plain model in one statement; those a unique constraint knows already are left out.

    What ``bulk_create(rows, ignore_conflicts=True)`` does, without composing a statement of thousands of marks each
    time: PostgreSQL takes one array a column, SQLite its own ``executemany``. The rows get no keys.
    """
    if not rows:
        return
    fields = _statement(type(rows[0]), connection.vendor)[1]
    values = [[field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_insert_arrays(type(rows[0])), [list(column) for column in zip(*values, strict=True)])
        else:
            cursor.executemany(_insert_ignoring(type(rows[0])), values)


@cache
def _insert_arrays(model: type[models.Model]) -> str:
    """Return PostgreSQL's INSERT of as many rows as the arrays are long, conflicts left out."""
    quote = connection.ops.quote_name
    fields = _statement(model, connection.vendor)[1]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608


@cache
def _insert_ignoring(model: type[models.Model]) -> str:
    """Return SQLite's INSERT of one row, left out if it conflicts."""
    statement = _statement(model, connection.vendor)[0]
    return statement[: statement.index(" RETURNING ")] + " ON CONFLICT DO NOTHING"
