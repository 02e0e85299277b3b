"""Writing tallies: what every noun that is counted shares. Call under the lock of the tallies."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.enums import Grain
from campaigns.tally_cells import Cell

LOCK = "tallies"
BATCH = 20_000

# One statement adds to a row or makes it; the condition names the partial unique index it conflicts with.
_UPSERT = """
INSERT INTO campaigns_tally
    (campaign_id, petition_id, pledge_kind_id, metric, grain, key, territory_code, partnership_id, source, day, count,
     counted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT ({owner}, metric, grain, key) WHERE {owner} IS NOT NULL
DO UPDATE SET count = campaigns_tally.count + excluded.count, counted_at = excluded.counted_at
"""
_UPSERTS = {owner: _UPSERT.format(owner=owner) for owner in ("petition_id", "pledge_kind_id")}


def add_to_tallies(deltas: Counter[Cell], at: datetime) -> None:
    """Add ``deltas`` to the tallies; a total is written whatever it adds, because it says as of when it holds."""
    changed = [(cell, delta) for cell, delta in deltas.items() if delta or cell.grain == Grain.TOTAL]
    with connection.cursor() as cursor:
        for owner, upsert in _UPSERTS.items():
            rows = [_row(cell, delta, at) for cell, delta in changed if getattr(cell, owner) is not None]
            if rows:
                cursor.executemany(upsert, rows)


def _row(cell: Cell, delta: int, at: datetime) -> tuple[Any, ...]:
    return (
        cell.campaign_id,
        cell.petition_id,
        cell.pledge_kind_id,
        cell.metric.value,
        cell.grain.value,
        cell.key,
        cell.territory_code,
        cell.partnership_id,
        cell.source,
        connection.ops.adapt_datefield_value(cell.day),
        delta,
        connection.ops.adapt_datetimefield_value(at),
    )


def portions(ids: list[int]) -> Iterator[list[int]]:
    """Yield the ids a few thousand at a time: a statement holds only so many."""
    for start in range(0, len(ids), 5_000):
        yield ids[start : start + 5_000]
