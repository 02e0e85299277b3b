"""What changes a campaign's ledger: entries are added, corrected by further ones and taken back, never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.transparency_alarms import tell_of_crossing
from campaigns.models import Campaign, Contribution, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.selectors.transparency import figures_now
from campaigns.transparency_enums import LedgerPlace, SponsorKind
from campaigns.transparency_rules import name_key, rule_on
from core import audit
from core.locks import hold_lock

if TYPE_CHECKING:
    from accounts.models import User

Entry = TypeVar("Entry", Contribution, UnpaidHelp)


class LedgerRefused(Exception):
    """The entry does not fit; the message is a sentence for the person."""


@dataclass(frozen=True)
class Gift:
    """What one contribution says: a sum in euros with cents, or what a thing given is worth."""

    amount: Decimal
    received_date: date
    is_in_kind: bool = False
    note: str = ""


@dataclass(frozen=True)
class Help:
    """What one organisation does without money, and since when."""

    organisation: str
    what: str
    since_date: date
    until_date: date | None = None
    note: str = ""


@transaction.atomic
def open_ledger(*, campaign: Campaign, starts_date: date, is_public: bool, by: "User | str") -> Ledger:
    """Begin a campaign's ledger and return it; one that is there already is returned as it stands."""
    ledger, is_new = Ledger.objects.get_or_create(
        campaign=campaign, defaults={"starts_date": starts_date, "is_public": is_public}
    )
    if is_new:
        audit.record("campaigns.ledger.created", by=by, target=ledger, is_public=is_public)
    return ledger


@transaction.atomic
def add_sponsor(
    *, ledger: Ledger, name: str, kind: SponsorKind, by: "User | str", agreed_date: date | None = None
) -> Sponsor:
    """Add a sponsor and return it. Raises LedgerRefused when one of that name is in the ledger already."""
    _lock(ledger)
    sponsor = Sponsor(ledger=ledger, kind=kind, is_generated=ledger.is_generated)
    _name(sponsor, name)
    sponsor.agreed_date = agreed_date if kind == SponsorKind.PERSON else None
    sponsor.save()
    audit.record("campaigns.sponsor.created", by=by, target=sponsor, kind=str(kind))
    return sponsor


@transaction.atomic
def change_sponsor(
    *, sponsor: Sponsor, name: str, kind: SponsorKind, agreed_date: date | None, by: "User | str", at: datetime
) -> Sponsor:
    """Spell a sponsor's name anew, say what it is, or whether our page may name them. Sums stay as they are.

    Raises LedgerRefused when another sponsor of the ledger has that name.
    """
    _lock(sponsor.ledger)
    told = {"name": name.strip(), "kind": kind, "agreed_date": agreed_date if kind == SponsorKind.PERSON else None}
    changed = [field for field, value in told.items() if getattr(sponsor, field) != value]
    if not changed:
        return sponsor
    _name(sponsor, name)
    sponsor.kind, sponsor.agreed_date = kind, told["agreed_date"]
    sponsor.save(update_fields=["name", "key", "kind", "agreed_date"])
    _touch(sponsor.ledger, at)
    audit.record("campaigns.sponsor.changed", by=by, target=sponsor, fields=changed)
    return sponsor


@transaction.atomic
def forget_sponsor(*, sponsor: Sponsor, by: "User | str", at: datetime) -> Sponsor:
    """Take a private person's name and what was noted of them out for good; the sums stay. Twice changes nothing.

    Raises LedgerRefused for an organisation: that is no personal data, and the law wants it named.
    """
    _lock(sponsor.ledger)
    if not sponsor.is_private:
        raise LedgerRefused(_("Only the name of a private person can be taken out."))
    if not sponsor.name:
        return sponsor
    sponsor.name, sponsor.key, sponsor.agreed_date = "", f"#{sponsor.pk}", None
    sponsor.save(update_fields=["name", "key", "agreed_date"])
    sponsor.contributions.exclude(note="").update(note="")
    _touch(sponsor.ledger, at)
    audit.record("campaigns.sponsor.forgotten", by=by, target=sponsor)
    return sponsor


@transaction.atomic
def add_contribution(
    *,
    sponsor: Sponsor,
    gift: Gift,
    by: "User | str",
    at: datetime,
    corrects: Contribution | None = None,
    entry_key: UUID | None = None,
) -> Contribution:
    """Write down what a sponsor gave, and return the row. Coordinators are told when it lifts the sponsor above.

    With ``corrects`` the new row stands instead of that one, which may be another sponsor's. The same ``entry_key``
    again returns the first row. Raises LedgerRefused for a sum that is none, or a day that has not come.
    """
    _lock(sponsor.ledger)
    entry_key = entry_key or uuid4()
    if known := Contribution.objects.filter(entry_key=entry_key, sponsor__ledger=sponsor.ledger).first():
        return known
    if gift.amount <= 0 or gift.amount != gift.amount.quantize(Decimal("0.01")):
        raise LedgerRefused(_("Write the sum in euros and cents, above zero."))
    if gift.received_date > timezone.localtime(at).date():
        raise LedgerRefused(_("This day has not come yet."))
    if corrects is not None:
        if corrects.sponsor.ledger_id != sponsor.ledger_id:
            raise LedgerRefused(_("This entry belongs to another ledger."))
        _only_standing(corrects)
    row = Contribution.objects.create(
        sponsor=sponsor,
        amount=gift.amount,
        received_date=gift.received_date,
        is_in_kind=gift.is_in_kind,
        note=gift.note,
        corrects=corrects,
        entry_key=entry_key,
        entered_by=_person(by),
        is_generated=sponsor.is_generated,
    )
    _settle_each(sponsor.pk, corrects.sponsor_id if corrects else None, at=at)
    _touch(sponsor.ledger, at)
    if corrects is None:
        audit.record("campaigns.contribution.created", by=by, target=row)
    else:
        audit.record("campaigns.contribution.corrected", by=by, target=row)
    return row


@transaction.atomic
def add_gift_of_new(
    *, ledger: Ledger, name: str, kind: SponsorKind, gift: Gift, by: "User | str", at: datetime, entry_key: UUID
) -> Contribution:
    """Write down a first contribution together with who gave it; the same ``entry_key`` again returns the first row.

    Raises LedgerRefused as `add_sponsor` and `add_contribution` do, and then keeps neither.
    """
    _lock(ledger)
    known = Contribution.objects.filter(entry_key=entry_key, sponsor__ledger=ledger).first()
    if known is not None:
        return known
    sponsor = add_sponsor(ledger=ledger, name=name, kind=kind, by=by)
    return add_contribution(sponsor=sponsor, gift=gift, by=by, at=at, entry_key=entry_key)


@transaction.atomic
def undo_contribution(*, contribution: Contribution, reason: str, by: "User | str", at: datetime) -> Contribution:
    """Take a contribution out of every sum; the row stays with who took it back and why. Twice changes nothing.

    What it corrected stands again. Raises LedgerRefused when it was corrected itself: take back the correction first.
    """
    ledger = contribution.sponsor.ledger
    _lock(ledger)
    contribution.refresh_from_db()
    if not _take_back(contribution, reason, by, at):
        return contribution
    before = contribution.corrects.sponsor_id if contribution.corrects else None
    _settle_each(contribution.sponsor_id, before, at=at)
    _touch(ledger, at)
    audit.record("campaigns.contribution.undone", by=by, target=contribution)
    return contribution


@transaction.atomic
def add_help(
    *,
    ledger: Ledger,
    told: Help,
    by: "User | str",
    at: datetime,
    corrects: UnpaidHelp | None = None,
    entry_key: UUID | None = None,
) -> UnpaidHelp:
    """Write down that an organisation helps without money; with ``corrects`` instead of that row.

    The same ``entry_key`` again returns the first row. Raises LedgerRefused when it ends before it begins, or what it
    corrects does not stand.
    """
    _lock(ledger)
    entry_key = entry_key or uuid4()
    if known := UnpaidHelp.objects.filter(entry_key=entry_key, ledger=ledger).first():
        return known
    if told.until_date is not None and told.until_date < told.since_date:
        raise LedgerRefused(_("The end lies before the beginning."))
    if corrects is not None:
        if corrects.ledger_id != ledger.pk:
            raise LedgerRefused(_("This entry belongs to another ledger."))
        _only_standing(corrects)
    row = UnpaidHelp.objects.create(
        ledger=ledger,
        organisation=told.organisation.strip(),
        what=told.what,
        since_date=told.since_date,
        until_date=told.until_date,
        note=told.note,
        corrects=corrects,
        entry_key=entry_key,
        entered_by=_person(by),
        is_generated=ledger.is_generated,
    )
    _touch(ledger, at)
    if corrects is None:
        audit.record("campaigns.unpaid_help.created", by=by, target=row)
    else:
        audit.record("campaigns.unpaid_help.corrected", by=by, target=row)
    return row


@transaction.atomic
def undo_help(*, row: UnpaidHelp, reason: str, by: "User | str", at: datetime) -> UnpaidHelp:
    """Take back an entry of help; what it corrected stands again. Twice changes nothing. Raises LedgerRefused."""
    _lock(row.ledger)
    row.refresh_from_db()
    if _take_back(row, reason, by, at):
        _touch(row.ledger, at)
        audit.record("campaigns.unpaid_help.undone", by=by, target=row)
    return row


@transaction.atomic
def record_publication(
    *, ledger: Ledger, places: list[LedgerPlace], on: date, by: "User | str", at: datetime
) -> list[Publication]:
    """Write down that the ledger was brought up to date in these places on a day; the same day twice is one row.

    Raises LedgerRefused for no place, a day to come, or one before the duty began.
    """
    _lock(ledger)
    if not places:
        raise LedgerRefused(_("Say where it was brought up to date."))
    if on > timezone.localtime(at).date():
        raise LedgerRefused(_("This day has not come yet."))
    if on < ledger.starts_date:
        raise LedgerRefused(_("The duty began after this day."))
    figures = figures_now(ledger)
    rows = []
    for place in places:
        row, is_new = Publication.objects.get_or_create(
            ledger=ledger,
            place=place,
            published_date=on,
            undone_at=None,
            defaults={"figures": figures, "by": _person(by), "is_generated": ledger.is_generated},
        )
        if is_new:
            audit.record("campaigns.publication.created", by=by, target=row, place=str(place), on=on.isoformat())
        rows.append(row)
    return rows


@transaction.atomic
def undo_publication(*, publication: Publication, by: "User | str", at: datetime) -> Publication:
    """Say that the ledger was not brought up to date then after all. Twice changes nothing."""
    _lock(publication.ledger)
    publication.refresh_from_db()
    if publication.undone_at is None:
        publication.undone_at, publication.undone_by = at, _person(by)
        publication.save(update_fields=["undone_at", "undone_by"])
        audit.record("campaigns.publication.undone", by=by, target=publication)
    return publication


@transaction.atomic
def settle_ledger(*, ledger: Ledger, at: datetime, tells: bool = True) -> None:
    """Sum up every sponsor anew, as after a change of the law's threshold; who is newly above it is told of."""
    _lock(ledger)
    _settle(ledger.sponsors.all(), at, tells=tells)


def _settle(sponsors: QuerySet[Sponsor], at: datetime, *, tells: bool = True) -> None:
    """Store each sponsor's sum, and since when it is above. Added up here: sums of a database may be floats."""
    rule = rule_on(timezone.localtime(at).date())
    totals: dict[int, Decimal] = {}
    standing = Contribution.objects.filter(sponsor__in=sponsors).standing()
    for pk, amount in standing.values_list("sponsor_id", "amount"):
        totals[pk] = totals.get(pk, Decimal(0)) + amount
    for sponsor in sponsors.select_related("ledger__campaign").order_by("pk"):
        total = totals.get(sponsor.pk, Decimal(0))
        was_above, is_above = sponsor.crossed_at is not None, rule.names(total)
        if (sponsor.total, was_above) == (total, is_above):
            continue
        sponsor.total = total
        if is_above != was_above:
            sponsor.crossed_at = at if is_above else None
        sponsor.save(update_fields=["total", "crossed_at"])
        if is_above and not was_above and tells:
            tell_of_crossing(sponsor, at=at)


def _settle_each(*pks: int | None, at: datetime) -> None:
    _settle(Sponsor.objects.filter(pk__in=[pk for pk in pks if pk is not None]), at)


def _lock(ledger: Ledger) -> None:
    hold_lock(f"ledger:{ledger.pk}")


def _name(sponsor: Sponsor, name: str) -> None:
    key = name_key(name)
    if not key:
        raise LedgerRefused(_("Write the sponsor's name."))
    if Sponsor.objects.filter(ledger=sponsor.ledger, key=key).exclude(pk=sponsor.pk).exists():
        raise LedgerRefused(_("A sponsor of this name is in the ledger already: choose it from the list."))
    sponsor.set_name(name.strip())


def _only_standing(row: Contribution | UnpaidHelp) -> None:
    if not type(row).objects.filter(pk=row.pk).standing().exists():
        raise LedgerRefused(_("This entry was corrected or taken back before."))


def _take_back(row: Entry, reason: str, by: "User | str", at: datetime) -> bool:
    """Mark a row as taken back; False when it was before."""
    if row.undone_at is not None:
        return False
    _only_standing(row)
    row.undone_at, row.undone_by, row.undone_reason = at, _person(by), reason
    row.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    return True


def _touch(ledger: Ledger, at: datetime) -> None:
    ledger.changed_at = at
    ledger.save(update_fields=["changed_at"])


def _person(by: "User | str") -> Any:
    return None if isinstance(by, str) else by
