"""What everybody may read of a campaign: tallies and public readings, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from campaigns.enums import Metric
from campaigns.initiative_rules import COUNTRIES_NEEDED, STATEMENTS_NEEDED
from campaigns.models import Campaign, Initiative, Petition, PledgeKind, Tally
from campaigns.petition_rules import shown_count, shown_goal
from campaigns.registration_course import Figure
from campaigns.selectors.initiatives import InitiativeLine, initiative_lines
from campaigns.selectors.pages import PageLink
from campaigns.selectors.registration_figures import standing_figures
from campaigns.selectors.tallies import Count, live_switches

NOTHING = Count(0, None)


@dataclass(frozen=True)
class PetitionCount:
    """How far a petition is. ``count`` None: below what its staff show, or no live counts are shown now."""

    petition: Petition
    pages: list[PageLink]
    count: int | None
    goal: int
    as_of: datetime | None
    is_open: bool


@dataclass(frozen=True)
class PledgeCount:
    """Pledges of one kind. ``kept`` is what people told us themselves: nobody but an authority knows."""

    kind: PledgeKind
    promises: dict[str, str]
    pledged: int | None
    kept: int | None
    as_of: datetime | None


@dataclass(frozen=True)
class CampaignLine:
    """One campaign in a list."""

    campaign: Campaign
    pages: list[PageLink]


@dataclass(frozen=True)
class CampaignDetail:
    """A campaign, and what figures there are of it."""

    campaign: Campaign
    pages: list[PageLink]
    petitions: list[tuple[Petition, list[PageLink]]]
    initiatives: list[Initiative]


@dataclass(frozen=True)
class CampaignProgress:
    """All public figures of one campaign. ``registrations`` None: no election, or nothing published yet."""

    campaign: Campaign
    pages: list[PageLink]
    petitions: list[PetitionCount]
    pledges: list[PledgeCount]
    registrations: Figure | None
    initiatives: list[InitiativeLine]


def published() -> Any:
    """Return what live pages show (settings.PUBLISHED)."""
    return import_string(settings.PUBLISHED)()


def public_campaigns(shown: Any) -> QuerySet[Campaign]:
    """Return the campaigns that live pages open to everybody are about."""
    return Campaign.objects.filter(shown.campaigns).select_related("organisation", "election__territory")


def campaign_lines(*, before: int | None, limit: int) -> list[CampaignLine]:
    """Return up to ``limit`` public campaigns, the newest first, those older than the id ``before``."""
    shown = published()
    rows = public_campaigns(shown).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[:limit])
    pages = shown.pages_of_campaigns(one.pk for one in found)
    return [CampaignLine(one, pages.get(one.pk, [])) for one in found]


def campaign_detail(slug: str) -> CampaignDetail | None:
    """Return a public campaign; None for one that is not."""
    shown = published()
    campaign = public_campaigns(shown).filter(slug=slug).first()
    if campaign is None:
        return None
    petitions = _petitions(shown, campaign)
    return CampaignDetail(
        campaign=campaign,
        pages=shown.pages_of_campaigns([campaign.pk]).get(campaign.pk, []),
        petitions=petitions,
        initiatives=_initiatives(campaign),
    )


def campaign_progress(slug: str, *, at: datetime) -> CampaignProgress | None:
    """Return the figures of a public campaign; None for one that is not."""
    shown = published()
    campaign = public_campaigns(shown).filter(slug=slug).first()
    if campaign is None:
        return None
    tallies = _totals(campaign)
    today = timezone.localdate(at)
    election = campaign.election
    return CampaignProgress(
        campaign=campaign,
        pages=shown.pages_of_campaigns([campaign.pk]).get(campaign.pk, []),
        petitions=[
            _petition_count(petition, pages, tallies.get((petition.pk, None, Metric.SIGNATURES), NOTHING), at)
            for petition, pages in _petitions(shown, campaign)
        ],
        pledges=[_pledge_count(kind, tallies) for kind in _kinds(shown, campaign)],
        registrations=standing_figures([election], on=today).get(election.pk) if election else None,
        initiatives=initiative_lines(_initiatives(campaign), on=today, language="en"),
    )


def petition_progress(key: str, *, at: datetime) -> PetitionCount | None:
    """Return how far a public petition is, by its id or by the last part of a page's address.

    None for one that is not public, and for a part that pages of several petitions share.
    """
    shown = published()
    ids = [int(key)] if key.isascii() and key.isdecimal() and len(key) < 19 else shown.petitions_at(key)
    petition = Petition.objects.filter(shown.petitions, pk__in=ids).first() if len(ids) == 1 else None
    if petition is None:
        return None
    row = Tally.objects.totals().filter(petition=petition, metric=Metric.SIGNATURES)
    values = row.values_list("count", "counted_at").first()
    pages = shown.pages_of_petitions([petition.pk]).get(petition.pk, [])
    return _petition_count(petition, pages, Count(*values) if values else NOTHING, at)


def _petitions(shown: Any, campaign: Campaign) -> list[tuple[Petition, list[PageLink]]]:
    rows = list(Petition.objects.filter(shown.petitions, campaign=campaign).order_by("pk"))
    pages = shown.pages_of_petitions(row.pk for row in rows)
    return [(row, pages.get(row.pk, [])) for row in rows]


def _kinds(shown: Any, campaign: Campaign) -> Iterable[PledgeKind]:
    rows = PledgeKind.objects.filter(shown.pledge_kinds, campaign=campaign)
    return rows.order_by("pk").prefetch_related("texts")


def _initiatives(campaign: Campaign) -> list[Initiative]:
    return list(Initiative.objects.public().filter(campaign=campaign))


def _totals(campaign: Campaign) -> dict[tuple[int | None, int | None, str], Count]:
    rows = Tally.objects.totals().filter(
        campaign=campaign, metric__in=[Metric.SIGNATURES, Metric.PLEDGES, Metric.PLEDGES_ACTED]
    )
    columns = rows.values_list("petition_id", "pledge_kind_id", "metric", "count", "counted_at")
    return {(petition, kind, metric): Count(count, at) for petition, kind, metric, count, at in columns}


def _petition_count(petition: Petition, pages: list[PageLink], count: Count, at: datetime) -> PetitionCount:
    told = _told(count.value, petition.minimum_shown)
    # A hidden count must not be told by the goal beside it.
    goal = shown_goal(told or 0, petition.goal_steps)
    return PetitionCount(petition, pages, told, goal, count.as_of, petition.is_open(at))


def _pledge_count(kind: PledgeKind, tallies: dict[tuple[int | None, int | None, str], Count]) -> PledgeCount:
    made = tallies.get((None, kind.pk, Metric.PLEDGES), NOTHING)
    kept = tallies.get((None, kind.pk, Metric.PLEDGES_ACTED), NOTHING)
    promises = {text.language: text.promise for text in kind.texts.all()}
    return PledgeCount(
        kind, promises, _told(made.value, kind.minimum_shown), _told(kept.value, kind.minimum_shown), made.as_of
    )


def _told(count: int, minimum: int) -> int | None:
    return shown_count(count, minimum) if live_switches().shows_live_counts else None


@dataclass(frozen=True)
class RegistrationSaid:
    """An official figure as it is written: the day or the month, and the rate with the decimals published."""

    as_of: str
    rate: str | None


def registration_said(figure: Figure) -> RegistrationSaid:
    """Return how an official figure is written: 26 and 26.0 percent do not claim the same."""
    day: date = figure.as_of.day
    as_of = f"{day:%Y-%m}" if figure.as_of.is_month_only else day.isoformat()
    rate = None
    if figure.rate is not None:
        rate = str(figure.rate.quantize(Decimal(1).scaleb(-figure.rate_places)))
    return RegistrationSaid(as_of, rate)


THRESHOLDS = {"statements": STATEMENTS_NEEDED, "countries": COUNTRIES_NEEDED}
