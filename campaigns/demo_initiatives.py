"""The real initiatives of the demo, with the counts the public register shows: nothing here is generated."""

import csv
from datetime import date
from decimal import Decimal

from django.db import transaction

from campaigns.actions.initiatives import import_counts
from campaigns.initiative_rules import DATA, Count, propose_deadlines
from campaigns.models import DeadlineKind, DeadlineOrigin, Initiative, InitiativeDeadline

# The file says it in words; these are the register's codes for them.
STATUSES = {
    "Answered initiative": "ANSWERED",
    "Unsuccessful collection": "INSUFFICIENT_SUPPORT",
    "Valid initiative": "VALID",
}
CERTIFIED = {"ANSWERED", "VALID"}
SOURCE = "public register of initiatives (register.eci.ec.europa.eu), CC BY 4.0"
ACTOR = "demo"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_demo_initiatives() -> list[Initiative]:
    """Store the five real initiatives with their published counts, and return them; a repeat changes nothing.

    The readings are dated by the end of collection: they count the statements given until then. Where the register
    never published counts (ECI(2018)000001), there is no reading.
    """
    counts: dict[str, list[Count]] = {}
    for row in _rows("eci_signatures_by_country.csv"):
        count = Count(row["country"], int(row["statements_of_support"]), row["certified_after_submission"] == "1")
        counts.setdefault(row["registration_number"], []).append(count)
    return [_store(row, counts.get(row["registration_number"], [])) for row in _rows("eci_initiatives.csv")]


def _store(row: dict[str, str], counts: list[Count]) -> Initiative:
    status, closed = STATUSES[row["status"]], date.fromisoformat(row["collection_closed"])
    initiative, is_new = Initiative.objects.get_or_create(
        registration_number=row["registration_number"],
        defaults={
            "titles": {"en": row["title"]},
            "status": status,
            "registered_date": date.fromisoformat(row["registered"]),
            "collection_start_date": date.fromisoformat(row["collection_start"]),
            "funding_total": Decimal(row["funding_total_eur"]),
            "source": SOURCE,
        },
    )
    if is_new:
        _store_deadlines(initiative, closed)
    if counts:
        import_counts(
            registration_number=initiative.registration_number,
            counts=counts,
            as_of=closed,
            today=closed,
            is_certified=status in CERTIFIED,
            by=ACTOR,
        )
    return initiative


def _store_deadlines(initiative: Initiative, closed: date) -> None:
    start = initiative.collection_start_date or closed
    proposed = propose_deadlines(registered=initiative.registered_date, start=start, end=closed)
    dates = {DeadlineKind.COLLECTION_END: (closed, DeadlineOrigin.REGISTER)}
    if proposed is not None:
        dates |= {
            DeadlineKind.PAPER_UPLOAD: (proposed.paper_upload, DeadlineOrigin.PROPOSED),
            DeadlineKind.TO_AUTHORITIES: (proposed.to_authorities, DeadlineOrigin.PROPOSED),
            DeadlineKind.DESTRUCTION: (proposed.destruction, DeadlineOrigin.PROPOSED),
        }
    InitiativeDeadline.objects.bulk_create(
        InitiativeDeadline(initiative=initiative, kind=kind, due_date=due, origin=origin)
        for kind, (due, origin) in dates.items()
    )
