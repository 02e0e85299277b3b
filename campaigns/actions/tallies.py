"""Counting: adding what changed to the tallies, and proving them against a recount.

Every signature says whether the tallies hold it (``is_counted``). The job mends the rows where that differs from what
the status asks for, and the tallies by as much, in one transaction: exact, whatever crashed before. See
docs/adr/0003.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, F

from campaigns.enums import Grain, Metric
from campaigns.models import Petition, Signature, Tally
from core import audit
from core.locks import hold_lock

LOCK = "tallies"
BATCH = 20_000


@dataclass(frozen=True)
class Cell:
    """One tally row's identity. Columns its grain does not use stay empty."""

    petition_id: int
    campaign_id: int
    grain: Grain
    territory_code: str = ""
    partnership_id: int | None = None
    source: str = ""
    day: date | None = None

    @property
    def key(self) -> str:
        parts = (self.territory_code, str(self.partnership_id or ""), self.source, str(self.day or ""))
        return "|".join(parts)


@dataclass(frozen=True)
class Drift:
    """A tally that differs from the recount."""

    cell: Cell
    stored: int
    counted: int


GROUPS: dict[Grain, tuple[str, ...]] = {
    Grain.TOTAL: (),
    Grain.DAY: ("day",),
    Grain.TERRITORY: ("territory_code",),
    Grain.PARTNER: ("partnership_id",),
    Grain.PARTNER_DAY: ("partnership_id", "day"),
    Grain.SOURCE: ("source",),
}


@transaction.atomic
def count_signatures(*, at: datetime, limit: int = BATCH) -> int:
    """Bring up to ``limit`` signatures into, out of or to their place in the tallies; return how many rows were mended.

    Holds the one lock of the tallies. A status changed while this runs is found by the next run.
    """
    hold_lock(LOCK)
    return _move_to_restated_country(at, limit) + _count_in_and_out(at, limit)


def _move_to_restated_country(at: datetime, limit: int) -> int:
    """Give signatures the country their confirmed form says, and take what is counted there with them.

    The rows are locked: their countries change nowhere but here, under the lock of the tallies.
    """
    rows = list(
        Signature.objects.needs_moving()
        .select_for_update(of=("self",))
        .order_by("id")
        .values_list(
            "pk", "is_counted", "petition_id", "petition__campaign_id", "territory_code", "restated_territory_code"
        )[:limit]
    )
    deltas: Counter[Cell] = Counter()
    for _pk, is_counted, petition_id, campaign_id, old, new in rows:
        if is_counted:
            deltas[Cell(petition_id, campaign_id, Grain.TERRITORY, territory_code=old)] -= 1
            deltas[Cell(petition_id, campaign_id, Grain.TERRITORY, territory_code=new)] += 1
    _add_to_tallies(deltas, at)
    for ids in _portions([row[0] for row in rows]):
        Signature.objects.filter(pk__in=ids).update(
            territory_code=F("restated_territory_code"), restated_territory_code=""
        )
    return len(rows)


def _count_in_and_out(at: datetime, limit: int) -> int:
    rows = list(
        Signature.objects.needs_counting()
        .order_by("id")
        .values_list(
            "pk",
            "is_counted",
            "petition_id",
            "petition__campaign_id",
            "territory_code",
            "partnership_id",
            "source",
            "day",
        )[:limit]
    )
    if not rows:
        return 0
    deltas: Counter[Cell] = Counter()
    for _pk, is_counted, petition_id, campaign_id, territory, partnership_id, source, day in rows:
        for cell in _cells(petition_id, campaign_id, territory, partnership_id, source, day):
            deltas[cell] += -1 if is_counted else 1
    _add_to_tallies(deltas, at)
    _mark([row[0] for row in rows if not row[1]], counted=True)
    _mark([row[0] for row in rows if row[1]], counted=False)
    return len(rows)


def _cells(
    petition_id: int, campaign_id: int, territory_code: str, partnership_id: int | None, source: str, day: date
) -> Iterator[Cell]:
    """Yield the cells one signature stands in."""
    yield Cell(petition_id, campaign_id, Grain.TOTAL)
    yield Cell(petition_id, campaign_id, Grain.DAY, day=day)
    yield Cell(petition_id, campaign_id, Grain.TERRITORY, territory_code=territory_code)
    yield Cell(petition_id, campaign_id, Grain.PARTNER, partnership_id=partnership_id)
    yield Cell(petition_id, campaign_id, Grain.PARTNER_DAY, partnership_id=partnership_id, day=day)
    yield Cell(petition_id, campaign_id, Grain.SOURCE, source=source)


def _mark(ids: list[int], *, counted: bool) -> None:
    for portion in _portions(ids):
        Signature.objects.filter(pk__in=portion).update(is_counted=counted)


def _portions(ids: list[int]) -> Iterator[list[int]]:
    """Yield the ids a few thousand at a time: a statement holds only so many."""
    for start in range(0, len(ids), 5_000):
        yield ids[start : start + 5_000]


# One statement adds to a row or makes it; the condition names the partial unique index it conflicts with.
_UPSERT = """
INSERT INTO campaigns_tally
    (campaign_id, petition_id, metric, grain, key, territory_code, partnership_id, source, day, count, counted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (petition_id, metric, grain, key) WHERE petition_id IS NOT NULL
DO UPDATE SET count = campaigns_tally.count + excluded.count, counted_at = excluded.counted_at
"""


def _add_to_tallies(deltas: Counter[Cell], at: datetime) -> None:
    rows = [
        (
            cell.campaign_id,
            cell.petition_id,
            Metric.SIGNATURES.value,
            cell.grain.value,
            cell.key,
            cell.territory_code,
            cell.partnership_id,
            cell.source,
            connection.ops.adapt_datefield_value(cell.day),
            delta,
            connection.ops.adapt_datetimefield_value(at),
        )
        for cell, delta in deltas.items()
        if delta or cell.grain == Grain.TOTAL
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)


def find_drift(*, petition_ids: Iterable[int] | None = None) -> list[Drift]:
    """Compare every tally with a recount of the signatures marked as counted; return where they differ."""
    petitions = Petition.objects.all() if petition_ids is None else Petition.objects.filter(pk__in=petition_ids)
    return [drift for petition in petitions for drift in _drift_of(petition)]


def _drift_of(petition: Petition) -> Iterator[Drift]:
    stored = {
        Cell(
            petition.pk,
            petition.campaign_id,
            Grain(row.grain),
            row.territory_code,
            row.partnership_id,
            row.source,
            row.day,
        ): row.count
        for row in Tally.objects.filter(petition=petition, metric=Metric.SIGNATURES)
    }
    counted = dict(_recount(petition))
    for cell in stored.keys() | counted.keys():
        if stored.get(cell, 0) != counted.get(cell, 0):
            yield Drift(cell, stored.get(cell, 0), counted.get(cell, 0))


def _recount(petition: Petition) -> Iterator[tuple[Cell, int]]:
    marked = Signature.objects.filter(petition=petition, is_counted=True).order_by()
    for grain, columns in GROUPS.items():
        for group in marked.values(*columns).annotate(n=Count("pk")) if columns else [{"n": marked.count()}]:
            n = group.pop("n")
            yield Cell(petition.pk, petition.campaign_id, grain, **group), n


@transaction.atomic
def recount_tallies(*, at: datetime) -> list[Drift]:
    """Repair every tally that differs from a recount, audit each repair, and return what was found."""
    hold_lock(LOCK)
    drifts = find_drift()
    if drifts:
        _add_to_tallies(Counter({drift.cell: drift.counted - drift.stored for drift in drifts}), at)
        audit.record(
            "campaigns.tallies.repaired",
            by="job:recount_tallies",
            count=len(drifts),
            petitions=sorted({drift.cell.petition_id for drift in drifts}),
        )
    return drifts
