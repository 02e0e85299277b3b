"""What the wall of partners and a partner's own page show."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from campaigns.enums import Grain, Metric, PartnerRole
from campaigns.models import Petition, PledgeKind, Tally
from campaigns.pledge_opening import Opening
from campaigns.selectors.sources import clean_source_code, partnership_of_source
from campaigns.selectors.tallies import live_switches
from campaigns.zones import local_day
from cms.addresses import absolute
from cms.event_links import page_of
from cms.models.petition_page import PetitionPage
from cms.models.pledge_page import PledgePage
from cms.partner_schema import organization_schema
from cms.partner_wall import by_country, counted, country_name, tiles_of
from cms.partner_wall import logo_address as public_logo
from cms.petition_context import SOURCE_PLACEHOLDER
from coalition.models import PartnerGoal
from coalition.selectors.public_partners import PublicPartner, own_code
from events.models import Event

if TYPE_CHECKING:
    from cms.models import PartnersPage

MOST_EVENTS = 6
FEWEST = 10  # a figure below it is not shown, and others in whole tens: nobody is told apart by it


@dataclass(frozen=True)
class Shown:
    """Whose page is drawn, in which language, when, and the code its links carry."""

    partner: PublicPartner
    language: str
    at: datetime
    code: str


@dataclass(frozen=True)
class Way:
    """A page on which people sign or promise."""

    title: str
    label: str
    language: str
    path: str
    is_pledge: bool


@dataclass(frozen=True)
class Figure:
    """What came by a partner, rounded down to tens. ``target``: its own goal, None without one."""

    metric: str
    count: int
    target: int | None
    counted_at: datetime


@dataclass(frozen=True)
class ComingEvent:
    title: str
    language: str
    path: str
    when: datetime
    where: str


def wall_context(page: "PartnersPage") -> dict[str, Any]:
    """Return the template's context for the wall."""
    tiles = tiles_of(page.campaign, page.locale.language_code)
    return {"countries": by_country(tiles), "counted": counted(tiles), "source": SOURCE_PLACEHOLDER}


def partner_context(
    page: "PartnersPage",
    partner: PublicPartner,
    context: dict[str, Any],
    request: HttpRequest,
    *,
    logo_address: str | None = None,
) -> dict[str, Any]:
    """Return the template's context for one partner. ``context`` is the page's own: its addresses are carried on."""
    language, partnership = page.locale.language_code, partner.partnership
    organisation = partnership.organisation
    tail = page.tail_of(partnership)
    url = f"{context['canonical_url']}{tail}"
    summary = partner.summary(language)
    token = partner.logo.token if partner.logo else ""
    card = absolute(public_logo(token, "card.jpg")) if token else ""
    return {
        "partner": partner,
        "shown": Shown(partner, language, timezone.now(), _code(partner, request)),
        "summary": summary,
        "words": partner.words(language),
        "country": country_name(organisation.country) if organisation.country else "",
        "role": "" if partnership.role == PartnerRole.PARTNER else partnership.get_role_display(),
        "logo_url": (logo_address or public_logo(token, "large.webp")) if token else "",
        "shared_title": partner.name,
        "shared_text": summary.text if summary else page.introduction,
        "shared_image": card,
        "canonical_url": url,
        "alternates": [
            each._replace(path=f"{each.path}{tail}", url=f"{each.url}{tail}") for each in context["alternates"]
        ],
        "list_url": page.get_url(request),
        "source": SOURCE_PLACEHOLDER,
        "schema": organization_schema(
            partner, summary, url=url, logo=absolute(public_logo(token, "large.webp")) if token else ""
        ),
    }


def _code(partner: PublicPartner, request: HttpRequest) -> str:
    """Return the code the page's links carry: the partner's own, or the one of its codes by which the visit came.

    Pages are kept per partner whose link was followed, so a visit by another code of the same partner may keep it.
    """
    came_by = clean_source_code(request.GET.get("s", ""))
    if came_by and partnership_of_source(came_by) == partner.partnership.pk:
        return SOURCE_PLACEHOLDER
    return own_code(partner.partnership)


def ways_to_take_part(shown: Shown) -> list[Way]:
    """Return what the campaign takes now, petitions and pledges, each by its page nearest to the reader's language."""
    campaign = shown.partner.partnership.campaign_id
    petitions = Petition.objects.open(shown.at).filter(campaign=campaign).values("pk")
    signing = PetitionPage.objects.live().public().filter(petition__in=petitions)
    kinds = PledgeKind.objects.filter(campaign=campaign).select_related("campaign", "election", "initiative")
    taken = [kind.pk for kind in kinds if _takes_pledges(kind, shown.at)]
    promising = PledgePage.objects.live().public().filter(pledge_kind__in=taken)
    return [*_ways(signing, "petition_id", shown), *_ways(promising, "pledge_kind_id", shown)]


def _takes_pledges(kind: PledgeKind, at: datetime) -> bool:
    today = local_day(at, kind.campaign)
    return not Opening(today, kind.last_day, kind.is_open, is_called_off=kind.is_called_off).closed


def _ways(pages: Any, column: str, shown: Shown) -> list[Way]:
    found: dict[int, dict[str, Any]] = {}
    for page in pages.select_related("locale").order_by("pk"):
        found.setdefault(getattr(page, column), {}).setdefault(page.locale.language_code, page)
    nearest = [versions.get(shown.language) or next(iter(versions.values())) for versions in found.values()]
    query = f"?s={shown.code}" if shown.code else ""
    return [
        Way(
            page.title,
            page.form_heading,
            page.locale.language_code,
            f"{page.get_url()}{query}",
            isinstance(page, PledgePage),
        )
        for page in nearest
    ]


def figures_of(shown: Shown) -> list[Figure]:
    """Return what the partner agreed to show: its signatures and promises, beside its own goals."""
    partner = shown.partner
    if not partner.shows_figure or not live_switches().shows_live_counts:
        return []
    rows = Tally.objects.by(Grain.PARTNER).filter(
        campaign=partner.partnership.campaign_id,
        partnership=partner.partnership.pk,
        metric__in=[Metric.SIGNATURES, Metric.PLEDGES],
    )
    sums = rows.order_by().values_list("metric").annotate(Sum("count"), Max("counted_at"))
    goals = dict(PartnerGoal.objects.filter(partnership=partner.partnership).values_list("metric", "target"))
    return [
        Figure(metric, count // 10 * 10, goals.get(metric), counted_at)
        for metric, count, counted_at in sorted(sums, reverse=True)
        if count >= FEWEST
    ]


def events_of(shown: Shown) -> list[ComingEvent]:
    """Return the partner's next public events of this campaign."""
    partnership = shown.partner.partnership
    rows = Event.objects.public().filter(
        campaign=partnership.campaign_id, organisation=partnership.organisation_id, ends_at__gt=shown.at
    )
    found = rows.going_on().select_related("venue", "territory").prefetch_related("texts").order_by("starts_at", "pk")
    return [_coming(event, shown) for event in found[:MOST_EVENTS]]


def _coming(event: Event, shown: Shown) -> ComingEvent:
    words = event.words(shown.language)
    path = page_of(event, shown.language)
    query = f"?s={shown.code}" if shown.code and path else ""
    when = event.starts_at.astimezone(event.zone)
    return ComingEvent(words.title, words.language, f"{path}{query}", when, event.where)
