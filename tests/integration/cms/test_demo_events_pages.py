"""The demo's pages of events."""

import pytest
from django.test import Client

from campaigns.models import Campaign
from cms.demo_events_pages import WORDS, load_demo_events_pages
from cms.models import CampaignPage
from tests.factories.cms import make_home
from tests.factories.volunteers import make_campaign

pytestmark = pytest.mark.django_db


def test_pages_are_made_once_in_every_language_and_linked_from_the_campaigns_page(client: Client) -> None:
    campaign = make_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(is_generated=True)
    for language in WORDS:
        home = make_home(language)
        home.add_child(instance=CampaignPage(title="C", slug=f"c-{language}", campaign=campaign, locale=home.locale))
    pages = load_demo_events_pages()
    assert sorted(page.locale.language_code for page in pages) == ["ar", "en", "fr", "nl"]
    assert len({page.translation_key for page in pages}) == 1
    assert load_demo_events_pages() == []
    for page in pages:
        assert client.get(page.get_url() or "").status_code == 200
        assert page.get_url() in client.get(page.get_parent().get_url()).content.decode()
