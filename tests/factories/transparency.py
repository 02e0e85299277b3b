"""Ledgers of sponsors for tests, made the way coordinators make them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from campaigns.actions.transparency import Gift, Help, add_contribution, add_help, add_sponsor, open_ledger
from campaigns.actions.transparency_alarms import queue_ledger_alarms
from campaigns.models import Campaign, Contribution, Ledger, Sponsor, UnpaidHelp
from campaigns.transparency_enums import SponsorKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOON.date()


def make_ledger(campaign: Campaign, *, starts_date: date = date(2026, 1, 15), **fields: Any) -> Ledger:
    """Open a ledger; due for the first time two months after ``starts_date``."""
    ledger = open_ledger(campaign=campaign, starts_date=starts_date, is_public=True, by="tests")
    Ledger.objects.filter(pk=ledger.pk).update(**fields)
    return Ledger.objects.get(pk=ledger.pk)


def make_sponsor(ledger: Ledger, name: str = "Foundation", kind: SponsorKind = SponsorKind.ORGANISATION) -> Sponsor:
    return add_sponsor(ledger=ledger, name=name, kind=kind, by="tests")


def make_person(ledger: Ledger, name: str = "Pat Private") -> Sponsor:
    return make_sponsor(ledger, name, SponsorKind.PERSON)


def give(sponsor: Sponsor, amount: str, *, at: datetime = NOON, **told: Any) -> Contribution:
    """Write down a contribution received on the day of ``at``."""
    fields = {"corrects": told.pop("corrects", None), "by": told.pop("by", "tests")}
    gift = Gift(Decimal(amount), **{"received_date": at.date(), **told})
    return add_contribution(sponsor=sponsor, gift=gift, at=at, **fields)


def make_help(ledger: Ledger, organisation: str = "Helpers", what: str = "A room", **told: Any) -> UnpaidHelp:
    told = {"since_date": TODAY, **told}
    return add_help(ledger=ledger, told=Help(organisation, what, **told), by="tests", at=NOON)


def queue_ledger_texts(campaign: Campaign, at: datetime) -> None:
    """Queue one mail of each text a ledger sends."""
    ledger = make_ledger(campaign, starts_date=date(2020, 1, 1))
    give(make_sponsor(ledger), "501", at=at)
    give(make_person(ledger), "501", at=at)
    queue_ledger_alarms(at=at)
