"""A campaign's public events as visitors look for them."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from campaigns.zones import zone_of
from core.ttl_cache import ttl_cache
from events.models import Event, Timeslot
from events.querysets import EventQuerySet

if TYPE_CHECKING:
    from campaigns.models import Campaign


@dataclass(frozen=True)
class EventFilters:
    """What a visitor looks for; None and "" narrow nothing. Days are the campaign's, both included.

    ``is_past``: what is over, the latest first. Without it, what is not over yet, or from ``since`` on.
    """

    since: date | None = None
    until: date | None = None
    commune: str = ""
    language: str = ""
    features: tuple[str, ...] = ()
    is_past: bool = False


@dataclass(frozen=True)
class Choices:
    """What a campaign's public events offer to choose from: codes of communes and languages, features."""

    communes: frozenset[str]
    languages: frozenset[str]
    features: frozenset[str]


def find_events(campaign: "Campaign", filters: EventFilters, *, at: datetime) -> EventQuerySet:
    """Return the events that fit, cancelled ones too, in the order of ``shown_at``: their first timeslot that fits.

    With everything a list shows of them; one query and two for texts and timeslots.
    """
    rows = Event.objects.public().filter(campaign=campaign)
    if filters.commune:
        rows = rows.in_commune(filters.commune)
    if filters.language:
        rows = rows.speaking(filters.language)
    for feature in filters.features:
        rows = rows.with_feature(feature)
    slots = Timeslot.objects.filter(event=OuterRef("pk"))
    zone = zone_of(campaign)
    if filters.until:
        slots = slots.filter(starts_at__lt=_midnight(filters.until + timedelta(days=1), zone))
    if filters.is_past:
        rows = rows.filter(ends_at__lte=at)
        if filters.since:
            slots = slots.filter(ends_at__gt=_midnight(filters.since, zone))
    else:
        slots = slots.filter(ends_at__gt=_midnight(filters.since, zone) if filters.since else at)
    first = slots.order_by("-starts_at" if filters.is_past else "starts_at").values("starts_at")[:1]
    order = ("-shown_at", "-pk") if filters.is_past else ("shown_at", "pk")
    return (
        rows.annotate(shown_at=Subquery(first))
        .filter(shown_at__isnull=False)
        .select_related("venue__territory", "territory", "event_type")
        .defer("territory__outline", "venue__territory__outline")
        .prefetch_related("texts", "timeslots")
        .order_by(*order)
    )


def choices_of(campaign: "Campaign") -> Choices:
    """Return what the campaign's public events offer to choose from, at most half a minute old."""
    return _choices(campaign.pk)


@ttl_cache(30)
def _choices(campaign_id: int) -> Choices:
    rows = (
        Event.objects.public()
        .filter(campaign=campaign_id)
        .order_by()
        .annotate(commune=Coalesce("territory__code", "venue__territory__code"))
        .values_list("commune", Cast("spoken", TextField()), Cast("venue__features", TextField()))
        .distinct()
    )
    found = list(rows)
    return Choices(
        frozenset(commune for commune, _spoken, _features in found if commune),
        frozenset(code for _commune, spoken, _features in found for code in _listed(spoken)),
        frozenset(code for _commune, _spoken, features in found for code in _listed(features)),
    )


def _listed(text: str | None) -> list[str]:
    return [each for each in json.loads(text or "[]") if isinstance(each, str)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
