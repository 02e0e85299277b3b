"""Outlines as pure arithmetic: decode TopoJSON, simplify shared borders once, merge neighbours, cut parts away.

No database, no files. A position is ``(longitude, latitude)`` in degrees, WGS 84. Areas are square degrees with the
longitude shrunk by the cosine of the latitude, so that a threshold means about the same in Malta and in Lapland.
"""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Position = tuple[float, float]
Line = list[Position]
Polygon = list[Line]
SQUARE_KM_PER_SQUARE_DEGREE = 111.32**2


class TopologyError(Exception):
    """The rings do not close: two neighbours do not share the same border points."""


@dataclass(frozen=True)
class Topology:
    """The arcs of a TopoJSON file, decoded, and its geometries as polygons of rings of arc numbers (~n: backwards)."""

    arcs: list[Line]
    geometries: dict[str, list[list[list[int]]]]


def read_topology(document: dict[str, Any], name: str, key: Callable[[dict[str, Any]], str]) -> Topology:
    """Decode object ``name`` of a TopoJSON document; ``key`` names each geometry (empty: left out)."""
    scale_x, scale_y = document["transform"]["scale"]
    move_x, move_y = document["transform"]["translate"]
    arcs = []
    for deltas in document["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            line.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(line)
    geometries: dict[str, list[list[list[int]]]] = {}
    for geometry in document["objects"][name]["geometries"]:
        found = key(geometry)
        if found:
            polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            geometries.setdefault(found, []).extend(polygons)
    return Topology(arcs, geometries)


def signed_area(ring: Line) -> float:
    """Return the ring's area, positive when it runs counter-clockwise."""
    width = math.cos(math.radians(sum(y for _, y in ring) / len(ring)))
    total = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))
    return total * width / 2


def ring_of(topology: Topology, numbers: Iterable[int]) -> Line:
    """Join arcs into one closed ring."""
    ring: Line = []
    for number in numbers:
        line = topology.arcs[number] if number >= 0 else topology.arcs[~number][::-1]
        ring.extend(line if not ring else line[1:])
    return ring


def simplify_line(line: Line, threshold: float, keep: int = 2) -> Line:
    """Drop the points whose triangle with their neighbours is smaller than ``threshold`` (Visvalingam's method).

    The two ends stay, so lines that meet still meet; at least ``keep`` points stay.
    """
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))

    def triangle(index: int) -> float:
        return abs(signed_area([line[before[index]], line[index], line[after[index]]]))

    alive = set(range(len(line)))
    heap = [(triangle(index), index) for index in range(1, len(line) - 1)]
    heapq.heapify(heap)
    current = {index: area for area, index in heap}
    while heap and len(alive) > keep:
        area, index = heapq.heappop(heap)
        if index not in alive or current[index] != area:
            continue
        if area >= threshold:
            break
        alive.discard(index)
        left, right = before[index], after[index]
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if 0 < neighbour < len(line) - 1:
                current[neighbour] = max(area, triangle(neighbour))
                heapq.heappush(heap, (current[neighbour], neighbour))
    return [line[index] for index in sorted(alive)]


def simplify(topology: Topology, threshold: float, share: float = 0.003) -> Topology:
    """Simplify every arc once, so that neighbours keep a common border.

    An arc loses no point whose triangle is above ``threshold``, nor above ``share`` of the smallest polygon it bounds:
    small countries keep their shape.
    """
    smallest: dict[int, float] = {}
    for polygons in topology.geometries.values():
        for polygon in polygons:
            area = abs(signed_area(ring_of(topology, polygon[0])))
            for number in (number for ring in polygon for number in ring):
                arc = number if number >= 0 else ~number
                smallest[arc] = min(area, smallest.get(arc, area))
    arcs = [
        simplify_line(line, min(threshold, smallest.get(number, 0) * share), keep=5 if line[0] == line[-1] else 2)
        for number, line in enumerate(topology.arcs)
    ]
    return Topology(arcs, topology.geometries)


def merge(lines: Iterable[Line]) -> list[Polygon]:
    """Join the directed borders of neighbouring polygons into the polygons of their union.

    A border two of them share is passed once in each direction and cancels. Raises TopologyError when what is left
    does not close. Outer rings come back counter-clockwise, holes clockwise (RFC 7946, 3.1.6).
    """
    kept = list(lines)
    directed = Counter(tuple(line) for line in kept)
    remaining = [line for line in kept if tuple(reversed(line)) not in directed]
    rings = _stitch(remaining)
    outer_sign = 1 if max((signed_area(ring) for ring in rings), key=abs) > 0 else -1
    outers = [ring for ring in rings if signed_area(ring) * outer_sign > 0]
    holes = [ring for ring in rings if signed_area(ring) * outer_sign < 0]
    polygons = [[wind(ring, outer=True)] for ring in outers]
    for hole in holes:
        owner = next((polygon for polygon in polygons if contains(polygon[0], hole[0])), None)
        if owner is None:
            raise TopologyError("a hole lies in no outer ring")
        owner.append(wind(hole, outer=False))
    return polygons


def _stitch(lines: list[Line]) -> list[Line]:
    starts: dict[Position, list[Line]] = {}
    for line in lines:
        starts.setdefault(line[0], []).append(line)
    rings = []
    while starts:
        ring = list(_take(starts, next(iter(starts))))
        while ring[-1] != ring[0]:
            if ring[-1] not in starts:
                raise TopologyError(f"the border breaks off at {ring[-1]}")
            ring.extend(_take(starts, ring[-1])[1:])
        rings.append(ring)
    return rings


def _take(starts: dict[Position, list[Line]], position: Position) -> Line:
    line = starts[position].pop()
    if not starts[position]:
        del starts[position]
    return line


def wind(ring: Line, *, outer: bool) -> Line:
    """Return the ring in the direction RFC 7946 asks: counter-clockwise outside, clockwise for a hole."""
    return ring if (signed_area(ring) > 0) == outer else ring[::-1]


def contains(ring: Line, position: Position) -> bool:
    """Say whether the position lies inside the ring (even-odd rule)."""
    x, y = position
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def edges(polygon: Polygon) -> list[Line]:
    """Split a polygon's rings into their single edges, each a line of two points."""
    return [[start, end] for ring in polygon for start, end in pairwise(ring)]


def union(polygons: Iterable[Polygon]) -> list[Polygon]:
    """Return the union of polygons that share their border points exactly."""
    return merge(edge for polygon in polygons for edge in edges(polygon))


def union_of(topology: Topology, names: Iterable[str]) -> list[Polygon]:
    """Return the union of the named geometries, their common borders gone."""
    numbers = [number for name in names for polygon in topology.geometries[name] for ring in polygon for number in ring]
    return merge(ring_of(topology, [number]) for number in numbers)


def within(polygons: list[Polygon], west: float, south: float, east: float, north: float) -> list[Polygon]:
    """Keep the polygons whose first point lies in the window: cuts overseas parts away."""
    return [polygon for polygon in polygons if west <= polygon[0][0][0] <= east and south <= polygon[0][0][1] <= north]


def without_specks(polygons: list[Polygon], square_km: float) -> list[Polygon]:
    """Keep the polygons of at least ``square_km``, and always the largest."""
    limit = square_km / SQUARE_KM_PER_SQUARE_DEGREE
    by_size = sorted(polygons, key=lambda polygon: -abs(signed_area(polygon[0])))
    return by_size[:1] + [polygon for polygon in by_size[1:] if abs(signed_area(polygon[0])) >= limit]


def polygons_of(geometry: dict[str, Any]) -> list[Polygon]:
    """Return a GeoJSON Polygon or MultiPolygon as a list of polygons."""
    found = geometry["coordinates"]
    return [
        [[(x, y) for x, y in ring] for ring in polygon]
        for polygon in ([found] if geometry["type"] == "Polygon" else found)
    ]


def geometry(polygons: list[Polygon], digits: int) -> dict[str, Any]:
    """Return a GeoJSON geometry with positions rounded to ``digits`` decimals, repeated points dropped."""
    rounded = [_rounded_polygon(polygon, digits) for polygon in polygons]
    kept = [polygon for polygon in rounded if polygon]
    if len(kept) == 1:
        return {"type": "Polygon", "coordinates": kept[0]}
    return {"type": "MultiPolygon", "coordinates": kept}


def _rounded_polygon(polygon: Polygon, digits: int) -> list[list[list[float]]]:
    outer, *holes = (_rounded(ring, digits) for ring in polygon)
    if len(outer) < 4:
        return []
    return [outer, *(hole for hole in holes if len(hole) >= 4)]


def _rounded(ring: Line, digits: int) -> list[list[float]]:
    points: list[list[float]] = []
    for x, y in ring:
        point = [round(x, digits), round(y, digits)]
        if not points or point != points[-1]:
            points.append(point)
    return points
