"""The real initiatives of the demo, with the counts the public register shows: nothing here is generated."""

import csv
from datetime import date
from decimal import Decimal

from django.db import transaction

from campaigns.actions.initiatives import import_register_entry
from campaigns.demo import SLUG
from campaigns.initiative_register import LanguageVersion, Reading, RegisterEntry
from campaigns.initiative_rules import DATA, Count
from campaigns.models import Campaign, Initiative

# The file says it in words; these are the register's codes for them.
STATUSES = {
    "Answered initiative": "ANSWERED",
    "Unsuccessful collection": "INSUFFICIENT_SUPPORT",
    "Valid initiative": "VALID",
}
CERTIFIED = {"ANSWERED", "VALID"}
SOURCE = "register.eci.ec.europa.eu, © European Union, reuse authorised with the source acknowledged"
ACTOR = "demo"
DEMO_CAMPAIGNS_INITIATIVE = "ECI(2018)000001"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_demo_initiatives() -> list[Initiative]:
    """Store the five real initiatives with their published counts, and return them; a repeat adds nothing.

    The readings are dated by the end of collection: they count the statements given until then. Where the register
    never published counts (ECI(2018)000001), there is no reading.
    """
    counts: dict[str, list[Count]] = {}
    for row in _rows("eci_signatures_by_country.csv"):
        count = Count(row["country"], int(row["statements_of_support"]), row["certified_after_submission"] == "1")
        counts.setdefault(row["registration_number"], []).append(count)
    stored = [_store(row, counts.get(row["registration_number"], [])) for row in _rows("eci_initiatives.csv")]
    _show_beside(DEMO_CAMPAIGNS_INITIATIVE)
    return stored


def _show_beside(number: str) -> None:
    """Show the demo campaign's own signatures beside the initiative it is about; staff's own choice stays."""
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    if campaign is not None:
        Initiative.objects.filter(registration_number=number, campaign=None).update(campaign=campaign)


def _store(row: dict[str, str], counts: list[Count]) -> Initiative:
    number = row["registration_number"]
    if not Initiative.objects.filter(registration_number=number).exists():  # what staff imported since stays
        import_register_entry(entry=_entry_from(row, counts), by=ACTOR, source=SOURCE)
    return Initiative.objects.get(registration_number=number)


def _entry_from(row: dict[str, str], counts: list[Count]) -> RegisterEntry:
    """Return the row as the register's entry it was made from."""
    status, closed = STATUSES[row["status"]], date.fromisoformat(row["collection_closed"])
    title = LanguageVersion(
        language="en", title=row["title"], objectives="", support_url="", website_url="", is_original=True
    )
    return RegisterEntry(
        registration_number=row["registration_number"],
        status=status,
        updated_at=None,
        registered=date.fromisoformat(row["registered"]),
        collection_start=date.fromisoformat(row["collection_start"]),
        deadline=closed,
        early_closure=None,
        versions=(title,),
        organisers=(),
        funding_total=Decimal(row["funding_total_eur"]),
        funding_updated=None,
        sponsors=(),
        reading=Reading(closed, status in CERTIFIED, tuple(counts)) if counts else None,
    )
