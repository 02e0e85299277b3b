"""What a campaign's ledger says: to the public, to staff, against the public register, and what is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Contribution, Initiative, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.transparency_enums import LedgerPlace, SponsorKind
from campaigns.transparency_rules import Difference, TransparencyRule, differences_between, rule_on

if TYPE_CHECKING:
    from accounts.models import User

# Days before the two months are over on which coordinators are told, the most urgent first.
THRESHOLDS = (0, 7)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sums:
    """How many gave how much; ``below_*`` are those whom the law does not name."""

    total: Decimal
    above_count: int
    below_count: int
    below_total: Decimal


@dataclass(frozen=True)
class LedgerPage:
    """Everything the public page and its files show. ``above`` holds sponsors with their ``gifts``."""

    ledger: Ledger
    rule: TransparencyRule
    sums: Sums
    above: tuple[Sponsor, ...]
    helps: tuple[UnpaidHelp, ...]
    initiatives: tuple[Initiative, ...]
    register_date: date | None
    site_date: date | None

    @property
    def is_empty(self) -> bool:
        return not self.above and not self.helps and not self.sums.below_count

    @property
    def has_unnamed(self) -> bool:
        return any(not sponsor.public_name for sponsor in self.above)


def sums_of(ledger: Ledger) -> Sums:
    """Return the ledger's sums in one query. Sums of the database are put back to cents: SQLite adds up floats."""
    below = Q(crossed_at__isnull=True, total__gt=0)
    told = Sponsor.objects.filter(ledger=ledger).aggregate(
        in_all=Sum("total"),
        above=Count("pk", filter=Q(crossed_at__isnull=False)),
        below=Count("pk", filter=below),
        below_total=Sum("total", filter=below),
    )
    return Sums(_cents(told["in_all"]), told["above"], told["below"], _cents(told["below_total"]))


def _cents(total: Decimal | None) -> Decimal:
    return (total or Decimal(0)).quantize(CENT)


def figures_now(ledger: Ledger) -> dict[str, Any]:
    """Return what a publication keeps: sums as text by the sponsors' ids, without a name."""
    sums = sums_of(ledger)
    above = Sponsor.objects.filter(ledger=ledger).above().values_list("pk", "total")
    return {
        "total": str(sums.total),
        "below_count": sums.below_count,
        "below_total": str(sums.below_total),
        "sponsors": {str(pk): str(total) for pk, total in above},
    }


def with_gifts(sponsors: Any) -> Any:
    """Return the sponsors with their standing contributions in ``gifts``, the first first."""
    return sponsors.prefetch_related(
        Prefetch("contributions", queryset=Contribution.objects.standing(), to_attr="gifts")
    )


def ledger_page(ledger: Ledger, *, on: date) -> LedgerPage:
    """Return what the public sees of a ledger. Six queries, whatever its size: who is below is only counted."""
    dated = Ledger.objects.with_last_publications().get(pk=ledger.pk)
    return LedgerPage(
        ledger=ledger,
        rule=rule_on(on),
        sums=sums_of(ledger),
        above=tuple(with_gifts(ledger.sponsors.above().largest_first())),
        helps=tuple(ledger.helps.standing()),
        initiatives=tuple(ledger.campaign.initiatives.public()),
        register_date=dated.register_date,  # type: ignore[attr-defined]
        site_date=dated.site_date,  # type: ignore[attr-defined]
    )


def public_ledger_of(campaign_id: int | None) -> Ledger | None:
    """Return the ledger of a campaign that the public site shows, if it keeps one."""
    if campaign_id is None:
        return None
    return Ledger.objects.public().filter(campaign=campaign_id).select_related("campaign").first()


class Urgency(Enum):
    """How an alarm is shown."""

    SOON = "soon"
    NOW = "now"


@dataclass(frozen=True)
class LedgerAlarm:
    """One reason to bring a ledger up to date. ``threshold``: ``due-7`` or ``due-0``; ``places``: where it is due."""

    ledger: Ledger
    threshold: str
    due_date: date
    places: tuple[LedgerPlace, ...]
    urgency: Urgency
    message: str


def due_dates(ledger: Ledger, *, on: date) -> dict[LedgerPlace, date]:
    """Return by which day a ledger must be up to date in each place; nothing is due once the duty is over.

    ``ledger`` comes from `with_last_publications`.
    """
    if ledger.ends_date is not None and ledger.ends_date < on:
        return {}
    rule = rule_on(on)
    last = {LedgerPlace.REGISTER: ledger.register_date, LedgerPlace.SITE: ledger.site_date}  # type: ignore[attr-defined]
    return {place: rule.due_after(day or ledger.starts_date) for place, day in last.items()}


def alarms_among(ledgers: Any, *, on: date) -> list[LedgerAlarm]:
    """Return the alarms of these ledgers on a day, the most urgent first. One query."""
    rows = ledgers.running(on).with_last_publications().select_related("campaign")
    found = [alarm for ledger in rows for alarm in _alarms_of(ledger, on)]
    return sorted(found, key=lambda alarm: (alarm.due_date, alarm.ledger.pk))


def alarms_for(user: "User", *, on: date) -> list[LedgerAlarm]:
    """Return the alarms of the ledgers a user keeps."""
    return alarms_among(Ledger.objects.changeable_by(user), on=on)


def untold_for(user: "User", *, on: date) -> list[tuple[Ledger, int]]:
    """Return the ledgers a user keeps with how many sponsors came above since the register was told last. One query."""
    told = Publication.objects.standing().filter(ledger=OuterRef("ledger"), place=LedgerPlace.REGISTER)
    kept = Ledger.objects.changeable_by(user).running(on)
    crossed = Sponsor.objects.above().filter(
        ~Exists(told.filter(created_at__gte=OuterRef("crossed_at"))), ledger__in=kept
    )
    found: dict[Ledger, int] = {}
    for sponsor in crossed.select_related("ledger__campaign").order_by("ledger"):
        found[sponsor.ledger] = found.get(sponsor.ledger, 0) + 1
    return list(found.items())


def _alarms_of(ledger: Ledger, on: date) -> Iterator[LedgerAlarm]:
    places: dict[date, list[LedgerPlace]] = {}
    for place, due in due_dates(ledger, on=on).items():
        places.setdefault(due, []).append(place)
    for due, where in places.items():
        left = (due - on).days
        threshold = next((days for days in THRESHOLDS if left <= days), None)
        if threshold is not None:
            urgency = Urgency.SOON if threshold else Urgency.NOW
            yield LedgerAlarm(ledger, f"due-{threshold}", due, tuple(where), urgency, _left(left))


def _left(days: int) -> str:
    if days > 0:
        return ngettext("to be brought up to date within %(days)s day",
                        "to be brought up to date within %(days)s days", days) % {"days": days}  # fmt: skip
    if days == 0:
        return _("to be brought up to date today at the latest")
    return ngettext("should have been brought up to date %(days)s day ago",
                    "should have been brought up to date %(days)s days ago", -days) % {"days": -days}  # fmt: skip


def changed_since(ledger: Ledger, publication: Publication | None) -> list[Sponsor]:
    """Return the sponsors whose entry in the register is no longer right: newly above, another sum, or below again."""
    told: dict[str, str] = publication.figures.get("sponsors", {}) if publication else {}
    concerned = Sponsor.objects.filter(Q(crossed_at__isnull=False) | Q(pk__in=[int(pk) for pk in told]), ledger=ledger)
    now = {str(each.pk): str(each.total) for each in concerned if each.crossed_at is not None}
    return [each for each in concerned.largest_first() if now.get(str(each.pk)) != told.get(str(each.pk))]


@dataclass(frozen=True)
class Comparison:
    """A ledger beside what the public register shows of one initiative.

    ``is_named`` is False where the ledger was generated: names nobody bears do not stand beside those of the register.
    """

    initiative: Initiative
    ours: Decimal
    theirs: Decimal | None
    register_date: date | None
    is_named: bool
    differences: tuple[Difference, ...]
    private_count: int


def compare_with_register(ledger: Ledger, initiatives: Iterable[Initiative]) -> list[Comparison]:
    """Return what differs between a ledger and the register's entries, organisations by name and sums in all."""
    above = list(ledger.sponsors.above())
    organisations = [(each.name, each.total) for each in above if each.kind == SponsorKind.ORGANISATION]
    total = sums_of(ledger).total
    return [
        Comparison(
            initiative=initiative,
            ours=total,
            theirs=initiative.funding_total,
            register_date=initiative.funding_updated_date,
            is_named=not ledger.is_generated,
            differences=() if ledger.is_generated else differences_between(organisations, _named_by(initiative)),
            private_count=len(above) - len(organisations),
        )
        for initiative in initiatives
    ]


def _named_by(initiative: Initiative) -> list[tuple[str, Decimal]]:
    return [(each["name"], Decimal(each["amount"] or 0)) for each in initiative.sponsors]
