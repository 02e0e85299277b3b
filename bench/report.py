"""The figures as a table on the terminal and as docs/performance.md."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.machine import describe_machine

_INTRODUCTION = """# Performance

Written by `./run bench`; do not edit. Rows that say when they were measured apart were measured later than the rest, by
`./run bench --only NAME`. Figures are ratios to a floor measured in the same run on the same machine, so
they can be compared from one machine to another; absolute rates cannot.

The floor **F** is a Django view without any middleware that does one INSERT and commits, over the same database, server
and number of workers as the product; the *bare reply* is such a view that does nothing. Floor and work are measured in
turns (floor, work, floor, work …); a ratio is the median of the rounds' own ratios.
"""

_METHOD = """## How it is measured
- gunicorn, `gthread`, 4 threads per worker, keep-alive; the production settings with only secrets and addresses filled
  in, behind one proxy (`X-Forwarded-For` names another person for every form, so rate limits count, and stop nobody).
  SQLite: one worker, cache in memory. PostgreSQL: two workers, cache in Redis where one answers.
- The load comes from one process over 8 keep-alive connections with request bytes made beforehand. It shares the
  machine's cores with the server and the database. Every answer is checked (status, `Location`); a wrong one ends the
  run.
- "Web CPU per answer" is the processor time of gunicorn's processes alone: it suffers less from a busy machine than
  rates do, but leaves out the database and Redis.
- After signing and confirming, rows are counted: as many as accepted answers, or the run ends. After counting, the
  tallies are compared with a recount.
- The export runs in a process that does nothing else, without a web server; its lines are counted.
- PostgreSQL's planner is set as `docs/deployment.md` says (`random_page_cost = 1.1`, `jit = off`,
  `max_parallel_workers_per_gather = 0`); the rest is as it comes.
- Databases are made for the run and dropped after it. Many signatures are made by the database itself, with the rows
  real ones leave: supporter, contact point, consent, submission, signature.

## What is not measured here
- TLS, a proxy, and a network: everything is on loopback.
- Other drives than this machine's; the cost of a commit is in the floor as much as in the work.
- More than one host. The load generator takes a share of the cores, which a real site would have for itself.
- Start times (`./run demo`, `./run test`), imports.
"""


def print_table(figures: Iterable[Figure]) -> None:
    """Print one line per figure."""
    for figure in figures:
        sys.stdout.write(
            f"{figure.mark or '·'} {figure.database:<10} {figure.work:<58} {figure.measured:<32} {figure.target}\n"
        )
        if figure.detail:
            sys.stdout.write(f"    {figure.detail}\n")


def write_report(path: Path, figures: list[Figure], plan: dict[str, Any], load_before: tuple[float, ...]) -> None:
    """Write the page that keeps the last full run. Sections that people wrote into it by hand stay."""
    path.parent.mkdir(exist_ok=True)
    kept = _written_by_hand(path.read_text() if path.exists() else "")
    parts = [_INTRODUCTION, _circumstances(plan, load_before), *_tables(figures), *kept, _METHOD]
    path.write_text("\n".join(parts))


def _written_by_hand(page: str) -> list[str]:
    """Return the sections of a page, with their headings, that this program does not write."""
    ours = {"SQLite", "PostgreSQL"} | set(re.findall(r"^## (.+)$", _METHOD, re.MULTILINE))
    sections = re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]
    return [each for each in sections if each.partition("\n")[0].removeprefix("## ") not in ours]


def update_report(path: Path, figures: list[Figure], load_before: tuple[float, ...]) -> None:
    """Write figures of a run of one scenario into the page, each with its date and load; the other rows stay.

    A row is known by its work and its database's heading; work the page does not know yet comes to the table's end.
    """
    load = f"load {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} at the end"
    apart = f"apart, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {load}"
    lines = path.read_text().splitlines()
    for figure in figures:
        row = _row(replace(figure, detail="; ".join(filter(None, [figure.detail, apart]))))
        first, last = _table_of(figure.database, lines)
        known = [number for number in range(first, last) if lines[number].startswith(f"| {figure.work} |")]
        lines[known[0] if known else last : known[0] + 1 if known else last] = [row]
    path.write_text("\n".join(lines) + "\n")


def _table_of(database: str, lines: list[str]) -> tuple[int, int]:
    """Return where a database's rows begin and end. Raises ValueError where the page has no such table."""
    first = lines.index(f"## {database}") + 4
    return first, next(number for number in range(first, len(lines)) if not lines[number].startswith("|"))


def _circumstances(plan: dict[str, Any], load_before: tuple[float, ...]) -> str:
    facts = [
        ("command", f"`./run bench` with {plan['signatures']:,} signatures"),
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("rounds", f"{plan['rounds']} of {plan['seconds']} s each, for floor and work"),
        ("load average", f"{load_before[0]:.1f} before, {os.getloadavg()[0]:.1f} at the end"),
        *describe_machine(),
    ]
    lines = "\n".join(f"| {what} | {which} |" for what, which in facts)
    return f"| | |\n| --- | --- |\n{lines}\n\n{_noise(load_before[0])}\n"


def _noise(load: float) -> str:
    if load < 0.5:
        return "The machine was quiet before the run. The spread of the rounds says how far a ratio can be trusted."
    return (
        f"**The machine was not quiet**: others kept {load:.1f} processes busy before the run began. Ratios lean on "
        "floor and work suffering alike; the spread of the rounds says how far that held. Processor times are too high "
        "rather than too low."
    )


def _tables(figures: list[Figure]) -> Iterable[str]:
    for database in dict.fromkeys(figure.database for figure in figures):
        yield f"## {database}\n\n| Work | Measured | Target | | Detail |\n| --- | --- | --- | --- | --- |"
        for figure in figures:
            if figure.database == database:
                yield _row(figure)
        yield ""


def _row(figure: Figure) -> str:
    return f"| {figure.work} | {figure.measured} | {figure.target} | {figure.mark} | {figure.detail} |"
