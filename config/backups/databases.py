"""One consistent picture of the database while others write, and the way back, whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.client import DatabaseClient

from config.backups import BackupError

# What stands is put aside under another name, which takes one lock, where dropping takes one for each table and index.
_PUT_ASIDE = """
DO $$ DECLARE what record; here name := current_schema(); BEGIN
  EXECUTE format('ALTER SCHEMA %I RENAME TO before_restore', here);
  EXECUTE format('CREATE SCHEMA %I', here);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', here);
  FOR what IN SELECT extname AS name FROM pg_extension WHERE extnamespace = 'before_restore'::regnamespace LOOP
    EXECUTE format('ALTER EXTENSION %I SET SCHEMA %I', what.name, here);
  END LOOP;
END $$;
"""
# Table by table, each a transaction of its own.
_DROP_WHAT_WAS_PUT_ASIDE = """
SELECT format('DROP TABLE before_restore.%I CASCADE', tablename) FROM pg_tables WHERE schemaname = 'before_restore'
\\gexec
DROP SCHEMA IF EXISTS before_restore CASCADE;
"""
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


@dataclass(frozen=True)
class Picture:
    """The database at one moment: its file's name, how many rows each table had, which migrations were applied."""

    file: str
    rows: dict[str, int]
    migrations: dict[str, list[str]]


def take_picture(folder: Path) -> Picture:
    """Write the database as it is at one moment into ``folder``. Raises BackupError, OSError."""
    return _picture_sqlite(folder) if connection.vendor == "sqlite" else _picture_postgresql(folder)


def put_back(file: Path) -> None:
    """Make the database what it is in ``file``, whole or not at all. Raises BackupError."""
    if connection.vendor == "sqlite":
        _put_back_sqlite(file)
    else:
        _put_back_postgresql(file)


def count_rows() -> dict[str, int]:
    """Return how many rows each table of the database has; nothing where it has no tables."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES[connection.vendor])
        tables = sorted(name for (name,) in cursor.fetchall())
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - its own tables
            rows[table] = cursor.fetchone()[0]
    return rows


# --- SQLite ---------------------------------------------------------------------------------------


def _picture_sqlite(folder: Path) -> Picture:
    source = Path(str(connection.settings_dict["NAME"]))
    if not source.is_file():
        raise BackupError(f"There is no database to back up: {source} is not there.")
    copy = folder / "database.sqlite3"
    try:
        with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)  # in one step: one moment, and nobody who writes waits for it
            kept.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            _refuse_damaged(kept, "The database")
            names = [name for (name,) in kept.execute(_TABLES["sqlite"])]
            rows = {name: kept.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
            migrations = _by_app(kept.execute("SELECT app, name FROM django_migrations").fetchall())
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}.") from error
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    return Picture(copy.name, rows, migrations)


def _put_back_sqlite(file: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    connections.close_all()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as kept:
            _refuse_damaged(kept, "The backup's database")
            with closing(sqlite3.connect(target, timeout=20)) as live:
                kept.backup(live)  # one transaction: what breaks off is rolled back
    except sqlite3.Error as error:
        raise BackupError(
            f"The database could not be written: {error}. It is as it was. Stop web and workers; if the file itself is "
            f"damaged, move {target} away first."
        ) from error


def _refuse_damaged(database: sqlite3.Connection, what: str) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"{what} is damaged: {found}.")


# --- PostgreSQL -----------------------------------------------------------------------------------


def _picture_postgresql(folder: Path) -> Picture:
    dump = folder / "database.dump"
    with _one_moment() as (moment, rows, migrations):
        arguments, environment = _address()
        run_program(["pg_dump", "-Fc", f"--snapshot={moment}", f"--file={dump}", *arguments], environment)
    with dump.open("rb") as file:
        os.fsync(file.fileno())
    return Picture(dump.name, rows, migrations)


@contextmanager
def _one_moment() -> Iterator[tuple[str, dict[str, int], dict[str, list[str]]]]:
    """Hold one moment of the database open: its name for pg_dump, the rows of each table, the migrations."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchone()[0]
            rows = count_rows()
            cursor.execute("SELECT app, name FROM django_migrations")
            yield moment, rows, _by_app(cursor.fetchall())
        finally:
            cursor.execute("ROLLBACK")


def _put_back_postgresql(file: Path) -> None:
    """Put aside what stands and fill the database from the dump, in one transaction of psql; then drop the former."""
    arguments, environment = _address()
    connections.close_all()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.VAR_DIR) as folder:
        script = f"{folder}/restore.sql"  # whole before psql begins: it would commit the half of a pipe
        run_program(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file)], environment)
        clearing = Path(folder, "clear.sql")
        clearing.write_text(_DROP_WHAT_WAS_PUT_ASIDE)
        write = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        clear = [*write, f"--file={clearing}", *arguments]
        run_program(clear, environment)  # of a restore that was killed after the other had begun to stand
        run_program(
            [*write, "--single-transaction", f"--command={_PUT_ASIDE}", f"--file={script}", *arguments], environment
        )
        run_program(clear, environment)


def _address() -> tuple[list[str], dict[str, str]]:
    """Return the arguments and variables by which PostgreSQL's own programs reach our database."""
    line, secret = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, name = line[1:]
    return [*where, f"--dbname={name}"], {**os.environ, **(secret or {})}


def run_program(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BackupError(
            f"{command[0]} is not installed here. Install PostgreSQL's client programs, of the server's version or "
            "newer (Debian: postgresql-client)."
        )
    try:
        subprocess.run([program, *command[1:]], env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own arguments
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{command[0]} failed: {_said(error)}") from error


def _said(error: subprocess.CalledProcessError) -> str:
    """Return what a program complained of, with its hint; not what it merely noticed."""
    lines = error.stderr.strip().splitlines()
    told = [line for line in lines if "ERROR" in line or "FATAL" in line or line.startswith("HINT")]
    return " ".join(told[:2]) or (lines[0] if lines else f"it ended with {error.returncode}")


def _by_app(rows: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(rows):
        found.setdefault(app, []).append(name)
    return found
