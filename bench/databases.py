"""A database of the bench's own, made before and thrown away after."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

LOOPBACK_SERVER = "postgres://root@127.0.0.1:5432/postgres"
LOOPBACK_REDIS = "redis://127.0.0.1:6379/9"
NAME = "carillon_bench"
# As docs/deployment.md and docker-compose.yml set a server up; the rest is as PostgreSQL comes.
PLANNER = ("random_page_cost = 1.1", "jit = off", "max_parallel_workers_per_gather = 0")


class BenchRunning(RuntimeError):
    """Another bench uses this server: wait until it is done."""


def postgres_server() -> str:
    """Return the address of a PostgreSQL that answers: DATABASE_URL's, else the one on loopback, else nothing."""
    given = os.environ.get("DATABASE_URL", "")
    for url in (given, LOOPBACK_SERVER):
        if url.startswith(("postgres://", "postgresql://")) and _answers(url):
            return url
    return ""


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def redis_cache() -> str:
    """Return the address of a Redis that answers: CACHE_URL's, else database 9 of the one on loopback, else nothing."""
    import redis

    for url in (os.environ.get("CACHE_URL", ""), LOOPBACK_REDIS):
        if not url.startswith("redis"):
            continue
        try:
            redis.Redis.from_url(url, socket_connect_timeout=2).ping()
        except redis.RedisError:
            continue
        return url
    return ""


@contextmanager
def sqlite_database(folder: Path) -> Iterator[str]:
    """Yield the URL of a new SQLite file."""
    _remove(folder)
    try:
        yield f"sqlite:///{folder}/{NAME}.sqlite3"
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    for path in folder.glob(f"{NAME}.sqlite3*"):
        path.unlink()


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """Yield the URL of a new database on ``server``; it is dropped at the end. Raises BenchRunning."""
    parts = urlsplit(server)
    with psycopg.connect(server, autocommit=True) as admin:
        # Held while the connection lasts. Two benches would drop each other's database.
        if not admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [NAME]).fetchone()[0]:  # type: ignore[index]
            raise BenchRunning
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
        for setting in PLANNER:
            admin.execute(f"ALTER DATABASE {NAME} SET {setting}")
        try:
            yield urlunsplit(parts._replace(path=f"/{NAME}"))
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
