"""Print, as shell assignments, PostgreSQL, broker and cache the suite can run on besides the embedded default.

Named ones come first (DATABASE_URL, CELERY_BROKER_URL, CACHE_URL); without a name the loopback addresses are tried.
What is named but does not answer, or answers and would not let tests create databases, is said on standard error and
left out.
"""

import getpass
import os
import shlex
import sys
from collections.abc import Callable

import psycopg
from kombu import Connection

LOCAL_DATABASE = f"postgres://{getpass.getuser()}@127.0.0.1:5432/test"
LOCAL_CACHES = ("redis://127.0.0.1:6379/2",)
LOCAL_BROKERS = ("redis://127.0.0.1:6379/0", "amqp://guest:guest@127.0.0.1:5672//")


def try_database(url: str) -> str:
    """Return why tests cannot run on this PostgreSQL, or nothing."""
    try:
        with psycopg.connect(url.replace("postgres://", "postgresql://", 1), connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return "" if row and row[0] else "the user may not create databases"


def try_broker(url: str) -> str:
    """Return why no message could be sent there, or nothing."""
    try:
        with Connection(url, connect_timeout=3) as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # noqa: BLE001 - each transport raises its own
        return f"{type(error).__name__}: {error}"
    return ""


def choose(variable: str, candidates: tuple[str, ...], attempt: Callable[[str], str]) -> None:
    """Print the assignment of the named service, else of the first candidate that answers."""
    named = os.environ.get(variable)
    if named and not named.startswith(("postgres", "redis", "amqp")):
        return  # the embedded kind: the first run has it already
    for url in [named] if named else candidates:
        problem = attempt(url)
        if not problem:
            sys.stdout.write(f"{variable}={shlex.quote(url)}\n")
            return
        if named:
            sys.stderr.write(f"! {variable} names a service that cannot be used: {problem}\n")


choose("DATABASE_URL", (LOCAL_DATABASE,), try_database)
choose("CELERY_BROKER_URL", LOCAL_BROKERS, try_broker)
choose("CACHE_URL", LOCAL_CACHES, try_broker)
