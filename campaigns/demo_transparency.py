"""The demo campaign's ledger: every sponsor and helper invented, and named so that nobody takes one for real."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from campaigns.actions.transparency import settle_ledger
from campaigns.demo import DAYS, SLUG
from campaigns.models import Campaign, Contribution, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.selectors.transparency import figures_now
from campaigns.transparency_enums import LedgerPlace, SponsorKind

# (name, kind, has agreed to be named, [(euros, days ago, in kind)]): two organisations and one person are above the
# threshold; one organisation stands on it exactly and is therefore not named.
_SPONSORS = (
    ("Invented Foundation (demo)", SponsorKind.ORGANISATION, False, [("4000.00", 70, False), ("1500.00", 20, False)]),
    ("Imaginary Printers (demo)", SponsorKind.ORGANISATION, False, [("350.00", 60, True), ("275.50", 9, True)]),
    ("Example Person One (demo)", SponsorKind.PERSON, False, [("260.00", 64, False), ("260.00", 33, False)]),
    ("Made-up Club (demo)", SponsorKind.ORGANISATION, False, [("500.00", 50, False)]),
    ("Example Person Two (demo)", SponsorKind.PERSON, False, [("40.00", 48, False)]),
    ("Example Person Three (demo)", SponsorKind.PERSON, True, [("120.00", 12, False)]),
)
_HELPS = (
    ("Fictitious Federation (demo)", "Meeting rooms and its mailing list", 65, None),
    ("Pretend Translators (demo)", "Translations into six languages", 55, 10),
)
_PUBLISHED_DAYS_AGO = 57


@transaction.atomic
def load_demo_transparency(*, at: datetime | None = None) -> Ledger | None:
    """Make the demo campaign's ledger, last brought up to date 57 days ago; a second call adds nothing.

    Load the campaign before; without it there is nothing to do.
    """
    at = at or timezone.now()
    today = timezone.localtime(at).date()
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    if campaign is None:
        return None
    ledger, is_new = Ledger.objects.get_or_create(
        campaign=campaign,
        defaults={"starts_date": today - timedelta(days=DAYS), "is_generated": True, "changed_at": at},
    )
    if not is_new:
        return ledger
    sponsors = [
        _sponsor(ledger, name, kind, today if has_agreed else None) for name, kind, has_agreed, _given in _SPONSORS
    ]
    gifts = [
        (days, sponsor, Decimal(amount), is_in_kind)
        for sponsor, (_name, _kind, _agreed, given) in zip(sponsors, _SPONSORS, strict=True)
        for amount, days, is_in_kind in given
    ]
    for organisation, what, since, until in _HELPS:
        UnpaidHelp.objects.create(
            ledger=ledger,
            organisation=organisation,
            what=what,
            since_date=today - timedelta(days=since),
            until_date=None if until is None else today - timedelta(days=until),
            is_generated=True,
        )
    published_at = at - timedelta(days=_PUBLISHED_DAYS_AGO)
    _give([gift for gift in gifts if gift[0] > _PUBLISHED_DAYS_AGO], today)
    settle_ledger(ledger=ledger, at=published_at, tells=False)
    _publish(ledger, published_at)
    _give([gift for gift in gifts if gift[0] <= _PUBLISHED_DAYS_AGO], today)
    settle_ledger(ledger=ledger, at=at, tells=False)
    return ledger


def _sponsor(ledger: Ledger, name: str, kind: SponsorKind, agreed: date | None) -> Sponsor:
    sponsor = Sponsor(ledger=ledger, kind=kind, is_generated=True, agreed_date=agreed)
    sponsor.set_name(name)
    sponsor.save()
    return sponsor


def _give(gifts: list[tuple[int, Sponsor, Decimal, bool]], today: date) -> None:
    for days, sponsor, amount, is_in_kind in gifts:
        Contribution.objects.create(
            sponsor=sponsor,
            amount=amount,
            received_date=today - timedelta(days=days),
            is_in_kind=is_in_kind,
            is_generated=True,
        )


def _publish(ledger: Ledger, at: datetime) -> None:
    """Say that the ledger was brought up to date everywhere at a moment that is over."""
    rows = [
        Publication.objects.create(
            ledger=ledger,
            place=place,
            published_date=timezone.localtime(at).date(),
            figures=figures_now(ledger),
            is_generated=True,
        )
        for place in LedgerPlace
    ]
    Publication.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=at)
