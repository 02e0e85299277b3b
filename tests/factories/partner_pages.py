"""Partners' own pages, for tests: logos drawn on the spot, drafts, approved pages, and the page they stand on."""

import uuid
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from PIL import Image

from accounts.models import Organisation, User
from campaigns.models import Campaign, Partnership
from cms.models import CampaignPage, PartnersPage
from coalition.actions.partner_pages import Content, Words, publish_page, save_page
from coalition.logo_files import DrawnLogo, draw_logo
from coalition.models import PartnerProfile
from tests.factories.cms import make_home
from tests.factories.staff import NOON


def picture(size: tuple[int, int] = (600, 200), kind: str = "PNG", **options: Any) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "#a83a12").save(content, kind, **options)
    return content.getvalue()


def uploaded(content: bytes | None = None, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content, "image/png")


def drawn() -> DrawnLogo:
    return draw_logo(uploaded())


def content(words: str = "We help.", *, language: str = "en", **columns: Any) -> Content:
    texts = {language: Words(f"{words} In short.", words)}
    return Content(**{"website": "https://partner.example/", "texts": texts, **columns})


def draft(partnership: Partnership, by: User, at: datetime = NOON, **told: Any) -> PartnerProfile:
    """Return a first draft with a logo and words."""
    return save_page(partnership=partnership, content=content(logo=drawn(), **told), seal="", by=by, at=at)


def published(partnership: Partnership, coordinator: User, at: datetime = NOON, **told: Any) -> PartnerProfile:
    """Return a page that a coordinator filled in and made public."""
    said = content(logo=drawn(), **told)
    return publish_page(partnership=partnership, content=said, seal="", by=coordinator, at=at)


def make_partners_page(campaign: Campaign, *, language: str = "en", title: str = "Partners") -> PartnersPage:
    """Return a live page of a campaign's partners, below a page of the campaign; other languages are translations."""
    home = make_home(language)
    parent = CampaignPage.objects.filter(campaign=campaign, locale=home.locale).first()
    if parent is None:
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"campaign-{campaign.slug}")
        parent = home.add_child(
            instance=CampaignPage(
                title=campaign.title, slug=campaign.slug, campaign=campaign, locale=home.locale, translation_key=key
            )
        )
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"partners-{campaign.slug}")
    page = PartnersPage(title=title, slug="partners", campaign=campaign, locale=home.locale, translation_key=key)
    return parent.add_child(instance=page)


def further_partner(campaign: Campaign, name: str, country: str = "", *, slug: str = "", **columns: Any) -> Partnership:
    """Return another partner of a campaign, without people."""
    organisation = Organisation.objects.create(name=name, slug=slug or slugify(name), country=country)
    organisation.led_by.add(campaign.organisation)
    return Partnership.objects.create(campaign=campaign, organisation=organisation, **columns)
