"""Read the open data this package ships (`places/data/`, sources in its SOURCES.md)."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class ShippedTerritory:
    """One territory as shipped; ``parent`` is a code, ``outline`` a GeoJSON geometry or nothing."""

    code: str
    level: str
    parent: str | None
    is_eu: bool
    names: dict[str, str]
    source: str
    outline_source: str
    outline: dict[str, Any] | None


@dataclass(frozen=True)
class ShippedPostcode:
    """One postcode and the code of a commune it belongs to."""

    country: str
    code: str
    commune: str
    is_main: bool


@cache
def country_names() -> dict[str, dict[str, str]]:
    """Return the names of the shipped countries by code and language."""
    return {row["code"]: row["names"] for row in _read("territories.json") if row["level"] == "country"}


@cache
def territories() -> tuple[ShippedTerritory, ...]:
    """Return the shipped territories, parents before their children."""
    outlines = {row["code"]: row["outline"] for row in _read("outlines.json")}
    return tuple(ShippedTerritory(**row, outline=outlines.get(row["code"])) for row in _read("territories.json"))


@cache
def postcodes() -> tuple[ShippedPostcode, ...]:
    """Return the shipped postcodes; a code shared by communes comes once for each."""
    with (DATA / "brussels_postcodes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            ShippedPostcode(row["country"], row["postcode"], f"NIS {row['nis_code']}", row["is_main"] == "1")
            for row in csv.DictReader(file)
        )


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
