"""Maps of communes for screens: which ones are drawn, in one frame, with the attribution of their outlines."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from places.models import Territory
from places.plane_maps import Frame, Shape, frame_of

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
