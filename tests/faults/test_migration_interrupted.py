"""A migration killed half way leaves nothing of itself, and the next try goes through."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.faults import processes

APP, BEFORE, MIGRATION = "outreach", "0004", "0005_contacts_at_events"
# Migrates, and is killed when every step of the migration is done and nothing is committed yet.
DIES = f"""
import os, signal
from importlib import import_module
import django
django.setup()
from django.core.management import call_command
from django.db import migrations
migration = import_module("{APP}.migrations.{MIGRATION}").Migration
die = migrations.RunPython(lambda apps, editor: os.kill(os.getpid(), signal.SIGKILL))
migration.operations = [*migration.operations, die]
call_command("migrate", "{APP}", verbosity=0)
"""


def _shape() -> dict[str, Any]:
    """Return the columns and constraints of the app's tables, however they came about."""
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table.startswith(f"{APP}_")]
        return {
            table: (
                sorted(
                    (column.name, str(column.type_code), column.null_ok)
                    for column in connection.introspection.get_table_description(cursor, table)
                ),
                sorted(
                    (tuple(found["columns"] or ()), found["unique"], found["check"], str(found["foreign_key"]))
                    for found in connection.introspection.get_constraints(cursor, table).values()
                ),
            )
            for table in tables
        }


def _is_applied() -> bool:
    return (APP, MIGRATION) in MigrationRecorder(connection).applied_migrations()


def test_migration_killed_half_way_is_run_again(transactional_db: None, tmp_path: Path) -> None:
    whole = _shape()
    call_command("migrate", APP, BEFORE, verbosity=0)
    before = _shape()
    assert before != whole
    connection.close()
    variables = processes.environment(database=str(connection.settings_dict["NAME"]), folder=tmp_path)

    ended = subprocess.run([sys.executable, "-c", DIES], env=variables, capture_output=True, text=True, check=False)

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not _is_applied()
    assert _shape() == before
    call_command("migrate", APP, verbosity=0)
    assert _is_applied()
    assert _shape() == whole


@pytest.mark.soak
def test_first_migration_of_all_killed_again_and_again_comes_through(transactional_db: None, tmp_path: Path) -> None:
    """Whatever moment it is killed at, `migrate` typed again ends with the same tables."""
    if connection.vendor != "sqlite":
        pytest.skip("an empty database of its own is a file here; the other test runs on both")
    whole = _shape()
    home, fresh = connection.settings_dict["NAME"], str(tmp_path / "fresh.sqlite3")
    variables = processes.environment(database=fresh, folder=tmp_path)
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    for seconds in (4, 6, 9, 13):
        try:
            subprocess.run(migrate, env=variables, capture_output=True, check=True, timeout=seconds)  # SIGKILL then
        except subprocess.TimeoutExpired:
            continue
    subprocess.run(migrate, env=variables, capture_output=True, check=True)
    connection.close()
    connection.settings_dict["NAME"] = fresh
    try:
        assert _shape() == whole
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
