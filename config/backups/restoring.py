"""Putting a backup back: everything is checked and copied beside its place before anything is touched."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from campaigns.actions.tallies import find_drift
from campaigns.actions.tally_rows import LOCK
from cms.middleware import forget_public_pages
from config.backups import BackupError
from config.backups.databases import count_rows, put_back
from config.backups.making import file_storages
from config.backups.manifest import (
    SECRETS,
    UPLOADS,
    Manifest,
    check_files,
    copy_for_good,
    files_below,
    mark_secrets,
    read_manifest,
)
from config.backups.sealing import NAME as SEALED
from config.backups.sealing import unseal
from core.locks import hold_lock
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from rights.actions.erased_again import Again, erase_again

WAITED = "it waited when the backup was made, and may have left since"
# Tables in which migrating an empty database writes rows, and no person does before there is an account.
_FILLED_BY_MIGRATING = ("django_", "auth_", "wagtailcore_", "wagtailsearch_", "outreach_barrier")


@dataclass(frozen=True)
class Restored:
    """``drifts``: tallies that differ from a recount; ``held``: messages nobody may send without looking.

    ``again``: who was erased since; None: nobody was looked for, because this process has other secrets.
    """

    manifest: Manifest
    migrated: int
    held: int
    drifts: int
    again: Again | None = None


@contextmanager
def open_backup(folder: Path, identity: Any = None) -> Iterator[tuple[Path, Manifest]]:
    """Lend a backup that was checked, opened with ``identity`` if it is sealed. Raises BackupError."""
    if not (folder / SEALED).is_file():
        manifest = read_manifest(folder)
        check_files(folder, manifest)
        yield folder, manifest
        return
    if identity is None:
        raise BackupError("This backup is sealed; name the file of its private key with --identity.")
    opened = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.VAR_DIR))
    try:
        unseal(folder / SEALED, opened, identity)
        manifest = read_manifest(opened)
        check_files(opened, manifest)
        yield opened, manifest
    finally:
        shutil.rmtree(opened, ignore_errors=True)


def restore_backup(
    *, folder: Path, manifest: Manifest, replace: bool, other_secrets: bool = False, send_waiting: bool = False
) -> Restored:
    """Put an opened backup in the place of the database and the uploads, and bring it up to this version.

    Messages that waited when it was made become UNKNOWN unless ``send_waiting``: they may have left since, and the
    machine sends nothing twice. Who was erased since goes again. Raises BackupError; what was there is then as it was,
    but where the message says so.
    """
    _refuse_other_database(manifest)
    pending = _refuse_newer(manifest)
    has_secrets = any(name.startswith(f"{SECRETS}/") for name in manifest.files)
    if not (has_secrets or other_secrets):
        _refuse_other_secrets(manifest)
    if not replace:
        _refuse_filled(manifest)
    try:
        with _beside(folder, manifest) as uploads:
            put_back(folder / manifest.database)
            _swap(uploads)
        if has_secrets:
            _put_secrets_back(folder, manifest)
    except OSError as error:
        why = error.strerror or error
        raise BackupError(f"Something could not be written ({why}). Mend it and restore again.") from error
    _refuse_other_counts(manifest)
    call_command("migrate", verbosity=0, interactive=False)
    held = 0 if send_waiting else _hold_waiting()
    again = _erase_again(manifest)
    forget_public_pages()
    return Restored(manifest, pending, held, _count_drifts(), again)


def _refuse_other_database(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(f"The backup is of {manifest.engine}, and this database is {connection.vendor}.")


def _refuse_newer(manifest: Manifest) -> int:
    """Return how many migrations the backup lacks. Raises BackupError when it has some that this version lacks."""
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    squashed = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    if newer := sorted(applied - known - squashed):
        app, name = newer[0]
        raise BackupError(
            f"The backup was made by a newer version of Carillon (it knows {app}.{name}); restore it with that version."
        )
    return len(known - applied)


def _refuse_other_secrets(manifest: Manifest) -> None:
    here = mark_secrets()
    for name, marks in manifest.marks.items():
        if not set(marks) <= set(here.get(name, [])):
            raise BackupError(
                f"{name} is not the one this backup was made with: suppressions or encrypted answers would not be "
                "known again. Set it as it was, or type --other-secrets if it is lost for good."
            )


def _refuse_filled(manifest: Manifest) -> None:
    filled = sorted(name for name, rows in count_rows().items() if rows and not name.startswith(_FILLED_BY_MIGRATING))
    if filled:
        raise BackupError(
            f"The database is not empty ({filled[0]} has rows, and {len(filled) - 1} other tables). Type --replace to "
            "lose what is in it."
        )
    places, _elsewhere = file_storages()
    for alias in manifest.uploads:
        if alias in places and next(files_below(places[alias]), None) is not None:
            raise BackupError(f"There are files in {places[alias]}. Type --replace to lose them.")


@contextmanager
def _beside(folder: Path, manifest: Manifest) -> Iterator[dict[Path, Path]]:
    """Copy the uploads next to where they belong, and lend the copies by their places: a full disk shows here."""
    places, _elsewhere = file_storages()
    missing = sorted(set(manifest.uploads) - set(places))
    if missing:
        raise BackupError(f"The backup has files for {missing[0]!r}, which these settings keep on another service.")
    copies = {places[alias]: places[alias].with_name(f".{places[alias].name}-restoring") for alias in manifest.uploads}
    try:
        for alias in manifest.uploads:
            below, copy = f"{UPLOADS}/{alias}/", copies[places[alias]]
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir(parents=True)
            for name in manifest.files:
                if name.startswith(below):
                    copy_for_good(folder / name, copy / name.removeprefix(below))
            _close_folders(alias, copy)
        yield copies
    finally:
        for copy in copies.values():
            shutil.rmtree(copy, ignore_errors=True)


def _close_folders(alias: str, copy: Path) -> None:
    """Give folders the rights their storage gives them: what is private stays so."""
    mode = getattr(storages[alias], "directory_permissions_mode", None)
    if mode is not None:
        for path in (copy, *copy.rglob("*")):
            if path.is_dir():
                path.chmod(mode)


def _swap(copies: dict[Path, Path]) -> None:
    for place, copy in copies.items():
        former = place.with_name(f".{place.name}-replaced")
        shutil.rmtree(former, ignore_errors=True)
        if place.exists():
            place.rename(former)
        copy.rename(place)
        shutil.rmtree(former, ignore_errors=True)


def _put_secrets_back(folder: Path, manifest: Manifest) -> None:
    for name in manifest.files:
        if name.startswith(f"{SECRETS}/"):
            target = Path(settings.VAR_DIR) / Path(name).name
            beside = target.with_name(f".{target.name}-restoring")
            copy_for_good(folder / name, beside)
            beside.chmod(0o600)
            beside.replace(target)


def _refuse_other_counts(manifest: Manifest) -> None:
    rows = count_rows()
    for table in sorted({*manifest.rows, *rows}):
        if rows.get(table) != manifest.rows.get(table):
            raise BackupError(
                f"The database was restored, but {table} has {rows.get(table)} rows where the backup has "
                f"{manifest.rows.get(table)}. Is something running? Stop web and workers and restore again."
            )


def _hold_waiting() -> int:
    waiting = OutboundMessage.objects.filter(status__in=[MessageStatus.READY, MessageStatus.SENDING])
    return waiting.update(status=MessageStatus.UNKNOWN, reason=WAITED, claim="")


def _erase_again(manifest: Manifest) -> Again | None:
    if any(not set(marks) <= set(mark_secrets().get(name, [])) for name, marks in manifest.marks.items()):
        return None  # this process has other secrets: their addresses would not be known again
    try:
        return erase_again(by="job:restore", at=timezone.now())
    except OSError:
        return Again(is_readable=False)


@transaction.atomic
def _count_drifts() -> int:
    hold_lock(LOCK)  # a count in between would look like a drift
    return len(find_drift())
