"""Uploads on our own disk: a file is there whole, or not at all."""

import os
import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Django's, but a file gets its name once everything of it is written: a full disk leaves no piece under it."""

    def _save(self, name: str, content: Any) -> str:
        part = str(PurePosixPath(name).with_name(f".{uuid.uuid4().hex}.part"))
        try:
            written = super()._save(part, content)  # type: ignore[misc] # Django's own hook, which the stubs leave out
            return self._give_name(written, name)
        finally:
            Path(self.path(part)).unlink(missing_ok=True)

    def _give_name(self, part: str, name: str) -> str:
        """Give a written file ``name``, or one like it should somebody have taken that meanwhile."""
        while True:
            try:
                os.link(self.path(part), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name
