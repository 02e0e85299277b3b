"""A plane map of communes and areas, as SVG paths: at a city's size the earth is flat. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from places.geometry import Piece, inner_point, pieces_of, size_of

WIDTH = 640
MARGIN = 8


@dataclass(frozen=True)
class Shape:
    """One outline ready to draw: its path and a point inside its largest piece for a label."""

    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """How degrees become units of the view box: ``x = (longitude - west) * across``, ``y = (north - latitude) * down``.

    The script that draws areas reads these four numbers and turns them round.
    """

    width: int
    height: int
    west: float
    north: float
    across: float
    down: float

    def shape(self, geometry: Mapping[str, Any]) -> Shape:
        """Return a GeoJSON Polygon or MultiPolygon as a shape of this frame."""
        pieces = pieces_of(geometry)
        x, y = self.place(*inner_point(max(pieces, key=size_of)))
        return Shape("".join(self._ring(ring) for piece in pieces for ring in piece), round(x, 1), round(y, 1))

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.across, (self.north - latitude) * self.down

    def _ring(self, ring: Iterable[tuple[float, float]]) -> str:
        points = (self.place(*point) for point in ring)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def frame_of(geometries: Iterable[Mapping[str, Any]], *, width: int = WIDTH) -> Frame | None:
    """Return the frame that holds all outlines with a margin; None when there is none to hold."""
    pieces: list[Piece] = [piece for geometry in geometries for piece in pieces_of(geometry)]
    points = [point for piece in pieces for point in piece[0]]
    if not points:
        return None
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    across = (width - 2 * MARGIN) / ((east - west) or 1)
    down = across / cos(radians((south + north) / 2))
    height = round((north - south) * down + 2 * MARGIN)
    return Frame(width, height, west - MARGIN / across, north + MARGIN / down, across, down)
