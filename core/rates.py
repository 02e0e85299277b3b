"""How often something happened lately, shared by all web processes through the cache."""

import time
from functools import cache as remember

import redis
from django.conf import settings
from django.core.cache import cache
from redis.commands.core import Script

from core.redis_cache import PATIENCE, outage


def hit(name: str, *, window: int) -> int:
    """Count one more occurrence of ``name`` in the running window of ``window`` seconds and return its number.

    Windows are fixed (they begin at multiples of ``window``), which is enough to tell a person from a machine. With
    Redis it is one round trip; in local memory, and while Redis is away, each process counts for itself: a limit that
    cannot be kept exactly must not keep people from signing.
    """
    key = f"rate:{name}:{int(time.time()) // window}"
    client = _redis()
    if client is not None and not outage.is_on:
        try:
            return int(_count_up(client)(keys=[key], args=[window]))
        except redis.RedisError as error:
            outage.begin(error)
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


@remember
def _redis() -> "redis.Redis | None":
    if "redis" not in settings.CACHES["default"]["BACKEND"]:
        return None
    return redis.Redis.from_url(
        settings.CACHES["default"]["LOCATION"], socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
    )
