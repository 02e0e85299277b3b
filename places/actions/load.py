"""Bring the territories and postcodes of the database to what is shipped."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core import audit
from places import names
from places.models import Postcode, Territory
from places.shipped import ShippedPostcode, ShippedTerritory
from places.shipped import postcodes as shipped_postcodes
from places.shipped import territories as shipped_territories

_LEVELS = ("country", "region", "commune")
_FIELDS = ("level", "parent_id", "is_eu", "names", "source", "outline", "outline_source")


@dataclass(frozen=True)
class LoadReport:
    """How many rows the loading made, changed and found right already."""

    created: int
    updated: int
    unchanged: int


@transaction.atomic
def load_places(
    *,
    by: audit.Actor = "places.load_places",
    territories: Sequence[ShippedTerritory] | None = None,
    postcodes: Sequence[ShippedPostcode] | None = None,
) -> LoadReport:
    """Create or update the shipped territories and postcodes; return what was done.

    A second call changes nothing. Territories that are not shipped, and outlines the operator supplied
    (``has_own_outline``), are left alone; a postcode row that is no longer shipped for a shipped commune goes.
    Parents may come after their children: levels are saved from the largest down.
    """
    rows = list(shipped_territories() if territories is None else territories)
    wanted_postcodes = list(shipped_postcodes() if postcodes is None else postcodes)
    made = changed = 0
    for level in _LEVELS:
        created, updated = _load_level([row for row in rows if row.level == level])
        made, changed = made + created, changed + updated
    created, updated = _load_postcodes(wanted_postcodes, {row.code for row in rows})
    report = LoadReport(
        made + created, changed + updated, len(rows) + len(wanted_postcodes) - made - created - changed - updated
    )
    if report.created or report.updated:
        audit.record("places.territories.loaded", by=by, created=report.created, updated=report.updated)
        names.forget()
    return report


def _load_level(rows: list[ShippedTerritory]) -> tuple[int, int]:
    known = {row.code: row for row in Territory.objects.filter(code__in=[row.code for row in rows])}
    parent_codes = {row.parent for row in rows if row.parent}
    parents = dict(Territory.objects.filter(code__in=parent_codes).values_list("code", "pk"))
    created: list[Territory] = []
    updated: list[Territory] = []
    for row in rows:
        territory = known.get(row.code) or Territory(code=row.code)
        values = {field: getattr(row, field) for field in _FIELDS if field != "parent_id"}
        values["parent_id"] = parents[row.parent] if row.parent else None
        if territory.has_own_outline:
            del values["outline"], values["outline_source"]
        if territory.pk is None:
            created.append(_set(territory, values))
        elif any(getattr(territory, field) != value for field, value in values.items()):
            updated.append(_set(territory, values))
    Territory.objects.bulk_create(created)
    Territory.objects.bulk_update(updated, _FIELDS)
    return len(created), len(updated)


def _set(territory: Territory, values: dict[str, object]) -> Territory:
    for field, value in values.items():
        setattr(territory, field, value)
    return territory


def _load_postcodes(rows: list[ShippedPostcode], codes: set[str]) -> tuple[int, int]:
    pks = dict(Territory.objects.filter(code__in={row.commune for row in rows}).values_list("code", "pk"))
    wanted = {(row.country, row.code, pks[row.commune]): row.is_main for row in rows}
    known = {
        (row.country, row.code, row.territory_id): row for row in Postcode.objects.filter(territory__code__in=codes)
    }
    stale = [row.pk for key, row in known.items() if wanted.get(key) is not row.is_main]
    replaced = sum(1 for key, row in known.items() if key in wanted and wanted[key] is not row.is_main)
    # A main commune that moves would meet the old one in the unique constraint: take away first, then add.
    Postcode.objects.filter(pk__in=stale).delete()
    missing = [key for key in wanted if key not in known or known[key].pk in stale]
    Postcode.objects.bulk_create(
        Postcode(country=country, code=code, territory_id=pk, is_main=wanted[(country, code, pk)])
        for country, code, pk in missing
    )
    return len(missing) - replaced, replaced
