"""What a backup says of itself, so that restoring it can be refused before anything is touched."""

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from config.backups import BackupError

FORMAT = 1
NAME = "manifest.json"
SECRETS = "secrets"
UPLOADS = "uploads"
# What the demo's settings keep in var/ (config/settings/demo.py).
LOCAL_SECRETS = ("secret-key", "keyed-hash-secret", "altcha-key", "data-key")
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """``files``: SHA-256 by name; ``rows``: how many by table; ``migrations``: those applied, by app.

    ``marks`` recognise a secret without telling it. ``uploads``: the storages whose files are in the backup;
    ``elsewhere``: those that keep their files on another service, which has to be backed up there.
    """

    format: int
    made_at: str
    engine: str
    database: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    uploads: list[str]
    elsewhere: list[str]
    marks: dict[str, list[str]]
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        path = folder / NAME
        with path.open("w") as file:
            json.dump(asdict(self), file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Return what the backup in ``folder`` says of itself. Raises BackupError when that is no backup we can read."""
    path = folder / NAME
    try:
        told: Any = json.loads(path.read_text())
    except FileNotFoundError:
        raise BackupError(f"{folder} holds no backup: there is no {NAME} in it.") from None
    except ValueError:
        raise BackupError(f"{path} is damaged: it is not JSON.") from None
    if not isinstance(told, dict) or not isinstance(told.get("format"), int):
        raise BackupError(f"{path} is not a backup's list of contents.")
    if told["format"] > FORMAT:
        raise BackupError("This backup was made by a newer version of Carillon; restore it with that version.")
    try:
        manifest = Manifest(**{field.name: told[field.name] for field in fields(Manifest)})
    except KeyError as missing:
        raise BackupError(f"{path} is damaged: {missing} is missing.") from None
    for name in (manifest.database, *manifest.files, *manifest.uploads):
        _refuse_to_leave(name)
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless every file is there and as it was."""
    if manifest.database not in manifest.files:
        raise BackupError("The backup is damaged: its list of files does not name the database.")
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"The backup is damaged: {name} is missing.")
        if hash_file(path) != digest:
            raise BackupError(f"The backup is damaged: {name} is not as it was when the backup was made.")


def _refuse_to_leave(name: str) -> None:
    """Raise BackupError for a name that would lead out of the folder."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts:
        raise BackupError(f"The backup is damaged: {name!r} is no name of a file in it.")


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_for_good(source: Path, target: Path) -> str:
    """Copy a file so that it is on the disk, and return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(_PIECE):
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files in ``folder`` and its folders, in order, but those still being written; nothing without it."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".part")


def mark_secrets() -> dict[str, list[str]]:
    """Return marks by which the secrets the data needs are known again; nobody gets a secret back out of one."""
    secrets = {"KEYED_HASH_SECRET": [settings.KEYED_HASH_SECRET], "DATA_KEYS": getattr(settings, "DATA_KEYS", [])}
    return {name: [_mark(str(value)) for value in values] for name, values in secrets.items() if values}


def _mark(secret: str) -> str:
    # 32 bits: enough to tell a mistake, too little to prove a guess.
    return hmac.new(secret.encode(), b"carillon backup", "sha256").hexdigest()[:8]
