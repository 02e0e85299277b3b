"""Making a backup: into a folder of another name first, renamed when everything is on the disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection

from config.backups import BackupError
from config.backups.databases import take_picture
from config.backups.manifest import (
    FORMAT,
    LOCAL_SECRETS,
    SECRETS,
    UPLOADS,
    Manifest,
    copy_for_good,
    files_below,
    hash_file,
    mark_secrets,
)
from config.backups.sealing import NAME as SEALED
from config.backups.sealing import seal


def make_backup(*, target: Path, at: datetime, with_local_secrets: bool = False, recipient: Any = None) -> Manifest:
    """Write a backup of the database and the uploads into the folder ``target``, and return what is in it.

    Others may write meanwhile: the database is that of one moment, and the uploads are those of a little later, so
    that every file it knows is there. With ``recipient`` the folder holds one sealed file, and nothing open is ever
    written there. Whatever happens, ``target`` is a whole backup or nothing. Raises BackupError.
    """
    if with_local_secrets and not settings.DEMO_MODE:
        raise BackupError("Only a demo keeps its secrets in files; yours are in the environment. Keep them apart.")
    refuse_filled(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(target.parent, target.name) as unfinished:
            if recipient is None:
                manifest = _fill(unfinished, at, with_local_secrets)
            else:
                with _unfinished(Path(settings.VAR_DIR), "backup") as opened:
                    manifest = _fill(opened, at, with_local_secrets)
                    seal(opened, unfinished / SEALED, recipient)
            _finish(unfinished, target)
    except OSError as error:
        why = error.strerror or error
        raise BackupError(f"The backup could not be written ({why}); nothing of it is left.") from error
    return manifest


def refuse_filled(target: Path) -> None:
    """Raise BackupError unless ``target`` is an empty folder or nothing, and not among the uploads."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty; name a new folder.")
    here, _elsewhere = file_storages()
    if any(target.is_relative_to(place) for place in here.values()):
        raise BackupError(f"{target} lies among the uploads; name a folder outside of them.")


def file_storages() -> tuple[dict[str, Path], list[str]]:
    """Return where each storage of uploads keeps its files, and the names of those that are not on this machine."""
    here: dict[str, Path] = {}
    elsewhere = []
    for alias in settings.STORAGES:
        if alias == "staticfiles":
            continue  # comes with the code
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            here[alias] = Path(storage.location)
        else:
            elsewhere.append(alias)
    return here, elsewhere


@contextmanager
def _unfinished(parent: Path, name: str) -> Iterator[Path]:
    """Lend a folder that only we may read, and remove what is left of it."""
    folder = Path(tempfile.mkdtemp(prefix=f".{name}-unfinished-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, at: datetime, with_local_secrets: bool) -> Manifest:
    picture = take_picture(folder)
    files = {picture.file: hash_file(folder / picture.file)}
    here, elsewhere = file_storages()
    for alias, place in here.items():
        files |= _copy_files(place, folder, f"{UPLOADS}/{alias}")
    if with_local_secrets:
        for name in LOCAL_SECRETS:
            secret = Path(settings.VAR_DIR) / name
            if secret.is_file():
                files[f"{SECRETS}/{name}"] = copy_for_good(secret, folder / SECRETS / name)
    manifest = Manifest(
        format=FORMAT,
        made_at=at.isoformat(),
        engine=connection.vendor,
        database=picture.file,
        migrations=picture.migrations,
        rows=picture.rows,
        uploads=sorted(here),
        elsewhere=elsewhere,
        marks=mark_secrets(),
        files=files,
    )
    manifest.write(folder)
    return manifest


def _copy_files(place: Path, folder: Path, below: str) -> dict[str, str]:
    copied = {}
    for path in files_below(place):
        name = f"{below}/{path.relative_to(place).as_posix()}"
        try:
            copied[name] = copy_for_good(path, folder / name)
        except FileNotFoundError:
            (folder / name).unlink(missing_ok=True)  # deleted while we came to it
    return copied


def _finish(unfinished: Path, target: Path) -> None:
    if target.exists():
        target.rmdir()  # empty, or it was refused
    unfinished.rename(target)
    parent = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
