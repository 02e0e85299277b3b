"""Signatures as CSV: rows a second, and memory."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from bench.context import Bench
from bench.exports import export_all
from bench.population import generate_signatures
from campaigns.models import Signature

LEAST_PER_SECOND = 100_000
MOST_MEGABYTES = 30


def measure_exporting(bench: Bench, present: int) -> None:
    """Export every signature, addresses by consent included, and prove that each has its line."""
    generate_signatures(bench.world, max(present - Signature.objects.count(), 0))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        found = process.submit(export_all).result()
    total = Signature.objects.count()
    if found.rows != total:
        raise AssertionError(f"{total} signatures are there, {found.rows} lines left")
    rate = sorted(found.rates)[len(found.rates) // 2]
    bench.add(
        f"CSV export of {total:,} signatures",
        f"{rate:,.0f} rows/s",
        f"≥ {LEAST_PER_SECOND:,} rows/s",
        is_met=rate >= LEAST_PER_SECOND,
        detail=f"{found.bytes / 1e6:.0f} MB as a coordinator gets them, half with an address; rounds from "
        f"{min(found.rates):,.0f} to {max(found.rates):,.0f}",
    )
    bench.add(
        f"CSV export of {total:,} signatures: extra memory",
        f"{found.megabytes:.0f} MB",
        f"≤ {MOST_MEGABYTES} MB",
        is_met=found.megabytes <= MOST_MEGABYTES,
        detail="highest resident memory of the process above what it held before the first row",
    )
