"""``field__any_of=values``: what ``field__in`` means, in one parameter however many values there are."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """For thousands of values at a time: nothing is composed or parsed per value, and the statement stays the same.

    For columns and values that are plain texts and numbers. PostgreSQL takes one array, SQLite one JSON text.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if not values:
            raise EmptyResultSet
        if connection.vendor == "postgresql":
            kind = self.lhs.output_field.rel_db_type(connection)
            return f"{column} = ANY(%s::{kind}[])", (*parameters, values)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(values))  # noqa: S608 - marks
