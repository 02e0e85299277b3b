"""Counting pledges: bringing what changed into the tallies of their kinds.

Every pledge says what the tallies hold of it (``counted_as``, ``counted_territory_code``). The job mends the rows
where that differs from what they are to count as, and the tallies by as much, in one transaction. See docs/adr/0003.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from campaigns.actions.tally_rows import BATCH, LOCK, add_to_tallies, portions
from campaigns.enums import Metric
from campaigns.models import Pledge
from campaigns.pledge_enums import CountsAs
from campaigns.tally_cells import Cell, Place, cells
from core.locks import hold_lock

METRICS: dict[CountsAs, tuple[Metric, ...]] = {
    CountsAs.NOTHING: (),
    CountsAs.PLEDGED: (Metric.PLEDGES,),
    CountsAs.ACTED: (Metric.PLEDGES, Metric.PLEDGES_ACTED),
}


@transaction.atomic
def count_pledges(*, at: datetime, limit: int = BATCH) -> int:
    """Bring up to ``limit`` pledges to their place in the tallies; return how many rows were mended.

    Holds the one lock of the tallies. A pledge that moves while this runs is found by the next run: the rows are
    marked with what was read here, not with what stands there by then.
    """
    hold_lock(LOCK)
    rows = list(
        Pledge.objects.needs_counting()
        .order_by("id")
        .values_list(
            "pk",
            "kind_id",
            "campaign_id",
            "partnership_id",
            "source",
            "day",
            "counted_as",
            "counted_territory_code",
            "counts_as",
            "territory_code",
        )[:limit]
    )
    deltas: Counter[Cell] = Counter()
    marks: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, kind, campaign, partnership, source, day, held_as, held_in, counts_as, territory in rows:
        for sign, state, code in ((-1, held_as, held_in), (1, counts_as, territory)):
            place = Place(campaign, code, partnership, source, day, pledge_kind_id=kind)
            for cell in _cells(place, state):
                deltas[cell] += sign
        marks[counts_as, territory].append(pk)
    add_to_tallies(deltas, at)
    for (counts_as, territory), ids in marks.items():
        for portion in portions(ids):
            Pledge.objects.filter(pk__in=portion).update(counted_as=counts_as, counted_territory_code=territory)
    return len(rows)


def _cells(place: Place, counts_as: str) -> Iterator[Cell]:
    for metric in METRICS[CountsAs(counts_as)]:
        yield from cells(place, metric)
