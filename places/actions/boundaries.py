"""Take outlines the operator supplies in place of the shipped ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core import audit
from places.geojson import BoundariesError
from places.models import Territory


@dataclass(frozen=True)
class BoundariesReport:
    """Codes whose outline was replaced, was the same already, or that we do not know."""

    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]
    unknown: tuple[str, ...]


@transaction.atomic
def replace_outlines(
    *,
    outlines: Mapping[str, dict[str, Any]],
    source: str,
    by: audit.Actor,
    skip_unknown: bool = False,
    dry_run: bool = False,
) -> BoundariesReport:
    """Set the outlines of the territories named by code and remember that they are the operator's.

    ``source`` says whose they are and under what licence; maps show it. Codes we do not know are refused
    (BoundariesError) unless ``skip_unknown``; when none is known the file is always refused. With ``dry_run``
    nothing is written. A second call with the same outlines changes nothing.
    """
    known = {row.code: row for row in Territory.objects.filter(code__in=list(outlines))}
    unknown = tuple(code for code in outlines if code not in known)
    if unknown and (not skip_unknown or not known):
        raise BoundariesError(
            f"{len(unknown)} of {len(outlines)} codes name no territory we know: {', '.join(unknown[:5])}. "
            "Codes look like BE, BE-VLG or NIS 21009."
        )
    changed = [row for code, row in known.items() if not row.has_own_outline or row.outline != outlines[code]]
    for row in changed:
        row.outline, row.has_own_outline, row.outline_source = outlines[row.code], True, source
    if changed and not dry_run:
        Territory.objects.bulk_update(changed, ["outline", "has_own_outline", "outline_source"])
        audit.record("places.outlines.replaced", by=by, codes=sorted(row.code for row in changed))
    replaced = tuple(sorted(row.code for row in changed))
    return BoundariesReport(replaced, tuple(sorted(set(known) - set(replaced))), unknown)
