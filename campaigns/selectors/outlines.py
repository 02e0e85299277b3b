"""The map of Europe, projected once an hour and kept in the cache: drawing it costs no query."""

from django.core.cache import cache

from campaigns.charts.outlines import OutlineMap, build_map
from campaigns.initiative_rules import periods
from places.models import Territory

CACHE_KEY = "campaigns.outline-map.v1"
KEPT_SECONDS = 3600


def outline_map() -> OutlineMap:
    """Return the outlines of every country that ever had a minimum, of those whose territory has one.

    One query an hour; a corrected outline shows within that time.
    """
    known: OutlineMap | None = cache.get(CACHE_KEY)
    if known is None:
        codes = {code for period in periods() for code in period.minimums}
        stored = Territory.objects.filter(level=Territory.Level.COUNTRY, code__in=codes, outline__isnull=False)
        known = build_map({territory.code: territory.outline or {} for territory in stored.only("code", "outline")})
        cache.set(CACHE_KEY, known, KEPT_SECONDS)
    return known
