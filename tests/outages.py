"""Services that are not there."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

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


class DatabaseLine:
    """The way to the test's database: ``cut``, so that the driver itself fails, and ``mend``."""

    def __init__(self) -> None:
        self._kept = dict(connection.settings_dict)

    def cut(self) -> None:
        connection.close()
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = f"{self._kept['NAME']}-away/nowhere.sqlite3"
            return
        with socket.create_server(("127.0.0.1", 0)) as unused:
            connection.settings_dict.update(HOST="127.0.0.1", PORT=str(unused.getsockname()[1]))

    def mend(self) -> None:
        connection.close()
        connection.settings_dict.update(self._kept)


@pytest.fixture
def database_line(transactional_db: None) -> Iterator[DatabaseLine]:
    line = DatabaseLine()
    yield line
    line.mend()
