"""The tests' database: migrated once into a template, then copied.

The real migrations take about 15 seconds, far too long for every worker of every run, and `--no-migrations` would
leave out what only migrations make: Wagtail's root page and locale, the groups of the roles, and the triggers of
append-only tables. So the migrations run once for a given set of migration files and roles, into a template under
``var/`` (SQLite) or beside the test database (PostgreSQL); each worker starts from a copy, and a test that commits is
followed by a fresh copy, or on PostgreSQL, where a copy takes up to a second and a half, by taking away what differs.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from accounts.actions.groups import declared_permissions
from accounts.roles import RIGHTS
from tests.differences import Differences


def fingerprint_migrations() -> str:
    """Return 12 hex digits that change whenever a migration, a role's rights, Django or Wagtail do."""
    digest = hashlib.sha256(f"{django.__version__} {version('wagtail')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    # What a migration calls but is not one: the triggers, and data files that data migrations load.
    for path in sorted(Path(settings.BASE_DIR).glob("core/append_only.py")):
        digest.update(path.read_bytes())
    # Django makes the groups of the roles after migrating, from the tables of roles.
    declared = declared_permissions()
    for role, rights in sorted(RIGHTS.items()):
        digest.update(
            repr((role, sorted(rights.permissions | declared[role]), rights.pages, rights.collections)).encode()
        )
    return digest.hexdigest()[:12]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Let one process of this folder in at a time."""
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class SQLiteTestDatabase:
    """A file per worker, overwritten page by page from the template file."""

    def __init__(self, worker: str) -> None:
        self.folder = Path(settings.VAR_DIR) / "test-databases"
        self.template = self.folder / f"template-{fingerprint_migrations()}.sqlite3"
        self.name = str(self.folder / f"{worker}.sqlite3")

    def create(self, *, rebuild: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with _alone("test-template"):
            if rebuild or not self.template.exists():
                self._build_template()
        for leftover in self.folder.glob(f"{Path(self.name).name}*"):
            leftover.unlink()
        self._use(self.name)
        self.restore()

    def restore(self) -> None:
        """Make the worker's database equal to the template again, also under other threads' open connections."""
        connection.close()
        with closing(sqlite3.connect(self.template)) as source, closing(sqlite3.connect(self.name)) as copy:
            copy.execute("PRAGMA busy_timeout=20000")
            copy.execute("PRAGMA synchronous=OFF")
            source.backup(copy)

    def drop(self) -> None:
        connections.close_all()
        for path in self.folder.glob(f"{Path(self.name).name}*"):
            path.unlink()

    def _build_template(self) -> None:
        for old in self.folder.glob("template-*"):
            old.unlink()
        unfinished = self.folder / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        self._use(str(unfinished))
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        with closing(sqlite3.connect(unfinished)) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        unfinished.rename(self.template)

    def _use(self, name: str) -> None:
        connection.close()
        settings.DATABASES["default"]["NAME"] = name
        connection.settings_dict["NAME"] = name


class PostgreSQLTestDatabase:
    """A database per worker, made with ``CREATE DATABASE … TEMPLATE``. Needs the right to create databases."""

    def __init__(self, worker: str) -> None:
        self.home = connection.settings_dict["NAME"]
        self.template = f"{self.home}_template_{fingerprint_migrations()}"
        self.name = f"{self.home}_{worker}"
        self.differences: Differences | None = None

    def create(self, *, rebuild: bool) -> None:
        with _alone("test-template"):
            if rebuild or not self._exists(self.template):
                self._build_template()
        self._use(self.name)
        self._copy_template()

    def restore(self) -> None:
        """Make the worker's database equal to the template again; other threads' connections to it are ended."""
        connection.close()
        if self.differences is None or not self.differences.take_away():
            self._copy_template()

    def _copy_template(self) -> None:
        if self.differences is not None:
            self.differences.close()
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        # No test is about a server that loses its power: nobody waits until a commit is on the disk.
        self._execute(f'ALTER DATABASE "{self.name}" SET synchronous_commit = off')
        self.differences = Differences(connection.get_connection_params())

    def drop(self) -> None:
        connections.close_all()
        if self.differences is not None:
            self.differences.close()
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _build_template(self) -> None:
        unfinished = f"{self.template}_unfinished"
        for name in (unfinished, self.template):
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{unfinished}"')
        self._use(unfinished)
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')

    def _exists(self, name: str) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _execute(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)

    def _use(self, name: str) -> None:
        connection.close()
        settings.DATABASES["default"]["NAME"] = name
        connection.settings_dict["NAME"] = name


def open_test_database(worker: str) -> SQLiteTestDatabase | PostgreSQLTestDatabase:
    """Return the test database of this xdist worker (``main`` without xdist), not yet created."""
    kind = SQLiteTestDatabase if connection.vendor == "sqlite" else PostgreSQLTestDatabase
    return kind(f"test_{worker}")
