"""On what the figures were measured."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psycopg

from bench.databases import postgres_server


def describe_machine() -> list[tuple[str, str]]:
    """Return (what, which) of the machine and of the versions that matter."""
    return [
        ("processor", f"{_cpu()}, {os.cpu_count()} cores"),
        ("memory", _memory()),
        ("system", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        *((name, version(name.lower())) for name in ("Django", "Wagtail", "gunicorn", "psycopg")),
        ("SQLite", sqlite3.sqlite_version),
        ("PostgreSQL", _postgres()),
    ]


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.processor())


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _postgres() -> str:
    server = postgres_server()
    if not server:
        return "none answered"
    with psycopg.connect(server) as connection:
        return connection.execute("SHOW server_version").fetchone()[0].split()[0]  # type: ignore[index]
