"""The demo's pages in four languages. A page that is there stays as editors left it."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page, Site

from campaigns.models import Campaign, Initiative, Petition
from cms.demo_texts import TEXTS, DemoTexts
from cms.demo_texts.shape import Blocks
from cms.models import CampaignPage, HomePage, PetitionPage, StandardPage
from cms.models.public_page import PublicPage

# Any fixed namespace: the same demo page has the same key on every machine.
KEYS = uuid.UUID("2f0c2f6e-94f5-4b0e-9a58-4d6f0d2f7c18")
INITIATIVES = ("ECI(2012)000003", "ECI(2018)000004", "ECI(2022)000003", "ECI(2024)000007")
_FRENCH_SPACE = re.compile(r" (?=[?!;:»])")


@dataclass(frozen=True)
class DemoRows:
    """What the pages speak of."""

    campaign: Campaign
    petition: Petition
    initiatives: list[Initiative]


@transaction.atomic
def load_demo_pages(
    campaign: Campaign | None = None,
    petition: Petition | None = None,
    initiative_numbers: Sequence[str] = INITIATIVES,
) -> list[HomePage]:
    """Build the home, campaign, petition, how-it-works and privacy pages in every language; return the homes.

    Without arguments it takes the campaign and the petition marked as generated. Pages that exist are left alone, so
    a repeat adds nothing and undoes no editing. Raises DoesNotExist when the demo's campaign is not loaded.
    """
    petition = petition or Petition.objects.filter(is_generated=True).order_by("pk").first()
    if petition is None:
        raise Petition.DoesNotExist("load the demo's campaign before its pages")
    found = {each.registration_number: each for each in Initiative.objects.public()}
    initiatives = [found[number] for number in initiative_numbers if number in found]
    rows = DemoRows(campaign or petition.campaign, petition, initiatives)
    homes = [_load_language(language, texts, rows) for language, texts in TEXTS.items()]
    _open_site(homes[0], name=rows.campaign.organisation.name)
    return homes


def _load_language(language: str, texts: DemoTexts, rows: DemoRows) -> HomePage:
    locale, _ = Locale.objects.get_or_create(language_code=language)
    root = Page.get_first_root_node()
    home = _page(HomePage, "home", locale, root, texts["home"], heading=texts["home"]["heading"])
    campaign = _page(CampaignPage, "campaign", locale, home, texts["campaign"], campaign=rows.campaign, in_menu=True)
    words = texts["petition"]
    petition = _page(
        PetitionPage,
        "petition",
        locale,
        campaign,
        words,
        petition=rows.petition,
        form_heading=words["form_heading"],
        thank_you=words["thank_you"],
        share_text=words["share_text"],
        in_menu=True,
    )
    _page(StandardPage, "how", locale, home, texts["how"], in_menu=True)
    _page(StandardPage, "privacy", locale, home, texts["privacy"], purpose=StandardPage.Purpose.PRIVACY)
    _link_home(home, campaign, texts["home"]["action_label"])
    for name, page in _pages_of(locale).items():
        if not page.body:
            _publish_body(page, texts[name]["body"], rows, petition)  # type: ignore[literal-required]
    return home


def _page(model: type[PublicPage], name: str, locale: Locale, parent: Page, texts: Any, **fields: Any) -> Any:
    """Return the page called ``name`` in one language, made below ``parent`` if it is not there."""
    key = uuid.uuid5(KEYS, name)
    existing = model.objects.filter(translation_key=key, locale=locale).first()
    if existing is not None:
        return existing
    page = model(
        title=_spaced(texts["title"], locale),
        slug=texts["slug"],
        introduction=_spaced(texts["introduction"], locale),
        show_in_menus=fields.pop("in_menu", False),
        locale=locale,
        translation_key=key,
        **{field: _spaced(value, locale) for field, value in fields.items()},
    )
    return parent.add_child(instance=page)


def _pages_of(locale: Locale) -> dict[str, Any]:
    models = {
        "home": HomePage,
        "campaign": CampaignPage,
        "petition": PetitionPage,
        "how": StandardPage,
        "privacy": StandardPage,
    }
    return {
        name: model.objects.get(translation_key=uuid.uuid5(KEYS, name), locale=locale) for name, model in models.items()
    }


def _link_home(home: HomePage, campaign: Page, label: str) -> None:
    if home.action_page_id is None:
        home.action_page, home.action_label = campaign, label
        home.save(update_fields=["action_page", "action_label"])


def _publish_body(page: Any, body: Blocks, rows: DemoRows, petition: PetitionPage) -> None:
    """Write the blocks and publish the page with a revision, so that editors find a history."""
    raw: list[dict[str, Any]] = []
    for kind, value in body:
        if kind == "initiatives":
            raw += _initiative_blocks(_spaced(value, page.locale), rows.initiatives)
        else:
            raw.append({"type": kind, "value": _fill_in(_spaced(value, page.locale), rows, petition)})
    page.body = page.body.stream_block.to_python(raw)
    page.save_revision().publish()


def _initiative_blocks(heading: str, initiatives: list[Initiative]) -> list[dict[str, Any]]:
    return [
        {"type": "progress", "value": {"heading": "" if number else heading, "initiative": each.pk}}
        for number, each in enumerate(initiatives)
    ]


def _fill_in(value: Any, rows: DemoRows, petition: PetitionPage) -> Any:
    """Put keys of rows and pages where the texts name them, and give list items the ids translations hold on to."""
    if isinstance(value, dict):
        return {name: _fill_in(each, rows, petition) for name, each in value.items()}
    if isinstance(value, list):
        return [{"type": "item", "value": _fill_in(each, rows, petition), "id": str(uuid.uuid4())} for each in value]
    keys = {"{petition}": petition.pk, "{petition_row}": rows.petition.pk}
    return keys.get(value, value) if isinstance(value, str) else value


def _spaced(value: Any, locale: Locale) -> Any:
    """Give French its no-break spaces before double punctuation (of those, our fonts have this one), however deep."""
    if locale.language_code != "fr":
        return value
    if isinstance(value, str):
        return _FRENCH_SPACE.sub("\xa0", value)
    if isinstance(value, list):
        return [_spaced(each, locale) for each in value]
    if isinstance(value, dict):
        return {name: _spaced(each, locale) for name, each in value.items()}
    return value


def _open_site(home: HomePage, *, name: str) -> None:
    """Make ``home`` the site's first page, instead of the welcome page Wagtail comes with."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name=name)
        return
    welcome = site.root_page
    if welcome.pk == home.pk:
        return
    site.root_page, site.site_name = home, name
    site.save()
    if type(welcome.specific) is Page and not welcome.get_children().exists():
        welcome.delete()
