"""The list of who was erased, outside the database and its backups (settings.ERASED_ROOT): a restored backup holds them
again, and nothing inside it can know.

One file for each month and host, one line for each erasure: the records' random ids and when. No name, no address.
"""

import json
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

_BEGUN = "begun"
_MONTH = re.compile(r"(\d{4})-(\d{2})\.[\w.-]+\.jsonl")


@dataclass(frozen=True)
class Line:
    """One erasure; ``stop``: nothing is to be sent to their addresses any more, because they asked."""

    at: datetime
    records: tuple[UUID, ...]
    stop: bool


def begin(at: datetime) -> None:
    """Make the list where there is none, and say in it since when it is kept. Raises OSError."""
    folder = _folder()
    if (folder / _BEGUN).exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = _written_beside(at)
    try:
        os.link(beside, folder / _BEGUN)
    except FileExistsError:
        pass  # another process was quicker
    finally:
        beside.unlink()


def append(line: Line) -> None:
    """Write one erasure down for good. Raises OSError, also when the disk took only a part of it."""
    begin(line.at)
    told = {"at": line.at.isoformat(), "records": [str(record) for record in line.records], "stop": line.stop}
    # The line before may have broken off on a full disk: each begins by itself.
    data = f"\n{json.dumps(told)}\n".encode()
    path = _folder() / f"{line.at.astimezone(UTC):%Y-%m}.{_host()}.jsonl"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(file, data) != len(data):
            raise OSError(f"{path} took only a part of the line")
        os.fsync(file)
    finally:
        os.close(file)


def begun_at() -> datetime | None:
    """Return since when the list is kept; None where there is none. Raises OSError when it cannot be read."""
    try:
        return datetime.fromisoformat((_folder() / _BEGUN).read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def read(since: datetime | None = None) -> Iterator[Line | None]:
    """Yield every erasure from the month of ``since`` on; None for a line that broke off. Raises OSError."""
    first = since.astimezone(UTC) if since else None
    for month, path in _files():
        if first is not None and month < (first.year, first.month):
            continue
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (_read(text) for text in file if text.strip())


def prune(at: datetime) -> int:
    """Remove the months of which no backup is kept any more (settings.BACKUP_DAYS), and return how many files."""
    oldest = (at - timedelta(days=settings.BACKUP_DAYS)).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0)
    old = [path for month, path in _files() if month < (oldest.year, oldest.month)]
    begun = begun_at()
    if old and (begun is None or begun < oldest):
        _written_beside(oldest).replace(_folder() / _BEGUN)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.ERASED_ROOT)


def _host() -> str:
    return re.sub(r"[^\w.-]", "-", socket.gethostname())


def _files() -> list[tuple[tuple[int, int], Path]]:
    if not _folder().is_dir():
        return []
    found = ((_MONTH.fullmatch(path.name), path) for path in _folder().iterdir())
    return sorted(((int(month[1]), int(month[2])), path) for month, path in found if month)


def _read(text: str) -> Line | None:
    try:
        told = json.loads(text)
        at, records = datetime.fromisoformat(told["at"]), tuple(UUID(each) for each in told["records"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Line(at, records, bool(told.get("stop", True)))


def _written_beside(at: datetime) -> Path:
    path = _folder() / f".{_BEGUN}.{_host()}.{os.getpid()}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(at.isoformat())
        file.flush()
        os.fsync(file.fileno())
    return path
