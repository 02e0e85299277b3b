"""Maps for staff: which communes are drawn, and who has which area."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from outreach.models import Area, AreaAssignment, CanvassingEffort
from places.commune_maps import CommuneMap, commune_map, communes_near
from places.plane_maps import Frame, Shape


@dataclass(frozen=True)
class AreaOnMap:
    """An area, its shape where it has one, and who has it on the day asked."""

    area: Area
    shape: Shape | None
    held: tuple[AreaAssignment, ...]


def map_of_effort(effort: CanvassingEffort) -> CommuneMap | None:
    """Return the map an effort's areas are drawn on. Two queries."""
    return commune_map(communes_near(effort.territories.defer("outline")))


def areas_on_map(effort: CanvassingEffort, frame: Frame | None, *, on: date) -> list[AreaOnMap]:
    """Return an effort's areas in order of their names, with who has them on a day. Two queries."""
    holding = (
        AreaAssignment.objects.filter(released_at__isnull=True, starts_date__lte=on, ends_date__gte=on)
        .select_related("team")
        .order_by("starts_date")
    )
    areas = effort.areas.select_related("territory").prefetch_related(
        Prefetch("assignments", queryset=holding, to_attr="held_now")
    )
    found = []
    for area in areas:
        outline = area.outline
        shape = frame.shape(outline) if frame is not None and outline is not None else None
        found.append(AreaOnMap(area, shape, tuple(area.held_now)))
    return found
