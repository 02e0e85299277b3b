"""Where an event is, as a small drawing: the outline of its commune with a pin. No tiles, no script."""

from dataclasses import dataclass

from events.models import Event
from places.models import Territory
from places.plane_maps import Shape, frame_of

WIDTH = 320


@dataclass(frozen=True)
class EventMap:
    """A commune's outline in a view box of ``width`` × ``height``, and where the pin stands; None without a point."""

    name: str
    width: int
    height: int
    shape: Shape
    pin: tuple[float, float] | None
    attribution: str


def map_of(event: Event) -> EventMap | None:
    """Return the map of an event; None when its commune is not known or has no outline.

    A point outside the commune's box is left out of the drawing: one of the two is wrong, and the address is right.
    """
    venue = event.venue
    commune: Territory | None = event.territory or (venue.territory if venue else None)
    frame = frame_of([commune.outline], width=WIDTH) if commune is not None and commune.outline else None
    if commune is None or frame is None:
        return None
    pin = None
    if venue is not None and venue.latitude is not None and venue.longitude is not None:
        x, y = frame.place(float(venue.longitude), float(venue.latitude))
        pin = (round(x, 1), round(y, 1)) if 0 < x < frame.width and 0 < y < frame.height else None
    shape = frame.shape(commune.outline or {})
    return EventMap(commune.name, frame.width, frame.height, shape, pin, commune.outline_source)
