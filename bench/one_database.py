"""All scenarios over one database, in a process of their own: ``python -m bench.one_database``.

The plan comes as a line of JSON on standard input, which stays open while this process is wanted; progress goes to
standard error, the figures as JSON to standard output.
"""

import json
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.lifeline import end_with_parent

FEW = 1_000


def main() -> None:
    import django

    end_with_parent()
    told = json.loads(sys.stdin.readline())
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    logging.disable(logging.INFO)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, initializer=end_with_parent) as loader:
        json.dump([asdict(figure) for figure in run(told, loader)], sys.stdout)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def run(told: dict[str, Any], loader: Executor) -> list[Any]:
    from django.core.management import call_command

    from bench.context import Bench, Plan
    from bench.world import make_world

    say("  migrating")
    call_command("migrate", verbosity=0, interactive=False)
    bench = Bench(
        database=told["database"],
        plan=Plan(**told["plan"]),
        world=make_world(),
        loader=loader,
        workers=told["workers"],
        folder=Path(told["folder"]),
    )
    with bench:
        for name, scenario in scenarios(bench):
            if not bench.wants(name) and name != "populate":
                continue
            started, known = time.monotonic(), len(bench.figures)
            scenario()
            say(f"  {name} ({time.monotonic() - started:.0f} s)")
            for figure in bench.figures[known:]:
                say(f"    {figure.work}: {figure.measured} {figure.mark}  {figure.detail}")
    return bench.figures


def scenarios(bench: Any) -> list[tuple[str, Callable[[], None]]]:
    """Return every scenario by name, in the order in which they build on each other."""
    from bench.scenarios import (
        broadcasting,
        calendars,
        coalition,
        confirming,
        counts,
        draining,
        exporting,
        pages,
        partner_exporting,
        registrations,
        segments,
        sending,
        signing,
        syncing,
    )

    many = bench.plan.signatures
    counting = counts.Counting(bench)
    return [
        ("populate", lambda: counts.populate(bench, FEW)),
        ("counts", counting.measure),
        ("sign", lambda: signing.measure_signing(bench, present=FEW)),
        ("drain", lambda: draining.measure_draining(bench)),
        ("deliver", lambda: draining.measure_delivering(bench)),
        ("send", lambda: sending.measure_sending(bench)),
        ("confirm", lambda: confirming.measure_confirming(bench, present=FEW)),
        ("sync", lambda: syncing.measure_syncing(bench)),
        ("page", lambda: pages.measure_cached_page(bench)),
        ("page", lambda: pages.measure_drawn_page(bench)),
        ("page", lambda: pages.measure_wire(bench)),
        ("calendar", lambda: calendars.measure_calendars(bench)),
        ("registrations", lambda: registrations.measure_registrations(bench)),
        ("counts", lambda: counts.measure_tallies(bench, many)),
        ("counts", counting.measure),
        ("counts", lambda: counting.report(FEW, many)),
        ("broadcast", lambda: broadcasting.measure_broadcasting(bench, present=many)),
        ("export", lambda: exporting.measure_exporting(bench, present=many)),
        ("partner-export", lambda: partner_exporting.measure_partner_exporting(bench, present=many)),
        ("coalition", lambda: coalition.measure_coalition(bench)),
        ("segments", lambda: segments.measure_segments(bench, present=many)),
        ("sign-many", lambda: signing.measure_signing(bench, present=many)),
        ("confirm-many", lambda: confirming.measure_confirming(bench, present=many)),
    ]


if __name__ == "__main__":
    main()
