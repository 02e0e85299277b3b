"""How often something happened lately, shared by all web processes through the cache."""

import logging
import time
from functools import cache as remember

import redis
from django.conf import settings
from django.core.cache import cache
from redis.commands.core import Script

logger = logging.getLogger(__name__)
PATIENCE = 1  # seconds a request waits for Redis


def hit(name: str, *, window: int) -> int:
    """Count one more occurrence of ``name`` in the running window of ``window`` seconds and return its number.

    Windows are fixed (they begin at multiples of ``window``), which is enough to tell a person from a machine. With
    Redis it is one round trip; in local memory each process counts for itself. While Redis is away everything counts as
    the first: a limit that cannot be kept must not keep people from signing.
    """
    key = f"rate:{name}:{int(time.time()) // window}"
    client = _redis()
    if client is not None:
        return _hit_redis(client, key, window)
    if cache.add(key, 1, timeout=window):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, timeout=window)
        return 1


# One command instead of two: counted and given its end in the same step, so no counter stays behind for ever.
_COUNT_UP = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


@remember
def _count_up(client: "redis.Redis") -> Script:
    return client.register_script(_COUNT_UP)


def _hit_redis(client: "redis.Redis", key: str, window: int) -> int:
    try:
        return int(_count_up(client)(keys=[key], args=[window]))
    except redis.RedisError:
        logger.exception("rates are not counted: Redis does not answer")
        return 1


@remember
def _redis() -> "redis.Redis | None":
    if "redis" not in settings.CACHES["default"]["BACKEND"]:
        return None
    return redis.Redis.from_url(
        settings.CACHES["default"]["LOCATION"], socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
    )
