"""How often something happened lately, shared by all web processes through the cache."""

import logging
import time
from functools import cache as remember

import redis
from django.conf import settings
from django.core.cache import cache

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


def _hit_redis(client: "redis.Redis", key: str, window: int) -> int:
    pipeline = client.pipeline(transaction=False)
    pipeline.incr(key)
    pipeline.expire(key, window)
    try:
        return int(pipeline.execute()[0])
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
