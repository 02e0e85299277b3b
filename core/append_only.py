"""Rows that may be added and deleted but never changed: the database itself refuses, on SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations


def _create(table: str, columns: Sequence[str]) -> Callable[[Any, Any], None]:
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE {update} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {table}_append_only() RETURNS trigger AS $$ BEGIN "
                f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$ LANGUAGE plpgsql"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE {update} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
            )

    return forwards


def _drop(table: str) -> Callable[[Any, Any], None]:
    def backwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_append_only()")

    return backwards


def append_only(table: str, columns: Sequence[str] = ()) -> migrations.RunPython:
    """Return the migration operation that makes ``table`` append-only, or only these ``columns`` of it."""
    return migrations.RunPython(_create(table, columns), _drop(table))
