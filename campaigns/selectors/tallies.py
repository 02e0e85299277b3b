"""Counts for pages and dashboards: read from tallies, so the cost does not grow with the signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.enums import Grain, Metric
from campaigns.models import LiveSwitches, Tally
from core.ttl_cache import ttl_cache


@dataclass(frozen=True)
class Count:
    """A number and as of when it holds; None as time: nothing has been counted yet."""

    value: int
    as_of: datetime | None


@ttl_cache(10)
def petition_count(petition_id: int) -> Count:
    """Return how many signatures count under a petition; at most about a minute old."""
    row = (
        Tally.objects.filter(petition=petition_id, metric=Metric.SIGNATURES, grain=Grain.TOTAL)
        .values_list("count", "counted_at")
        .first()
    )
    return Count(*row) if row else Count(0, None)


def petition_counts(petition_ids: Sequence[int]) -> dict[int, Count]:
    """Return the counts of several petitions by id, in one query."""
    rows = Tally.objects.filter(petition__in=petition_ids, metric=Metric.SIGNATURES, grain=Grain.TOTAL)
    found = {pk: Count(count, at) for pk, count, at in rows.values_list("petition_id", "count", "counted_at")}
    return {pk: found.get(pk, Count(0, None)) for pk in petition_ids}


def source_count(petition_id: int, source: str) -> int:
    """Return how many counting signatures came by one link, a partner's or a supporter's own."""
    row = Tally.objects.filter(
        petition=petition_id, metric=Metric.SIGNATURES, grain=Grain.SOURCE, key=f"||{source}|"
    ).values_list("count", flat=True)
    return row.first() or 0


@ttl_cache(5)
def live_switches() -> LiveSwitches:
    """Return the staff's kill switches, at most five seconds old."""
    return LiveSwitches.load()
