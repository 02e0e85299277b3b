"""Services that are not there."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from cms import middleware
from config.settings.base import cache_from
from core import rates
from core.redis_cache import outage


@pytest.fixture
def redis_away(settings: Any) -> Iterator[None]:
    """A shared cache at a Redis that does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings.CACHES = {"default": cache_from(f"redis://127.0.0.1:{port}/0")}
    _forget_redis()
    yield
    _forget_redis()


def _forget_redis() -> None:
    for remembered in (rates._redis, rates._count_up, middleware._is_cache_far):
        remembered.cache_clear()
    outage.forget()
