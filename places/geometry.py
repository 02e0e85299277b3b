"""Whether two areas share ground, and whether an outline is one: pure geometry on GeoJSON, without a database.

Coordinates are degrees of longitude and latitude. At the size of a neighbourhood the earth is flat enough: only which
side of a line a point lies on matters here, never a length.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from django.utils.translation import gettext as _

Point = tuple[float, float]
Ring = tuple[Point, ...]
# One piece: its outer ring first, then the rings of its holes.
Piece = tuple[Ring, ...]

MOST_POINTS = 200
# About two metres: two teams may share a street drawn twice by hand, never a pavement's worth of doors.
TOLERANCE = 2e-5
_TINY = 1e-12


class UnreadableOutline(ValueError):
    """The outline is none; the message is a sentence for the person who drew or pasted it."""


def read_outline(text: str) -> dict[str, Any]:
    """Return the GeoJSON Polygon in ``text``, closed, without repeated points, rounded to about 10 cm.

    Takes a Polygon of one ring, or a Feature of it, or a collection of one. Raises UnreadableOutline for anything
    else: fewer than three corners, more than 200, a line that crosses itself, a hole, a place that is not on earth.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableOutline(_("This is not GeoJSON: it is not JSON at all.")) from None
    ring = _only_ring(found)
    check_ring(ring)
    return {"type": "Polygon", "coordinates": [[list(point) for point in (*ring, ring[0])]]}


def _only_ring(found: Any) -> Ring:
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise UnreadableOutline(_("The collection must hold exactly one outline."))
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, dict) or found.get("type") != "Polygon":
        raise UnreadableOutline(_("An outline is a GeoJSON Polygon."))
    rings = found.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise UnreadableOutline(_("The outline has no corners."))
    if len(rings) > 1:
        raise UnreadableOutline(_("An area has no holes; draw two areas instead."))
    return _clean_ring(rings[0])


def _clean_ring(corners: Any) -> Ring:
    if not isinstance(corners, list) or len(corners) > MOST_POINTS + 1:
        raise UnreadableOutline(_("An outline has at most %(most)s corners.") % {"most": MOST_POINTS})
    ring: list[Point] = []
    for corner in corners:
        point = _clean_point(corner)
        if not ring or ring[-1] != point:
            ring.append(point)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return tuple(ring)


def _clean_point(corner: Any) -> Point:
    numbers = corner[:2] if isinstance(corner, list) else []
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise UnreadableOutline(_("Every corner is a pair of numbers: longitude, latitude."))
    longitude, latitude = numbers
    # NaN and infinity fail this too. Compared before it is a float: JSON knows whole numbers no float can hold.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise UnreadableOutline(_("Longitudes lie between -180 and 180, latitudes between -90 and 90."))
    return round(float(longitude), 6), round(float(latitude), 6)


def check_ring(ring: Ring) -> None:
    """Raise UnreadableOutline unless the open ring has three corners or more and nowhere touches itself."""
    if len(set(ring)) < 3:
        raise UnreadableOutline(_("An outline needs at least three corners."))
    if len(set(ring)) < len(ring):
        raise UnreadableOutline(_("The outline goes through one corner twice."))
    edges = list(_edges(ring))
    for (first, one), (second, other) in combinations(enumerate(edges), 2):
        neighbours = second - first == 1 or (first == 0 and second == len(edges) - 1)
        if neighbours:
            shared = one[1] if second - first == 1 else one[0]
            ends = {*one, *other} - {shared}
            if len(ends) == 2 and _doubles_back(shared, *ends):
                raise UnreadableOutline(_("The outline runs back over itself."))
        elif _touch(one, other):
            raise UnreadableOutline(_("The outline crosses itself."))
    if abs(_signed_area(ring)) < _TINY:
        raise UnreadableOutline(_("The outline holds no ground."))


def pieces_of(geometry: Mapping[str, Any]) -> list[Piece]:
    """Return the pieces of a stored Polygon or MultiPolygon, their rings open."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [tuple(_open(ring) for ring in polygon) for polygon in polygons]


def _open(ring: Sequence[Sequence[float]]) -> Ring:
    points = [(float(point[0]), float(point[1])) for point in ring]
    return tuple(points[:-1] if points[0] == points[-1] else points)


def share_ground(one: Mapping[str, Any], other: Mapping[str, Any], *, tolerance: float = TOLERANCE) -> bool:
    """Return whether two GeoJSON areas overlap by more than a strip ``tolerance`` degrees wide.

    Areas that only share a border or a corner do not. Works for several pieces and for holes: either the border of
    one passes through the inside of the other, or a piece of one covers a piece of the other exactly.
    """
    first, second = pieces_of(one), pieces_of(other)
    if not _boxes_meet(first, second):
        return False
    return (
        _border_enters(first, second, tolerance)
        or _border_enters(second, first, tolerance)
        or any(_is_inside(inner_point(piece), second, tolerance) for piece in first)
        or any(_is_inside(inner_point(piece), first, tolerance) for piece in second)
    )


def holds(geometry: Mapping[str, Any], point: Point) -> bool:
    """Return whether a point lies in an area (its border counts neither way)."""
    return _in_pieces(point, pieces_of(geometry))


def _boxes_meet(first: list[Piece], second: list[Piece]) -> bool:
    def box(pieces: list[Piece]) -> tuple[float, float, float, float]:
        xs = [x for piece in pieces for x, _y in piece[0]]
        ys = [y for piece in pieces for _x, y in piece[0]]
        return min(xs), min(ys), max(xs), max(ys)

    left, low, right, high = box(first)
    other_left, other_low, other_right, other_high = box(second)
    return left <= other_right and other_left <= right and low <= other_high and other_low <= high


def _border_enters(pieces: list[Piece], others: list[Piece], tolerance: float) -> bool:
    """Return whether a part of the border of ``pieces`` runs through the inside of ``others``."""
    borders = [edge for piece in others for ring in piece for edge in _edges(ring)]
    return any(
        _is_inside(point, others, tolerance)
        for piece in pieces
        for ring in piece
        for edge in _edges(ring)
        for point in _stations(edge, borders)
    )


def _stations(edge: tuple[Point, Point], borders: list[tuple[Point, Point]]) -> Iterator[Point]:
    """Yield an edge's first end, and the middle of every stretch between the places where other borders cut it."""
    (ax, ay), (bx, by) = edge
    yield edge[0]
    cuts = sorted({0.0, 1.0, *(cut for border in borders for cut in _cuts(edge, border))})
    for start, end in pairwise(cuts):
        middle = (start + end) / 2
        yield ax + (bx - ax) * middle, ay + (by - ay) * middle


def _cuts(edge: tuple[Point, Point], border: tuple[Point, Point]) -> Iterator[float]:
    """Yield where along ``edge`` (0 to 1) ``border`` crosses it or, on the same line, begins and ends."""
    (ax, ay), (bx, by) = edge
    (cx, cy), (dx, dy) = border
    ex, ey, fx, fy = bx - ax, by - ay, dx - cx, dy - cy
    across = ex * fy - ey * fx
    if abs(across) < _TINY * _TINY:
        length = ex * ex + ey * ey
        for x, y in border:
            along = ((x - ax) * ex + (y - ay) * ey) / length
            if 0 < along < 1:
                yield along
        return
    along = ((cx - ax) * fy - (cy - ay) * fx) / across
    beside = ((cx - ax) * ey - (cy - ay) * ex) / across
    if 0 < along < 1 and -1e-9 <= beside <= 1 + 1e-9:
        yield along


def _is_inside(point: Point, pieces: list[Piece], tolerance: float) -> bool:
    """Return whether a point lies inside, farther from every border than ``tolerance``."""
    if not _in_pieces(point, pieces):
        return False
    return all(_distance(point, edge) > tolerance for piece in pieces for ring in piece for edge in _edges(ring))


def _in_pieces(point: Point, pieces: list[Piece]) -> bool:
    # Rings of holes are crossed once more, so evenness alone tells inside from outside.
    return any(sum(_crossings(point, ring) for ring in piece) % 2 for piece in pieces)


def _crossings(point: Point, ring: Ring) -> int:
    x, y = point
    return sum(
        1 for (ax, ay), (bx, by) in _edges(ring) if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay)
    )


def _distance(point: Point, edge: tuple[Point, Point]) -> float:
    (ax, ay), (bx, by) = edge
    ex, ey = bx - ax, by - ay
    length = ex * ex + ey * ey
    along = 0.0 if not length else max(0.0, min(1.0, ((point[0] - ax) * ex + (point[1] - ay) * ey) / length))
    return math.hypot(point[0] - ax - along * ex, point[1] - ay - along * ey)


def inner_point(piece: Piece) -> Point:
    """Return a point well inside a piece: the middle of a long level stretch within it, rather near half its height."""
    ys = [y for _x, y in piece[0]]
    low, high = min(ys), max(ys)
    best: tuple[float, Point] = (0.0, piece[0][0])
    for part in range(1, 16):
        y = low + (high - low) * part / 16
        crossings = sorted(
            ax + (y - ay) * (bx - ax) / (by - ay)
            for ring in piece
            for (ax, ay), (bx, by) in _edges(ring)
            if (ay > y) != (by > y)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            best = max(best, ((end - start) * (1 - abs(part - 8) / 12), ((start + end) / 2, y)))
    return best[1]


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def size_of(piece: Piece) -> float:
    """Return the ground within a piece's outer ring, in square degrees: to compare, not to measure."""
    return abs(_signed_area(piece[0]))


def _signed_area(ring: Ring) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in _edges(ring)) / 2


def _turn(a: Point, b: Point, c: Point) -> int:
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return 0 if abs(area) < _TINY else 1 if area > 0 else -1


def _touch(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    lines = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _between(*line) for turn, line in zip(turns, lines, strict=True))


def _between(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _doubles_back(shared: Point, one: Point, other: Point) -> bool:
    if _turn(shared, one, other):
        return False
    return (one[0] - shared[0]) * (other[0] - shared[0]) + (one[1] - shared[1]) * (other[1] - shared[1]) > 0
