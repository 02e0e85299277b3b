"""What the screens of an initiative show beyond its progress: the order of a table, its readings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Initiative, ProgressSnapshot
from campaigns.selectors.initiatives import CountryRow

RECENT_READINGS = 20
DEFAULT_SORT = "-ratio"
_KEYS: dict[str, Callable[[CountryRow], Any]] = {
    "country": lambda row: row.name.casefold(),
    "count": lambda row: -1 if row.count is None else row.count,
    "minimum": lambda row: row.minimum,
    "ratio": lambda row: -1.0 if row.count is None or row.is_late else row.ratio,
    "missing": lambda row: row.missing,
    "valid": lambda row: row.valid,
}


@dataclass(frozen=True)
class SortLink:
    """One column a table can be sorted by. ``aria`` is ascending, descending or nothing."""

    key: str
    query: str
    aria: str


def check_sort(asked: str | None) -> str:
    """Return the order asked for, or the usual one (ratio, highest first) when there is no such order."""
    return asked if asked and asked.removeprefix("-") in _KEYS else DEFAULT_SORT


def sort_rows(rows: Sequence[CountryRow], sort: str) -> list[CountryRow]:
    """Return the countries in an order checked by `check_sort`; equal ones by code."""
    by_code = sorted(rows, key=lambda row: row.code)
    return sorted(by_code, key=_KEYS[sort.removeprefix("-")], reverse=sort.startswith("-"))


def sort_links(sort: str) -> dict[str, SortLink]:
    """Return for each column what its link asks for: the other direction when it is the order already."""
    links = {}
    for key in _KEYS:
        falls_first = "" if key == "country" else "-"
        query = f"{falls_first}{key}"
        if sort == query:
            query = key if falls_first else f"-{key}"
        aria = "descending" if sort == f"-{key}" else "ascending" if sort == key else ""
        links[key] = SortLink(key, query, aria)
    return links


def recent_readings(initiative: Initiative) -> QuerySet[ProgressSnapshot]:
    """Return the newest readings, those set aside included, each with why: one query."""
    newest = initiative.snapshots.newest_first().select_related("set_aside", "set_aside__by")
    return newest[:RECENT_READINGS]
