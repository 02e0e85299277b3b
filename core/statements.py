"""Statements composed once: for the requests that come by the thousand, where Django's composing costs more than the
database's answer.

A statement is written as an ordinary queryset over parameters, so it stays portable and follows every migration. The
SQL is made from it once per thread; a call only puts in its values. PostgreSQL plans it once per connection::

    @compiled_select
    def points_of(*, canonical: str) -> QuerySet[ContactPoint]:
        return ContactPoint.objects.filter(canonical=canonical)

    points_of(canonical="ada@example.org")  # -> [<ContactPoint>]

A parameter stands where a value of an exact comparison or of an update would stand. None is a value only of an update
(nothing equals it), and lists cannot be passed.
"""

import inspect
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from types import NoneType
from typing import Any, Generic, ParamSpec, TypeVar, get_args

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, sql
from django.db.transaction import TransactionManagementError

from core.prepared_statements import prepared_cursor, prepares, write_in

P = ParamSpec("P")
Row = TypeVar("Row")
Answer = TypeVar("Answer")

_FIELDS: dict[type, type["models.Field[Any, Any]"]] = {
    bool: models.BooleanField,
    datetime: models.DateTimeField,
    int: models.BigIntegerField,
    str: models.TextField,
    uuid.UUID: models.UUIDField,
}


class Parameter(models.Expression):
    """The place of a value that is known only when the statement runs."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Compiled(Generic[Answer]):
    """SQL for one connection: ``values`` are constants and Parameters in order; ``read`` makes the answer."""

    connection: BaseDatabaseWrapper
    sql: str
    values: tuple[Any, ...]
    read: Callable[[Any], Answer]
    locks_rows: bool = False

    def run(self, told: dict[str, Any]) -> Answer:
        if self.locks_rows and not self.connection.in_atomic_block:
            raise TransactionManagementError("rows are locked until the transaction ends: there is none")
        values = [
            value.output_field.get_db_prep_value(told[value.name], self.connection)
            if isinstance(value, Parameter)
            else value
            for value in self.values
        ]
        with prepared_cursor(self.connection) as cursor:
            cursor.execute(self.sql, values)
            return self.read(cursor)


class _Statement(Generic[P, Answer]):
    """A function that runs what its builder describes. ``compose`` makes the SQL from what the builder returned."""

    def __init__(
        self, build: Callable[P, Any], compose: Callable[[Any, BaseDatabaseWrapper], _Compiled[Answer]]
    ) -> None:
        update_wrapper(self, build)
        self._build = build
        self._compose = compose
        # A connection belongs to one thread, and what turns its values into Python's belongs to the connection.
        self._own = threading.local()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Answer:
        connection = connections[DEFAULT_DB_ALIAS]
        compiled: _Compiled[Answer] | None = getattr(self._own, "compiled", None)
        if compiled is None or compiled.connection is not connection:
            compiled = self._own.compiled = self._compose(self._build(**_parameters(self._build)), connection)  # type: ignore[call-arg]
        return compiled.run(kwargs)


def _parameters(build: Callable[..., Any]) -> dict[str, Any]:
    """Return a Parameter for each keyword of ``build``, of the field its annotation stands for."""
    names = inspect.signature(build).parameters
    return {name: Parameter(name, _field(parameter.annotation)) for name, parameter in names.items()}


def _field(annotation: Any) -> "models.Field[Any, Any]":
    kinds = get_args(annotation) or (annotation,)
    return _FIELDS[next(kind for kind in kinds if kind is not NoneType)]()


def compiled_select(build: Callable[P, "QuerySet[Any, Row]"]) -> Callable[P, list[Row]]:
    """Return a function that runs the queryset ``build`` makes of its keywords and returns its rows.

    Rows are whole instances, or tuples where the queryset says ``values_list``; nothing else is offered. Locking rows
    outside a transaction raises TransactionManagementError, as Django does.
    """
    return _Statement(build, _compose_select)


def compiled_update(build: Callable[P, tuple[QuerySet[Any, Any], dict[str, Any]]]) -> Callable[P, int]:
    """Return a function that updates the rows ``build`` returns with the changes it returns; it returns their number.

    ``build`` makes (queryset, {field: new value}) of its keywords.
    """
    return _Statement(build, _compose_update)


def _compose_select(rows: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> _Compiled[list[Any]]:
    query, model = rows.query, rows.model
    if query.select_related or query.deferred_loading != (frozenset(), True) or query.annotations:
        raise TypeError("a compiled statement reads whole rows of one model, or values_list of its columns")
    compiler = query.get_compiler(connection=connection)
    statement, values = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])
    if query.default_cols:
        names = [field.attname for field in model._meta.concrete_fields]

        def read(cursor: Any) -> list[Any]:
            return [model.from_db(connection.alias, names, row) for row in _converted(cursor.fetchall())]
    else:

        def read(cursor: Any) -> list[Any]:
            return [tuple(row) for row in _converted(cursor.fetchall())]

    def _converted(found: list[Any]) -> Any:
        return compiler.apply_converters(found, converters) if converters else found

    statement, values = _with_constants(statement, values, connection)
    return _Compiled(connection, statement, values, read, locks_rows=_locks_rows(query, connection))


def _with_constants(
    statement: str, values: Sequence[Any], connection: BaseDatabaseWrapper
) -> tuple[str, tuple[Any, ...]]:
    """Return the statement and its values, where statements are prepared with nothing but Parameters among these."""
    if not prepares(connection):
        return statement, tuple(values)
    written = write_in(statement, values, connection, unless=Parameter)
    return written, tuple(value for value in values if isinstance(value, Parameter))


def _locks_rows(query: sql.Query, connection: BaseDatabaseWrapper) -> bool:
    return bool(query.select_for_update and connection.features.has_select_for_update)


def _compose_update(
    change: tuple[QuerySet[Any, Any], dict[str, Any]], connection: BaseDatabaseWrapper
) -> _Compiled[int]:
    rows, changes = change
    query = rows.order_by().query.chain(sql.UpdateQuery)
    query.add_update_values(changes)  # type: ignore[attr-defined]  # chain() made an UpdateQuery of it
    statement, values = query.get_compiler(connection=connection).as_sql()
    statement, values = _with_constants(statement, values, connection)
    return _Compiled(connection, statement, values, lambda cursor: int(cursor.rowcount))
