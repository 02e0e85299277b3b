"""A broker made of files, for one machine without any service: Kombu's own, but nobody ever reads half a file.

Kombu writes messages and exchanges in two steps. Whoever reads one in between finds no JSON, and its process dies.
"""

import os
import uuid
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

# There, empty, before anybody looks: the worker reads them while beat binds its queue.
_EXCHANGES = ("celery", "celeryev", "celery.pidbox", "reply.celery.pidbox")


class Channel(filesystem.Channel):
    """Kombu's channel; a message gets its name once it is whole."""

    def _put(self, queue: str, message: Any, **_told: Any) -> None:  # type: ignore[override]  # kombu uses two names
        """Put a message into a queue. Raises ChannelError when the disk takes it not, and leaves nothing behind."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        whole, part = Path(self.data_folder_out, name), Path(self.data_folder_out, f"{name}.part")
        try:
            part.write_text(dumps(message), encoding="utf-8")
            part.replace(whole)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ChannelError(f"cannot add {name!r} to the queue") from error


class Transport(filesystem.Transport):
    Channel = Channel


def make_broker(folder: Path) -> dict[str, Any]:
    """Make the broker's folders and return the transport's options; safe for several processes at once."""
    for name in ("queue", "control", "processed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for exchange in _EXCHANGES:
        _make_exchange(folder / "control" / f"{exchange}.exchange")
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }


def _make_exchange(path: Path) -> None:
    """Put an exchange without queues at ``path`` in one step; one that is there already stays."""
    if path.exists():
        return
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as fresh:
        fresh.write("[]")
    try:
        os.link(fresh.name, path)
    except FileExistsError:  # another process was quicker
        pass
    finally:
        Path(fresh.name).unlink()
