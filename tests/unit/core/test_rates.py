"""How often something happened lately: counted in local memory and in Redis alike."""

import uuid
from collections.abc import Iterator

import pytest
import redis
import time_machine

from core import rates
from core.rates import hit

REDIS_URL = "redis://127.0.0.1:6379/15"


def _redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS_URL, socket_connect_timeout=0.5).ping())
    except redis.RedisError:
        return False


@pytest.fixture(params=["memory", "redis"])
def name(request: pytest.FixtureRequest, settings) -> Iterator[str]:
    """A name nobody counted before, with each of the two caches behind it."""
    if request.param == "redis":
        if not _redis_answers():
            pytest.skip(f"no Redis answers at {REDIS_URL}")
        settings.CACHES = {"default": {"BACKEND": "core.redis_cache.FallbackRedisCache", "LOCATION": REDIS_URL}}
    rates._redis.cache_clear()
    yield f"tests:{uuid.uuid4()}"
    rates._redis.cache_clear()


def test_hit_counts_up_within_a_window(name: str, clock: time_machine.Traveller) -> None:
    assert [hit(name, window=60) for _ in range(3)] == [1, 2, 3]
    assert hit(f"{name}:other", window=60) == 1
    clock.shift(59)
    assert hit(name, window=60) == 4


def test_hit_begins_anew_in_the_next_window(name: str, clock: time_machine.Traveller) -> None:
    hit(name, window=60)
    clock.shift(60)
    assert hit(name, window=60) == 1


def test_hit_leaves_nothing_behind_for_ever(name: str, settings, clock: time_machine.Traveller) -> None:
    hit(name, window=60)
    client = rates._redis()
    if client is not None:
        (key,) = client.keys(f"rate:{name}:*")
        assert 0 < client.ttl(key) <= 60
        client.delete(key)


def test_hit_while_redis_is_away_is_counted_by_this_process(redis_away: None) -> None:
    assert [hit("tests:away", window=60) for _ in range(2)] == [1, 2]
