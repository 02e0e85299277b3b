"""The shared cache, and what stands in for it while it is away.

A cache makes things quicker; nobody may be kept from signing because it is down. Then each process uses its own memory:
pages are drawn more often, and limits count per process.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)
PATIENCE = 1  # seconds anything waits for Redis
PAUSE = 5  # seconds Redis is left alone after it did not answer, so that not every request waits
QUIET = 60  # seconds between two lines in the log about one outage


class Outage:
    """Whether Redis failed to answer a moment ago, in this process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Ask Redis again from now on."""
        self._over_at = self._silent_until = float("-inf")

    @property
    def is_on(self) -> bool:
        return monotonic() < self._over_at

    def begin(self, error: RedisError) -> None:
        """Leave Redis alone for a pause, and say so in the log once a minute."""
        now = monotonic()
        self._over_at = now + PAUSE
        if now >= self._silent_until:
            self._silent_until = now + QUIET
            logger.error("Redis does not answer; each process uses its own memory meanwhile: %s", type(error).__name__)


outage = Outage()


def _or_near(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)

    def call(self: "FallbackRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not outage.is_on:
            try:
                return asked(self, *args, **kwargs)
            except RedisError as error:
                outage.begin(error)
        return getattr(self.near, name)(*args, **kwargs)

    return call


class FallbackRedisCache(RedisCache):
    """Django's Redis cache, with this process' memory in its place while Redis does not answer."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})
        self.near = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {"MAX_ENTRIES": 5_000}})

    add = _or_near("add")
    get = _or_near("get")
    set = _or_near("set")
    touch = _or_near("touch")
    delete = _or_near("delete")
    get_many = _or_near("get_many")
    has_key = _or_near("has_key")
    incr = _or_near("incr")
    set_many = _or_near("set_many")
    delete_many = _or_near("delete_many")
    clear = _or_near("clear")
