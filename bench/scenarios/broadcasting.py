"""An audience out of everybody written down, and handed to the ledger: seconds, and memory."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from bench.audiences import build_audience
from bench.context import Bench
from bench.population import generate_signatures
from campaigns.models import Signature

MOST_SECONDS = 10
MOST_MEGABYTES = 50


def measure_broadcasting(bench: Bench, present: int) -> None:
    """Write down a tenth of those who signed, each of whom agreed, and prove that each stands in it once."""
    generate_signatures(bench.world, max(present - Signature.objects.count(), 0))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        built = process.submit(build_audience, bench.world.petition_id).result()
    total = Signature.objects.count()
    if built.people < total / 10:
        raise AssertionError(f"a tenth of {total} people was meant, {built.people} were written down")
    bench.add(
        f"audience of {built.people:,} of {total:,}",
        f"{built.seconds:.1f} s",
        f"≤ {MOST_SECONDS} s",
        is_met=built.seconds <= MOST_SECONDS,
        detail=f"found by one query, written down in parts of 5,000; then {built.queued:,.0f} people/s to the ledger",
    )
    bench.add(
        f"audience of {built.people:,}: extra memory",
        f"{built.megabytes:.0f} MB",
        f"≤ {MOST_MEGABYTES} MB",
        is_met=built.megabytes <= MOST_MEGABYTES,
        detail="highest resident memory of the process above what it held before",
    )
