"""Pages for tests, under the root that Wagtail's own migrations make."""

import uuid
from typing import Any

from wagtail.models import Locale, Page, Site

from accounts.models import Organisation
from campaigns.models import Campaign, Petition, PledgeKind
from cms.models import EventsPage, HomePage, PetitionPage, PledgePage


def make_petition(**settings: Any) -> Petition:
    """Return an open petition of a fresh campaign and organisation."""
    name = uuid.uuid4().hex[:8]
    campaign = settings.pop("campaign", None)
    if campaign is None:
        organisation = Organisation.objects.create(name=f"Organisation {name}", slug=f"organisation-{name}")
        campaign = Campaign.objects.create(title=f"Campaign {name}", slug=f"campaign-{name}", organisation=organisation)
    return Petition.objects.create(campaign=campaign, title=f"Petition {name}", **settings)


def make_home(language: str = "en") -> HomePage:
    """Return the home page of ``language``: the English one is the site's root page, the others its translations."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    home = HomePage.objects.filter(locale=locale).first()
    if home is not None:
        return home
    if language != "en":
        home = make_home("en").copy_for_translation(locale)
        home.save_revision().publish()
        return HomePage.objects.get(pk=home.pk)
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Home", heading="Welcome", slug="home-en", locale=locale))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
    )
    return home


def make_petition_page(
    petition: Petition | None = None, *, language: str = "en", title: str = "Open the doors", **words: Any
) -> PetitionPage:
    """Return a live page that shows ``petition`` (or a new one)."""
    home = make_home(language)
    page = PetitionPage(
        title=title,
        slug=f"petition-{uuid.uuid4().hex[:8]}",
        petition=petition or make_petition(),
        locale=home.locale,
        **words,
    )
    return home.add_child(instance=page)


def make_events_page(campaign: Campaign, *, language: str = "en", title: str = "Meet us", **words: Any) -> EventsPage:
    """Return a live page of a campaign's events; those of further languages are translations of the English one."""
    home = make_home(language)
    key = uuid.uuid5(uuid.NAMESPACE_URL, campaign.slug)
    page = EventsPage(
        title=title,
        slug=f"events-{campaign.slug}",
        campaign=campaign,
        locale=home.locale,
        translation_key=key,
        **words,
    )
    return home.add_child(instance=page)


def make_pledge_page(kind: PledgeKind, *, language: str = "en", title: str = "Promise it", **words: Any) -> PledgePage:
    """Return a live page on which people promise what ``kind`` says."""
    home = make_home(language)
    slug = f"pledge-{kind.key}-{uuid.uuid4().hex[:8]}"
    page = PledgePage(title=title, slug=slug, pledge_kind=kind, locale=home.locale, **words)
    return home.add_child(instance=page)
