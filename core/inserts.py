"""New rows written with statements composed once per model: for the requests that come by the thousand.

They are for plain models: one table, a generated primary key, defaults Python can work out. No signals are sent: our
own models have none.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)

# What is stored as it is on both databases where it has exactly this type; fields prepare everything else themselves.
_STORED_AS_IT_IS = {"CharField": str, "SlugField": str, "TextField": str, "BooleanField": bool}


@dataclass(frozen=True)
class KeyOf:
    """The key of a row that has none yet, in the place of another row's value; ``prefix`` makes a text of it."""

    row: models.Model
    prefix: str = ""

    def value(self) -> Any:
        """Return the value now that the row has its key. Raises ValueError if it has none."""
        if self.row.pk is None:
            raise ValueError(f"a row refers to a {self.row._meta.label} that was not inserted before it")
        return f"{self.prefix}{self.row.pk}" if self.prefix else self.row.pk


@dataclass(frozen=True)
class Column:
    """One column of a new row, and how its value is made ready."""

    field: Any
    attname: str
    plain: type | None
    is_set_on_save: bool
    has_default: bool
    is_link: bool

    def read(self, row: models.Model) -> Any:
        """Return the value as the model has it; the key of a row that is new as well comes as KeyOf."""
        value = self.field.pre_save(row, True) if self.is_set_on_save else getattr(row, self.attname)
        if value is None and self.is_link and self.field.is_cached(row):
            related = self.field.get_cached_value(row)
            return None if related is None else KeyOf(related)
        if self.has_default and isinstance(value, DatabaseDefault):
            return self._write_out_default(row, value)
        return value

    def _write_out_default(self, row: models.Model, default: DatabaseDefault) -> Any:
        """Put in the value the database itself would put in where nothing else was said; it is a plain one here."""
        expression = default.expression  # type: ignore[attr-defined]  # the stubs do not know it
        if not isinstance(expression, models.Value):
            raise TypeError(f"{self.field} has a default only the database can work out: use save()")
        setattr(row, self.attname, expression.value)
        return expression.value

    def ready(self, value: Any, database: BaseDatabaseWrapper) -> Any:
        """Return ``value`` as the database takes it."""
        if value is None or type(value) is self.plain:
            return value
        return self.field.get_db_prep_save(value, database)


@cache
def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """Return every column of a model but its generated key, in order."""
    key = model._meta.pk
    return tuple(_column(field) for field in model._meta.local_concrete_fields if field is not key)


def _column(field: Any) -> Column:
    return Column(
        field=field,
        attname=field.attname,
        plain=None if _prepares_itself(field) else _STORED_AS_IT_IS.get(field.get_internal_type()),
        is_set_on_save=type(field).pre_save is not models.Field.pre_save,
        has_default=field.has_db_default(),
        is_link=field.is_relation,
    )


def _prepares_itself(field: Any) -> bool:
    """Whether the field makes something else of every value it stores, as an encrypted one does."""
    return type(field).get_db_prep_save is not models.Field.get_db_prep_save


def insert_row(row: Row) -> Row:
    """Insert a new row of a plain model and return it with its key.

    The same INSERT as ``row.save(force_insert=True)`` with the same preparation of values, but the statement is not
    composed anew each time. A related row must have its key by now. Raises what the database raises.
    """
    database = connections[DEFAULT_DB_ALIAS]
    values = []
    for column in columns_of(type(row)):
        value = column.read(row)
        if isinstance(value, KeyOf):
            value = value.value()
            setattr(row, column.attname, value)
        values.append(column.ready(value, database))
    with database.cursor() as cursor:
        cursor.execute(_statement(type(row), database.vendor), values)
        _was_stored(row, cursor.fetchone()[0])
    return row


def _was_stored(row: models.Model, key: Any) -> None:
    row.pk = key
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


@cache
def _statement(model: type[models.Model], vendor: str) -> str:
    """Return the INSERT of ``model``. Both databases know RETURNING."""
    marks = ", ".join(["%s"] * len(columns_of(model)))
    return f"{insert_into(model)} VALUES ({marks}) RETURNING {_key(model)}"


def insert_into(model: type[models.Model]) -> str:
    """Return the beginning of the INSERT of ``model``, up to its columns' names."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(column.field.column)) for column in columns_of(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns})"


def _key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(str(model._meta.pk.column))


@dataclass
class NewRows:
    """Rows to be inserted together. One may refer to another that was added before it and has no key yet."""

    rows: list[models.Model] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        """Keep a new row for `insert` and return it."""
        self.rows.append(row)
        return row

    def insert(self) -> None:
        """Insert what was added since the last time: on PostgreSQL in one statement, else row by row.

        Afterwards the rows have their keys, also where they refer to each other. Raises what the database raises;
        call inside a transaction, so that all of them are there or none.
        """
        rows, self.rows = self.rows, []
        if len(rows) > 1 and connection.vendor == "postgresql":
            _insert_in_one_statement(rows)
        else:
            for row in rows:
                insert_row(row)


# One row of a statement for several: its model, and by column the number of the row whose key stands there, and
# whether a text stands before that key.
_Shape = tuple[type[models.Model], tuple[tuple[int, int, bool], ...]]


def _insert_in_one_statement(rows: list[models.Model]) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    numbers: dict[int, int] = {}
    shapes: list[_Shape] = []
    values: list[Any] = []
    links: list[tuple[models.Model, str, KeyOf]] = []
    for number, row in enumerate(rows):
        keys = []
        for place, column in enumerate(columns_of(type(row))):
            value = column.read(row)
            if isinstance(value, KeyOf) and id(value.row) in numbers:
                keys.append((place, numbers[id(value.row)], bool(value.prefix)))
                links.append((row, column.attname, value))
                if value.prefix:
                    values.append(value.prefix)
                continue
            if isinstance(value, KeyOf):
                value = value.value()
                setattr(row, column.attname, value)
            values.append(column.ready(value, database))
        shapes.append((type(row), tuple(keys)))
        numbers[id(row)] = number
    with database.cursor() as cursor:
        cursor.execute(_statement_for_several(tuple(shapes)), values)
        for row, key in zip(rows, cursor.fetchone(), strict=True):
            _was_stored(row, key)
    for row, attname, link in links:
        setattr(row, attname, link.value())


@cache
def _statement_for_several(shapes: tuple[_Shape, ...]) -> str:
    """Return PostgreSQL's INSERT of several rows: each is a part named after its number and hands on its key."""
    parts = ", ".join(f"{_name(number)} AS ({_part(*shape)})" for number, shape in enumerate(shapes))
    names = [_name(number) for number in range(len(shapes))]
    return f"WITH {parts} SELECT {', '.join(f'{name}.key' for name in names)} FROM {', '.join(names)}"  # noqa: S608


def _part(model: type[models.Model], keys: tuple[tuple[int, int, bool], ...]) -> str:
    marks = ["%s"] * len(columns_of(model))
    for place, number, has_prefix in keys:
        chosen = f"SELECT key FROM {_name(number)}"  # noqa: S608
        marks[place] = f"(%s::text || ({chosen})::text)" if has_prefix else f"({chosen})"
    return f"{insert_into(model)} VALUES ({', '.join(marks)}) RETURNING {_key(model)} AS key"


def _name(number: int) -> str:
    return f"new_{number}"
