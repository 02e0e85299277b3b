"""Outlines of countries on an equal-area map: projected once, drawn often. Pure functions over GeoJSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from campaigns.charts.drawing import Drawing, element, hatch, stroked, text, tick
from campaigns.charts.initiative import WIDTH, CountryFigure, describe_map

# Lambert's azimuthal equal-area projection around 52° N 10° E, as in the European grid EPSG:3035 (on a sphere).
CENTRE_LATITUDE, CENTRE_LONGITUDE = radians(52), radians(10)
# What lies outside (overseas departments, the Canaries, the Azores) would shrink the continent to a stamp.
WEST, SOUTH, EAST, NORTH = -11.0, 34.0, 35.5, 71.5
Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """One country ready to draw: the ``d`` of its path and a point well inside its largest piece."""

    path: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class OutlineMap:
    """Countries by code, in units of a view box of the given size."""

    width: int
    height: int
    outlines: Mapping[str, Outline]


def project(longitude: float, latitude: float) -> Point:
    """Return a point of the equal-area plane, in earth radii, y downwards."""
    lam, phi = radians(longitude) - CENTRE_LONGITUDE, radians(latitude)
    k = sqrt(2 / (1 + sin(CENTRE_LATITUDE) * sin(phi) + cos(CENTRE_LATITUDE) * cos(phi) * cos(lam)))
    x = k * cos(phi) * sin(lam)
    return x, -k * (cos(CENTRE_LATITUDE) * sin(phi) - sin(CENTRE_LATITUDE) * cos(phi) * cos(lam))


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the outer and inner rings of a Polygon's or MultiPolygon's pieces that lie in Europe."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        if all(WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH for point in polygon[0]):
            yield from polygon


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def build_map(geometries: Mapping[str, Mapping[str, Any]], *, width: int = WIDTH) -> OutlineMap:
    """Project GeoJSON outlines by country code onto a map ``width`` units wide.

    Pieces that are not wholly in Europe are left out, and countries with nothing left are not on the map.
    """
    rings = {
        code: [[project(point[0], point[1]) for point in ring] for ring in _rings(geometry)]
        for code, geometry in geometries.items()
    }
    points = [point for country in rings.values() for ring in country for point in ring]
    if not points:
        return OutlineMap(width, width, {})
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    margin = 4
    scale = (width - 2 * margin) / ((right - left) or 1)

    def place(point: Point) -> Point:
        return margin + (point[0] - left) * scale, margin + (point[1] - top) * scale

    placed = {code: [[place(point) for point in ring] for ring in country] for code, country in rings.items()}
    return OutlineMap(
        width,
        round((bottom - top) * scale + 2 * margin),
        {code: _outline(country) for code, country in placed.items() if country},
    )


def _outline(rings: Sequence[Sequence[Point]]) -> Outline:
    largest = max(rings, key=_area)
    x, y = _inner_point(largest)
    path = "".join("M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in ring) + "Z" for ring in rings)
    return Outline(path, x, y, sqrt(_area(largest)))


def _inner_point(ring: Sequence[Point]) -> Point:
    """Return the middle of the longest level stretch inside the ring: always inside, unlike a centroid."""
    low, high = min(y for _x, y in ring), max(y for _x, y in ring)
    best = (0.0, ring[0])
    for part in range(1, 12):
        y = low + (high - low) * part / 12
        crossings = sorted(
            ax + (y - ay) * (bx - ax) / (by - ay)
            for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
            if (ay > y) != (by > y)
        )
        # A stretch in the middle of the height is preferred: it looks like the middle of the country.
        weight = 1 - abs(part - 6) / 12
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            best = max(best, ((end - start) * weight, ((start + end) / 2, y)))
    return best[1]


def draw_map(ident: str, countries: Sequence[CountryFigure], outlines: OutlineMap) -> Drawing:
    """Return the map: reached countries solid and ticked, those half way hatched densely, the others thinly."""
    body = element("defs", hatch(f"{ident}-dense", "accent", 4, 1.8) + hatch(f"{ident}-thin", "accent", 7, 0.9))
    shown = [country for country in countries if country.code in outlines.outlines]
    body += "".join(_country(ident, country, outlines.outlines[country.code]) for country in shown)
    body += "".join(
        tick(outlines.outlines[c.code].x - 6, outlines.outlines[c.code].y - 6, 12, colour="paper")
        for c in shown
        if c.passed and outlines.outlines[c.code].size > 12
    )
    body += _legend(ident, outlines.height + 8)
    title = _("Map of the countries by share of their minimum")
    return Drawing(ident, outlines.width, outlines.height + 62, title, describe_map(countries), body)


def _fill(ident: str, country: CountryFigure) -> str | None:
    if country.passed:
        return None
    if not country.ratio:
        return "none"
    return f"url(#{ident}-dense)" if country.ratio >= 0.5 else f"url(#{ident}-thin)"


def _country(ident: str, country: CountryFigure, outline: Outline) -> str:
    said = element("title", escape(f"{country.name}: {country.label}"))
    fill = _fill(ident, country)
    ground = element("path", class_="c-fill-surface", fill="#eef2f6", d=outline.path)
    if fill is None:
        ground = element("path", class_="c-fill-good", fill="#1b7a4b", d=outline.path)
    elif fill != "none":
        ground += element("path", fill=fill, d=outline.path)
    return element("g", said + ground + stroked("path", "paper", 0.8, d=outline.path, stroke_linejoin="round"))


def _legend(ident: str, y: float) -> str:
    boxes = [
        (_("minimum reached"), "solid"),
        (_("half way or more"), "dense"),
        (_("below half"), "thin"),
        (_("nothing yet"), "none"),
    ]
    legend = ""
    for index, (label, kind) in enumerate(boxes):
        x, row = 4 + (index % 2) * 200, y + (index // 2) * 24
        solid = kind == "solid"
        legend += element(
            "rect",
            class_="c-fill-good" if solid else "c-fill-surface",
            fill="#1b7a4b" if solid else "#eef2f6",
            x=x,
            y=row,
            width=22,
            height=16,
        )
        if kind in {"dense", "thin"}:
            legend += element("rect", fill=f"url(#{ident}-{kind})", x=x, y=row, width=22, height=16)
        legend += stroked("rect", "line", 1, x=x, y=row, width=22, height=16)
        legend += tick(x + 5, row + 2, 12, colour="paper") if solid else ""
        legend += text(label, x + 30, row + 13, size=13)
    return legend
