"""Which clocks a country's phones may show: one zone for each way of telling the time there."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata

_STEP = timedelta(hours=6)


@cache
def zones_of_country(country: str) -> tuple[str, ...]:
    """Return the zones of a country (ISO 3166, two letters), none for one nobody knows.

    From zone.tab of the IANA time zone database, in its order, as the package ``tzdata`` brings it. Zones that show the
    same time all year, in the year of the database's version, are named once.
    """
    first_of: dict[tuple[timedelta | None, ...], str] = {}
    for name in zones_by_country().get(country, ()):
        first_of.setdefault(_clock_of(name), name)
    return tuple(first_of.values())


@cache
def zones_by_country() -> dict[str, list[str]]:
    """Return every zone by country, however many show the same time.

    A line of the table reads country, coordinates, zone and a comment, between tabs.
    """
    found: dict[str, list[str]] = {}
    table = resources.files(tzdata).joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    return found


def _clock_of(name: str) -> tuple[timedelta | None, ...]:
    """Return how far a zone's clocks are from UTC, four times a day for a year."""
    zone, moment = ZoneInfo(name), datetime(int(tzdata.IANA_VERSION[:4]), 1, 1, tzinfo=UTC)
    return tuple((moment + number * _STEP).astimezone(zone).utcoffset() for number in range(366 * 4))
