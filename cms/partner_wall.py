"""The wall of a campaign's partners: a logo where one is approved, a name where there is none."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from campaigns.enums import PartnerRole
from campaigns.models import Campaign
from coalition.selectors.public_partners import Logo, PublicPartner, Said, public_partners
from places import country_names


@dataclass(frozen=True)
class Tile:
    """One organisation on the wall. ``path``: its own page, blank where none; ``role``: only a special one."""

    name: str
    path: str
    website: str
    logo: Logo | None
    logo_url: str
    summary: Said | None
    country: str
    role: str
    is_generated: bool


@dataclass(frozen=True)
class Country:
    """The organisations of one country; ``code`` is blank for those without one."""

    code: str
    name: str
    tiles: list[Tile]


def logo_address(token: str, name: str) -> str:
    """Return where everybody finds a logo that is on the site; ``name`` says in which size."""
    return reverse("partner_logo", args=[token, name])


def tiles_of(campaign: Campaign, language: str) -> list[Tile]:
    """Return everybody who takes part in a campaign, the leading ones first, then by name."""
    page = wall_path(campaign, language)
    return [_tile(partner, page, language) for partner in public_partners(campaign)]


def wall_path(campaign: Campaign, language: str) -> str:
    """Return the path of the campaign's page of partners nearest to a language; blank where there is none."""
    from cms.partner_links import paths_of  # the page's model needs the blocks, which need the wall

    paths = paths_of(campaign.pk)
    return paths.get(language) or paths.get(settings.LANGUAGE_CODE) or next(iter(paths.values()), "")


def _tile(partner: PublicPartner, page: str, language: str) -> Tile:
    from cms.models import PartnersPage

    partnership = partner.partnership
    organisation = partnership.organisation
    is_usual = partnership.role == PartnerRole.PARTNER
    return Tile(
        name=partner.name,
        path=f"{page}{PartnersPage.tail_of(partnership)}" if page and partner.has_page else "",
        website=partner.website or organisation.website,
        logo=partner.logo,
        logo_url=logo_address(partner.logo.token, "small.webp") if partner.logo else "",
        summary=partner.summary(language),
        country=organisation.country,
        role="" if is_usual else str(partnership.get_role_display()),
        is_generated=organisation.is_generated,
    )


def by_country(tiles: Iterable[Tile]) -> list[Country]:
    """Return the tiles country by country, in the order of their names in the language in force."""
    found: dict[str, list[Tile]] = {}
    for tile in tiles:
        found.setdefault(tile.country, []).append(tile)
    named = [Country(code, country_name(code), tiles) for code, tiles in found.items()]
    return sorted(named, key=lambda each: (not each.code, _in_order(each.name)))


def country_name(code: str) -> str:
    return country_names.country_name(code) if code else gettext("Elsewhere")


def counted(tiles: list[Tile]) -> str:
    """Return "200 organisations in 18 countries", as the language in force counts."""
    number, lands = len(tiles), len({tile.country for tile in tiles if tile.country})
    told = {"number": number_format(number)}
    who = ngettext("%(number)s organisation", "%(number)s organisations", number) % told
    if not lands:
        return who
    told = {"number": number_format(lands)}
    where = ngettext("in %(number)s country", "in %(number)s countries", lands) % told
    # Translators: "200 organisations" and "in 18 countries".
    return gettext("%(organisations)s %(where)s") % {"organisations": who, "where": where}


def _in_order(name: str) -> str:
    """Return what a name is sorted by: É stands beside E, not behind Z."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
