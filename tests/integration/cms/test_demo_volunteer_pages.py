"""The demo's pages for volunteers."""

import pytest
from django.test import Client

from cms.demo_volunteer_pages import load_demo_volunteer_pages
from cms.models import CampaignPage
from tests.factories.cms import make_home
from tests.factories.volunteers import make_campaign

pytestmark = pytest.mark.django_db


def test_pages_are_made_once_in_the_language_of_the_campaigns_page(client: Client) -> None:
    campaign = make_campaign()
    type(campaign).objects.filter(pk=campaign.pk).update(is_generated=True)
    campaign.refresh_from_db()
    for language in ("en", "fr"):
        home = make_home(language)
        home.add_child(instance=CampaignPage(title="C", slug=f"c-{language}", campaign=campaign, locale=home.locale))
    pages = load_demo_volunteer_pages()
    assert [page.locale.language_code for page in pages] == ["en", "fr"]
    assert load_demo_volunteer_pages() == []
    for page in pages:
        assert client.get(page.get_url() or "").status_code == 200
    assert pages[0].get_url() in client.get(pages[0].get_parent().get_url()).content.decode()
