"""The demo's two initiatives: the real one is shown closed, the made-up one is marked so and can be followed."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns import demo_support
from campaigns.demo_initiatives import load_demo_initiatives
from campaigns.demo_support import load_demo_support
from campaigns.initiative_support import is_form_address
from campaigns.models import Campaign, Initiative, PledgeKind, SupportVisit
from cms.demo_support_pages import WORDS, load_demo_support_pages
from cms.models import CampaignPage, PledgePage
from config.management.commands.load_demo import STEPS
from tests.factories.cms import make_home
from tests.factories.people import make_organisation

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LANGUAGES = ["en", "fr", "nl", "ar"]


@pytest.fixture
def loaded(db: None) -> list[PledgePage]:
    campaign = Campaign.objects.create(
        slug=demo_support.SLUG, title="Demo", organisation=make_organisation(), is_generated=True
    )
    for language in LANGUAGES:
        home = make_home(language)
        home.add_child(instance=CampaignPage(title="Demo", slug=f"c-{language}", campaign=campaign, locale=home.locale))
    load_demo_initiatives()
    load_demo_support(at=NOON)
    return load_demo_support_pages()


def test_demo_pages_stand_in_every_language(loaded: list[PledgePage], client: Client) -> None:
    assert len(loaded) == 8
    with time_machine.travel(NOON, tick=False):
        for page in loaded:
            assert client.get(page.get_url()).status_code == 200


def test_real_initiative_is_shown_closed_and_nobody_is_passed_on(loaded: list[PledgePage], client: Client) -> None:
    page = PledgePage.objects.get(slug=WORDS[demo_support.CLOSED]["en"]["slug"])
    with time_machine.travel(NOON, tick=False):
        body = client.get(page.get_url()).content.decode()
        assert client.get(reverse("support_go", args=[page.pk]))["Location"] == page.get_url()
    assert "Collection closed on 15 Feb. 2019" in body
    assert "generated for the demo" not in body
    assert not page.pledge_kind.is_open
    assert not SupportVisit.objects.filter(kind=page.pledge_kind).exists()


def test_made_up_initiative_is_marked_open_and_out_of_the_register(loaded: list[PledgePage], client: Client) -> None:
    page = PledgePage.objects.get(slug=WORDS[demo_support.PATTERN]["en"]["slug"])
    initiative = page.pledge_kind.initiative
    with time_machine.travel(NOON, tick=False):
        body = client.get(page.get_url()).content.decode()
    assert "generated for the demo" in body
    assert "data-support-go" in body
    assert "made up for the demonstration" in body
    assert not initiative.is_public
    assert initiative.source == "generated for the demo"
    assert all(initiative.title_in(language) != "" and "(" in initiative.titles[language] for language in LANGUAGES)
    assert is_form_address(initiative.support_url)


def test_demo_loaded_twice_adds_nothing_and_undoes_nothing(loaded: list[PledgePage]) -> None:
    PledgeKind.objects.filter(key=demo_support.CLOSED).update(is_open=True)
    counts = [model.objects.count() for model in (PledgeKind, PledgePage, Initiative)]
    load_demo_support(at=NOON)
    assert load_demo_support_pages() == []
    assert [model.objects.count() for model in (PledgeKind, PledgePage, Initiative)] == counts
    assert PledgeKind.objects.get(key=demo_support.CLOSED).is_open


def test_demo_takes_the_made_up_initiative_before_anything_else_takes_its_kind() -> None:
    """A campaign has a shipped kind once: whoever takes it first says for which initiative."""
    order = [path for _title, path in STEPS]
    assert order.index("campaigns.demo_support.load_demo_support") < order.index(
        "campaigns.demo_pledge_kinds.load_demo_pledge_kinds"
    )
