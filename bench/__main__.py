"""``./run bench [--quick] [--only NAME] [--signatures N] [--databases sqlite,postgres]``"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench.databases import postgres_database, postgres_server, redis_cache, sqlite_database
from bench.figures import Figure
from bench.report import print_table, update_report, write_report

PROJECT = Path(__file__).resolve().parents[1]
# What runs without drawing a page: no static files are collected for these alone.
WITHOUT_PAGES = {"drain", "deliver", "send", "sync", "broadcast", "export", "partner-export", "segments"}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure speed as ratios to a floor.")
    parser.add_argument("--quick", action="store_true", help="short rounds and few signatures; writes no report")
    parser.add_argument("--only", default="", metavar="NAME", help="one scenario; only its rows of the report")
    parser.add_argument("--signatures", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--databases", default="sqlite,postgres", metavar="LIST")
    return parser.parse_args()


def plan(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.quick:
        return {"signatures": min(arguments.signatures, 20_000), "rounds": 3, "seconds": 1.0, "only": arguments.only}
    return {"signatures": arguments.signatures, "rounds": 7, "seconds": 1.5, "only": arguments.only}


def collect_static(environment: dict[str, str]) -> None:
    """Compress and name the static files once, as a deployment does."""
    argv = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(argv, cwd=PROJECT, env=environment, check=True)  # noqa: S603 - our own interpreter


def measure(database: str, url: str, *, cache: str, workers: int, folder: Path, told: dict[str, Any]) -> list[Figure]:
    """Run every scenario over one database in a process of its own. Raises CalledProcessError."""
    say(f"{database}: {workers} worker(s) of 4 threads, cache {'Redis' if cache else 'in memory'}")
    environment = {**os.environ, "DATABASE_URL": url, "CACHE_URL": cache or "locmem://"}
    words = json.dumps({"database": database, "workers": workers, "folder": str(folder), "plan": told})
    argv = [sys.executable, "-m", "bench.one_database"]
    # Its standard input stays open until it is done: it ends, with all that it started, when this process does.
    with subprocess.Popen(argv, cwd=PROJECT, env=environment, text=True, stdin=-1, stdout=-1) as process:  # noqa: S603
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(f"{words}\n")
        process.stdin.flush()
        answer = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return [Figure(**figure) for figure in json.loads(answer)]


def opened(name: str, folder: Path) -> tuple[str, AbstractContextManager[str], str, int] | None:
    """Return title, database, cache and workers for ``name``, or None when there is no such server."""
    if name == "sqlite":
        return "SQLite", sqlite_database(folder), "", 1
    server = postgres_server()
    return ("PostgreSQL", postgres_database(server), redis_cache(), 2) if server else None


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    arguments = read_arguments()
    signal.signal(signal.SIGTERM, _end)  # what was made is thrown away, as after Ctrl-C
    started = time.monotonic()
    figures: list[Figure] = []
    load_before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="carillon-bench-") as path:
        folder = Path(path)
        os.environ["CARILLON_VAR"] = str(folder)
        if arguments.only not in WITHOUT_PAGES:
            say("collecting static files")
            told = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": "sqlite://:memory:"}
            collect_static({**os.environ, **told})
        for name in arguments.databases.split(","):
            found = opened(name.strip(), folder)
            if found is None:
                say(f"{name}: no server answers, not measured")
                continue
            title, database, cache, workers = found
            with database as url:
                figures += measure(title, url, cache=cache, workers=workers, folder=folder, told=plan(arguments))
    print_table(figures)
    say(f"took {(time.monotonic() - started) / 60:.1f} minutes")
    if not arguments.quick:
        page = PROJECT / "docs" / "performance.md"
        if arguments.only:
            update_report(page, figures, load_before)
        else:
            write_report(page, figures, plan(arguments), load_before)
        say("wrote docs/performance.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
