"""Maps for staff: which communes are drawn, and who has which area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from outreach.maps import Frame, Shape, frame_of
from outreach.models import Area, AreaAssignment, CanvassingEffort
from places.models import Territory

HOME_REGION = "BE-BRU"


@dataclass(frozen=True)
class CommuneShape:
    """One commune on the map."""

    code: str
    name: str
    shape: Shape


@dataclass(frozen=True)
class CommuneMap:
    """Communes in one frame, with the attribution their outlines ask for."""

    frame: Frame
    communes: tuple[CommuneShape, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AreaOnMap:
    """An area, its shape where it has one, and who has it on the day asked."""

    area: Area
    shape: Shape | None
    held: tuple[AreaAssignment, ...]


def communes_near(territories: Iterable[Territory]) -> QuerySet[Territory]:
    """Return the communes of the same regions as these; those of Brussels while nothing is chosen."""
    parents = {territory.parent_id for territory in territories if territory.parent_id}
    if parents:
        return Territory.objects.filter(level=Territory.Level.COMMUNE, parent__in=parents)
    return Territory.objects.communes_of(HOME_REGION)


def commune_map(communes: QuerySet[Territory]) -> CommuneMap | None:
    """Return the map of these communes; None when nobody loaded their outlines. One query."""
    drawn = list(communes.filter(outline__isnull=False).order_by("code"))
    frame = frame_of(territory.outline for territory in drawn if territory.outline)
    if frame is None:
        return None
    return CommuneMap(
        frame,
        tuple(CommuneShape(each.code, each.name, frame.shape(each.outline)) for each in drawn if each.outline),
        tuple(sorted({each.outline_source for each in drawn if each.outline_source})),
    )


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
