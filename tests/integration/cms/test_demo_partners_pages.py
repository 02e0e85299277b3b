"""The demo's pages of partners, and what its partners say of themselves."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership, Organisation
from campaigns.demo import SLUG
from campaigns.models import Campaign, Partnership
from cms.demo_partners_pages import WORDS, load_demo_partners_pages
from cms.models import CampaignPage
from coalition.demo_partner_pages import load_demo_partner_pages
from coalition.models import PartnerProfile
from coalition.profile_enums import ProfileStatus
from core.ttl_cache import clear_ttl_caches
from tests.factories.accounts import make_member
from tests.factories.cms import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> Campaign:
    """The demo's campaign with eight partners, as small as it may be."""
    lead = Organisation.objects.create(name="Lead (demo)", slug="lead", is_generated=True)
    campaign = Campaign.objects.create(title="Demo", slug=SLUG, organisation=lead, is_generated=True)
    make_member("ada", lead, Role.COORDINATOR)
    for number in range(8):
        partner = Organisation.objects.create(
            name=f"Invented {number} (demo)", slug=f"p{number}", country="FR", is_generated=True
        )
        Partnership.objects.create(campaign=campaign, organisation=partner)
    make_member("ben", Organisation.objects.get(slug="p0"), Role.PARTNER_MANAGER)
    for language in WORDS:
        home = make_home(language)
        home.add_child(instance=CampaignPage(title="C", slug=f"c-{language}", campaign=campaign, locale=home.locale))
    return campaign


def test_partners_are_shown_in_every_language_and_one_waits(campaign: Campaign, client: Client) -> None:
    assert load_demo_partner_pages() == 7
    assert load_demo_partner_pages() == 0
    pages = load_demo_partners_pages()
    assert sorted(page.locale.language_code for page in pages) == ["ar", "en", "fr", "nl"]
    assert load_demo_partners_pages() == []
    clear_ttl_caches()
    cache.clear()
    for page in pages:
        shown = client.get(page.get_url() or "").content.decode()
        assert shown.count('class="tag"') >= 9  # every organisation, and the campaign, say that they are made up
        assert shown.count("small.webp") == 7
        assert page.get_url() in client.get(page.get_parent().get_url()).content.decode()
    states = PartnerProfile.objects.values_list("status", flat=True)
    assert sorted(states) == [ProfileStatus.PUBLIC] * 7 + [ProfileStatus.WAITING]
    assert Membership.objects.filter(role=Role.PARTNER_MANAGER).count() == 1
