"""Counts of a kind's pledges for pages: read from tallies, so the cost does not grow with the pledges."""

from campaigns.enums import Grain, Metric
from campaigns.models import Tally
from campaigns.selectors.tallies import Count
from core.ttl_cache import ttl_cache


@ttl_cache(10)
def pledge_count(kind_id: int) -> Count:
    """Return how many people promised this and did not take it back; at most about a minute old."""
    row = (
        Tally.objects.filter(pledge_kind=kind_id, metric=Metric.PLEDGES, grain=Grain.TOTAL)
        .values_list("count", "counted_at")
        .first()
    )
    return Count(*row) if row else Count(0, None)


def pledges_by_link(kind_id: int, source: str) -> int:
    """Return how many people promised this through one link, a partner's or somebody's own."""
    row = Tally.objects.filter(
        pledge_kind=kind_id, metric=Metric.PLEDGES, grain=Grain.SOURCE, key=f"||{source}|"
    ).values_list("count", flat=True)
    return row.first() or 0
