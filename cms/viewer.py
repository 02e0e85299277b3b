"""Who edits, for blocks of pages: Wagtail draws their fields without saying for whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_viewer: ContextVar[Any] = ContextVar("viewer", default=None)


def current_viewer() -> Any:
    """Return the person whose staff screen is being drawn; None outside the staff area."""
    return _viewer.get()


@contextmanager
def viewed_by(user: Any) -> Iterator[None]:
    """Say for whom what is drawn inside is drawn."""
    token = _viewer.set(user)
    try:
        yield
    finally:
        _viewer.reset(token)
