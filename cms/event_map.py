"""Where an event is, as a small drawing: the communes around, its own one, and a pin. No tiles, no script."""

from dataclasses import dataclass

from core.ttl_cache import ttl_cache
from events.models import Event
from places.commune_maps import CommuneMap, commune_map
from places.models import Territory


@dataclass(frozen=True)
class EventMap:
    """A region's communes, the one of the event by its code, and where the pin stands; None without a point."""

    name: str
    code: str
    region: CommuneMap
    pin: tuple[float, float] | None


def map_of(event: Event) -> EventMap | None:
    """Return the map of an event; None when its commune is not known or has no outline.

    A point outside the region is left out of the drawing: the address is right, the point is not.
    """
    venue = event.venue
    commune: Territory | None = event.territory or (venue.territory if venue else None)
    region = _region(commune.parent_id, commune.pk) if commune is not None else None
    if commune is None or region is None:
        return None
    pin = None
    if venue is not None and venue.latitude is not None and venue.longitude is not None:
        frame = region.frame
        x, y = frame.place(float(venue.longitude), float(venue.latitude))
        pin = (round(x, 1), round(y, 1)) if 0 < x < frame.width and 0 < y < frame.height else None
    return EventMap(commune.name, commune.code, region, pin)


@ttl_cache(300)
def _region(parent_id: int | None, commune_id: int) -> CommuneMap | None:
    """Return the communes of a region, or the one commune that belongs to none; None without outlines."""
    communes = Territory.objects.filter(level=Territory.Level.COMMUNE)
    return commune_map(communes.filter(parent=parent_id) if parent_id else communes.filter(pk=commune_id))
