"""Read a GeoJSON file of boundaries somebody else made, and say exactly what is wrong with a bad one. Pure."""

import json
import math
from typing import Any

MOST_BYTES = 50 * 1024 * 1024


class BoundariesError(Exception):
    """The file is refused whole; the message says which feature and why, in words for the operator."""


def read_boundaries(content: bytes, *, code_property: str, code_prefix: str = "") -> dict[str, dict[str, Any]]:
    """Return code → geometry (Polygon or MultiPolygon, WGS 84 degrees) of a FeatureCollection (RFC 7946).

    The code is ``code_prefix`` plus the feature's property ``code_property``. Raises BoundariesError when the file is
    too large, is not GeoJSON, or has a feature (counted from 0) without a code, with a code twice, with another kind
    of geometry, an open ring, or coordinates that are not degrees.
    """
    if len(content) > MOST_BYTES:
        raise BoundariesError(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB; simplify the outlines first.")
    features = _features(content)
    found: dict[str, dict[str, Any]] = {}
    for index, feature in enumerate(features):
        code, geometry = _read_feature(index, feature, code_property, code_prefix)
        if code in found:
            raise BoundariesError(f"Feature {index}: the code {code} comes a second time.")
        found[code] = geometry
    return found


def _read_feature(index: int, feature: Any, code_property: str, code_prefix: str) -> tuple[str, dict[str, Any]]:
    try:
        return _code(feature, code_property, code_prefix), _geometry(feature)
    except BoundariesError as problem:
        raise BoundariesError(f"Feature {index}: {problem}.") from None


def _features(content: bytes) -> list[Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise BoundariesError("The file is not UTF-8 text; GeoJSON is.") from None
    except RecursionError:
        raise BoundariesError("The file is nested too deeply to be GeoJSON.") from None
    except json.JSONDecodeError as error:
        raise BoundariesError(
            f"The file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BoundariesError("The file is JSON but not a GeoJSON FeatureCollection.")
    if not isinstance(document.get("features"), list) or not document["features"]:
        raise BoundariesError("The FeatureCollection holds no features.")
    return list(document["features"])


def _refuse_constant(name: str) -> float:
    raise BoundariesError(f"The file holds {name}, which is not a JSON number.")


def _code(feature: Any, code_property: str, code_prefix: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise BoundariesError("it is not a Feature with properties")
    value = properties.get(code_property)
    if value is None or isinstance(value, (dict, list, bool)) or str(value).strip() == "":
        known = ", ".join(sorted(properties)[:10]) or "none"
        raise BoundariesError(f"it has no property {code_property!r} (its properties: {known})")
    return f"{code_prefix}{str(value).strip()}"


def _geometry(feature: dict[str, Any]) -> dict[str, Any]:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else "nothing"
        raise BoundariesError(f"its geometry is {kind}, expected Polygon or MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for polygon in _list(polygons, "polygons"):
        for ring in _list(polygon, "rings"):
            _check_ring(ring)
    return {"type": geometry["type"], "coordinates": coordinates}


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BoundariesError(f"its coordinates hold no {what}")
    return value


def _check_ring(ring: Any) -> None:
    for position in _list(ring, "positions"):
        if not isinstance(position, list) or len(position) < 2 or not all(map(_is_number, position)):
            raise BoundariesError(f"{position!r:.60} is not a position of longitude and latitude")
        if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
            raise BoundariesError(
                f"the position {position[:2]} is out of range: longitude and latitude in degrees (WGS 84, EPSG:4326) "
                "are expected, convert projected coordinates such as Lambert first"
            )
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise BoundariesError("a ring has fewer than four positions or does not end where it began")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
