"""What somebody is offered to campaign with: one page of cards, their own language first."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, When

from accounts.models import Membership
from campaigns.models import Campaign, Partnership, Source
from campaigns.selectors.source_links import own_link_of, short_url
from campaigns.selectors.source_pages import site_pages
from campaigns.zones import local_day
from coalition.material_enums import MaterialKind
from coalition.material_querysets import READERS
from coalition.models import Material, MaterialDownload, MaterialVersion
from coalition.source_links import made_for
from places.languages import language_name

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 30
LINK = "{link}"
_PLACE = re.compile(r"([01])\.(\d{1,5})\.(\d{1,18})\Z")


@dataclass(frozen=True)
class Place:
    """Whose toolkit it is: a partner's in its campaign, or (no partner) that of the lead's own people."""

    campaign: Campaign
    partnership: Partnership | None = None

    @property
    def title(self) -> str:
        name = self.partnership.organisation.name if self.partnership else self.campaign.organisation.name
        return f"{name} · {self.campaign.title}"


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. ``own``: the language that stands first; ``after``: where the page before ended."""

    own: str
    language: str = ""
    kind: str = ""
    after: str = ""

    def address(self, **changed: str) -> str:
        """Return the query of the same search with something changed, from its first page."""
        told = {"language": self.language, "kind": self.kind, **changed}
        return f"?{urlencode({name: value for name, value in told.items() if value})}"


@dataclass(frozen=True)
class Link:
    """The link texts are filled with. ``source``: the partner's own, by which what is shared is credited to it."""

    url: str
    source: Source | None = None


@dataclass(frozen=True)
class Card:
    """A material as it is offered: in the language looked for, and the others it has.

    ``own``: the link the partner has for this material, which stands in its text; None: the partner's own stands there.
    """

    material: Material
    version: MaterialVersion
    others: list[MaterialVersion]
    text: str = ""
    is_new: bool = False
    own: Link | None = None

    @property
    def length(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class Toolkit:
    """One page. ``languages`` and ``kinds``: what one may look for, (key, name), with what there is."""

    cards: list[Card]
    languages: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    next: str = ""
    link: Link = field(default_factory=lambda: Link(""))

    @property
    def lacks_links(self) -> bool:
        """Whether the partner has no link for one of these materials."""
        return any(card.own is None for card in self.cards)


def partner_places(user: "User") -> QuerySet[Partnership]:
    """Return the active partnerships whose toolkit the user may open: their own, and those of campaigns they keep."""
    active = Partnership.objects.active().select_related("organisation", "campaign__organisation")
    if user.is_superuser:
        return active
    mine = user.memberships.values("organisation")
    led = Campaign.objects.led_by(user, *READERS).values("pk")
    return active.filter(Q(organisation__in=mine) | Q(campaign__in=led))


def lead_places(user: "User") -> QuerySet[Campaign]:
    """Return the campaigns the user works on for the lead, in any role."""
    return Campaign.objects.led_by(user).select_related("organisation")


def own_places(user: "User") -> list[Place]:
    """Return every toolkit that is the user's own."""
    mine = user.memberships.values("organisation")
    own = partner_places(user).filter(organisation__in=mine).order_by("campaign__title", "pk")
    return [Place(each.campaign, each) for each in own] + [Place(each) for each in lead_places(user).order_by("title")]


def partner_of(user: "User", version: MaterialVersion, named: Partnership | None) -> Partnership | None:
    """Return the partner a download is counted for: ``named`` where it is the user's own; None for the lead's people.

    Nobody named: None for who works for the lead, else the first of the user's own.
    """
    campaign = version.material.campaign
    own = Partnership.objects.active().filter(
        campaign=campaign, organisation__in=user.memberships.values("organisation")
    )
    if named is not None:
        return own.filter(pk=named.pk).first()
    is_lead = Membership.objects.filter(user=user, organisation=campaign.organisation_id).exists()
    return None if is_lead else own.order_by("pk").first()


def toolkit_of(user: "User", place: Place, asked: Asked) -> Toolkit:
    """Return one page of what is offered, in a fixed number of queries."""
    offered = Material.objects.offered_to(user).filter(campaign=place.campaign)
    if place.partnership is not None:
        offered = offered.meant_for(place.partnership.organisation.country)
    versions = MaterialVersion.objects.offered().filter(material__in=offered.values("pk"))
    pairs = list(versions.order_by().values_list("language", "material__kind").distinct())
    materials, following = _page(offered, asked)
    link = link_of(place, asked.own)
    since = _last_taken(place)
    return Toolkit(
        cards=list(_cards(materials, asked, link, since, place)),
        languages=sorted(
            {(code, language_name(code)) for code, _kind in pairs},
            key=lambda pair: (pair[0] != asked.own, pair[1].casefold()),
        ),
        kinds=[(kind.value, str(kind.label)) for kind in MaterialKind if kind in {kind for _code, kind in pairs}],
        next=following,
        link=link,
    )


def newest_of(user: "User", place: Place, language: str, most: int) -> list[MaterialVersion]:
    """Return the versions put up last, those in ``language`` before all others."""
    offered = Material.objects.offered_to(user).filter(campaign=place.campaign)
    if place.partnership is not None:
        offered = offered.meant_for(place.partnership.organisation.country)
    versions = MaterialVersion.objects.offered().filter(material__in=offered.values("pk")).select_related("material")
    return list(versions.order_by(Case(When(language=language, then=0), default=1), "-uploaded_at", "-pk")[:most])


def link_of(place: Place, language: str, material: Material | None = None) -> Link:
    """Return what stands for ``{link}``: the partner's short link for the material, else the one that is its own.

    Without either it is the campaign's page, credited to nobody.
    """
    if place.partnership is not None:
        found = material_links(place, [material]).get(material.pk) if material is not None else None
        if found is not None:
            return found
        source = own_link_of(place.partnership)
        if source is not None:
            return Link(short_url(source.code), source)
    return Link(f"{settings.PUBLIC_URL}{site_pages().path_of(place.campaign.pk, '', language) or '/'}")


def material_links(place: Place, materials: list[Material]) -> dict[int, Link]:
    """Return the links the partner has for materials, by the material's id; one query."""
    if place.partnership is None:
        return {}
    names = {made_for(material.pk, place.partnership.pk): material.pk for material in materials}
    rows = Source.objects.filter(campaign=place.campaign, partnership=place.partnership, made_for__in=names)
    return {names[source.made_for]: Link(short_url(source.code), source) for source in rows}


def filled(text: str, link: Link) -> str:
    """Return a text to copy with the link in its place."""
    return text.replace(LINK, link.url)


def _page(offered: QuerySet[Material], asked: Asked) -> tuple[list[Material], str]:
    """Return one page of materials, and where the next begins behind."""
    has = MaterialVersion.objects.offered().filter(material=OuterRef("pk"))
    rows = offered.filter(Exists(has.filter(language=asked.language) if asked.language else has))
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    rows = rows.annotate(is_own=Exists(has.filter(language=asked.own)))
    found = _PLACE.match(asked.after)
    if found is not None:
        is_own, position, pk = found[1] == "1", int(found[2]), int(found[3])
        behind = Q(position__gt=position) | Q(position=position, pk__lt=pk)
        rows = rows.filter(Q(is_own=is_own) & behind | (Q(is_own=False) if is_own else Q(pk__in=[])))
    page: list[Any] = list(rows.order_by("-is_own", "position", "-pk")[: PER_PAGE + 1])
    shown = page[:PER_PAGE]
    last = shown[-1] if len(page) > PER_PAGE else None
    return shown, f"{last.is_own:d}.{last.position}.{last.pk}" if last else ""


def _cards(materials: list[Material], asked: Asked, link: Link, since: date | None, place: Place) -> "list[Card]":
    versions: dict[int, list[MaterialVersion]] = {material.pk: [] for material in materials}
    for version in MaterialVersion.objects.offered().filter(material__in=versions).order_by("language"):
        versions[version.material_id].append(version)
    # What somebody took back since the page was read is offered no longer.
    there = [material for material in materials if versions[material.pk]]
    own = material_links(place, there)
    return [
        _card(material, versions[material.pk], asked, own.get(material.pk), link, since, place) for material in there
    ]


def _card(
    material: Material,
    versions: list[MaterialVersion],
    asked: Asked,
    own: Link | None,
    link: Link,
    since: date | None,
    place: Place,
) -> Card:
    by_language = {version.language: version for version in versions}
    wanted = (asked.language, asked.own, settings.LANGUAGE_CODE)
    chosen = next((by_language[code] for code in wanted if code in by_language), versions[0])
    return Card(
        material=material,
        version=chosen,
        others=[version for version in versions if version is not chosen],
        text=filled(chosen.text, own or link),
        own=own,
        is_new=since is not None and local_day(chosen.uploaded_at, place.campaign) > since,
    )


def _last_taken(place: Place) -> date | None:
    """Return the day the partner last took anything; None: never, or it is no partner's toolkit."""
    if place.partnership is None:
        return None
    taken = MaterialDownload.objects.filter(partnership=place.partnership)
    last: date | None = taken.aggregate(last=Max("day"))["last"]
    return last
