"""Counting: adding what changed to the tallies, and proving them against a recount.

Every signature says whether the tallies hold it (``is_counted``). The job mends the rows where that differs from what
the status asks for, and the tallies by as much, in one transaction: exact, whatever crashed before. Pledges are
counted the same way (`campaigns.actions.pledge_tallies`). See docs/adr/0003.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F

from campaigns.actions.pledge_tallies import METRICS
from campaigns.actions.tally_rows import BATCH, LOCK, add_to_tallies, portions
from campaigns.enums import Grain, Metric
from campaigns.models import Petition, Pledge, PledgeKind, Signature, Tally
from campaigns.pledge_enums import CountsAs
from campaigns.tally_cells import GROUPS, Cell, Drift, Place, cells
from core import audit
from core.locks import hold_lock


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
            "pk",
            "is_counted",
            "petition_id",
            "petition__campaign_id",
            "partnership_id",
            "territory_code",
            "restated_territory_code",
        )[:limit]
    )
    deltas: Counter[Cell] = Counter()
    for _pk, is_counted, petition_id, campaign_id, partner, old, new in rows:
        for code, sign in ((old, -1), (new, 1)) if is_counted else ():
            deltas[Cell(petition_id, campaign_id, Grain.TERRITORY, code)] += sign
            deltas[Cell(petition_id, campaign_id, Grain.PARTNER_TERRITORY, code, partner)] += sign
    add_to_tallies(deltas, at)
    for ids in portions([row[0] for row in rows]):
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
        place = Place(campaign_id, territory, partnership_id, source, day, petition_id=petition_id)
        for cell in cells(place, Metric.SIGNATURES):
            deltas[cell] += -1 if is_counted else 1
    add_to_tallies(deltas, at)
    _mark([row[0] for row in rows if not row[1]], counted=True)
    _mark([row[0] for row in rows if row[1]], counted=False)
    return len(rows)


def _mark(ids: list[int], *, counted: bool) -> None:
    for portion in portions(ids):
        Signature.objects.filter(pk__in=portion).update(is_counted=counted)


def find_drift(*, petition_ids: Iterable[int] | None = None) -> list[Drift]:
    """Compare every tally with a recount of what is marked as counted; return where they differ.

    With ``petition_ids`` only of those petitions; else of all petitions and all kinds of pledges.
    """
    petitions = Petition.objects.all() if petition_ids is None else Petition.objects.filter(pk__in=petition_ids)
    found = [drift for petition in petitions for drift in _drift_of_petition(petition)]
    if petition_ids is None:
        found += [drift for kind in PledgeKind.objects.all() for drift in _drift_of_kind(kind)]
    return found


def _drift_of_petition(petition: Petition) -> Iterator[Drift]:
    stored = Tally.objects.filter(petition=petition, metric=Metric.SIGNATURES)
    return _differences(_stored(stored), dict(_recount(petition)))


def _drift_of_kind(kind: PledgeKind) -> Iterator[Drift]:
    return _differences(_stored(Tally.objects.filter(pledge_kind=kind)), _recount_pledges(kind))


def _stored(tallies: Iterable[Tally]) -> dict[Cell, int]:
    return {
        Cell(
            row.petition_id,
            row.campaign_id,
            Grain(row.grain),
            row.territory_code,
            row.partnership_id,
            row.source,
            row.day,
            row.pledge_kind_id,
            Metric(row.metric),
        ): row.count
        for row in tallies
    }


def _differences(stored: dict[Cell, int], counted: dict[Cell, int]) -> Iterator[Drift]:
    for cell in stored.keys() | counted.keys():
        if stored.get(cell, 0) != counted.get(cell, 0):
            yield Drift(cell, stored.get(cell, 0), counted.get(cell, 0))


def _recount(petition: Petition) -> Iterator[tuple[Cell, int]]:
    marked = Signature.objects.filter(petition=petition, is_counted=True).order_by()
    for grain, columns in GROUPS.items():
        for group in marked.values(*columns).annotate(n=Count("pk")) if columns else [{"n": marked.count()}]:
            n = group.pop("n")
            yield Cell(petition.pk, petition.campaign_id, grain, **group), n


def _recount_pledges(kind: PledgeKind) -> dict[Cell, int]:
    """Return how many pledges are marked as counted, by the territory they are marked with."""
    found: Counter[Cell] = Counter()
    marked = Pledge.objects.filter(kind=kind).exclude(counted_as=CountsAs.NOTHING).order_by()
    for grain, columns in GROUPS.items():
        held = ["counted_territory_code" if column == "territory_code" else column for column in columns]
        for group in marked.values("counted_as", *held).annotate(n=Count("pk")):
            where = {column: group[name] for column, name in zip(columns, held, strict=True)}
            for metric in METRICS[CountsAs(group["counted_as"])]:
                cell = Cell(None, kind.campaign_id, grain, pledge_kind_id=kind.pk, metric=metric, **where)
                found[cell] += group["n"]
    return found


@transaction.atomic
def recount_tallies(*, at: datetime) -> list[Drift]:
    """Repair every tally that differs from a recount, audit each repair, and return what was found."""
    hold_lock(LOCK)
    drifts = find_drift()
    if drifts:
        add_to_tallies(Counter({drift.cell: drift.counted - drift.stored for drift in drifts}), at)
        details: dict[str, Any] = {
            "petitions": sorted({drift.cell.petition_id for drift in drifts if drift.cell.petition_id})
        }
        if kinds := sorted({drift.cell.pledge_kind_id for drift in drifts if drift.cell.pledge_kind_id}):
            details["pledge_kinds"] = kinds
        audit.record("campaigns.tallies.repaired", by="job:recount_tallies", count=len(drifts), **details)
    return drifts
