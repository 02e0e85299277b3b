"""Public pages through the client: what they say, what they cost, and that they can be kept by caches."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.models import HomePage, PetitionPage, StandardPage
from tests.factories.accounts import make_user, signed_in
from tests.factories.cms import make_home, make_petition, make_petition_page

pytestmark = pytest.mark.django_db


def get(client: Client, page: Page, query: str = "") -> str:
    response = client.get(page.get_url() + query)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def page() -> PetitionPage:
    petition = make_petition(minimum_shown=0, asks_phone=True, asks_comment=True)
    return make_petition_page(petition, introduction="Ring the bells.", form_heading="Add your name")


def test_petition_page_shows_words_form_and_progress(client: Client, page: PetitionPage) -> None:
    shown = get(client, page)
    assert "<h1" in shown
    assert page.title in shown
    assert "Add your name" in shown
    assert 'name="email"' in shown
    assert 'autocomplete="email"' in shown
    assert "<progress" in shown


def test_public_page_sets_no_cookie_and_can_be_kept(client: Client, page: PetitionPage) -> None:
    for each in (page, page.get_parent().specific):
        response = client.get(each.get_url())
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "public" in response.headers["Cache-Control"]


def test_every_way_of_following_a_link_gets_the_own_source_from_one_kept_page(
    client: Client, page: PetitionPage
) -> None:
    first, second = get(client, page, "?s=street"), get(client, page, "?s=~friend1")
    assert 'name="source" value="street"' in first
    assert 'name="source" value="~friend1"' in second
    assert "carillon-source" not in first + second


def test_kept_page_costs_no_query(client: Client, page: PetitionPage, django_assert_num_queries: Any) -> None:
    get(client, page)
    with django_assert_num_queries(0):
        get(client, page)


def test_page_costs_the_same_queries_with_more_pages_around(
    client: Client, page: PetitionPage, django_assert_max_num_queries: Any
) -> None:
    home = page.get_parent().specific
    for number in range(3):
        home.add_child(
            instance=StandardPage(title=f"P{number}", slug=f"p{number}", show_in_menus=True, locale=home.locale)
        )
    with django_assert_max_num_queries(25):
        get(client, page)


def test_language_links_keep_the_page_and_the_source(client: Client, page: PetitionPage) -> None:
    french_home = make_home("fr")
    french = page.copy_for_translation(french_home.locale)
    french.title = "Ouvrez les portes"
    french.save_revision().publish()
    plain, sourced = get(client, page), get(client, page, "?s=street")
    assert f'href="{french.get_url()}"' in plain
    assert f'href="{french.get_url()}?s=street"' in sourced
    for code in ("en", "fr", "x-default"):
        assert f'hreflang="{code}"' in plain


def test_head_says_how_the_page_is_shared(client: Client, page: PetitionPage) -> None:
    shown = get(client, page, "?s=street")
    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}{page.get_url()}">' in shown
    assert '<meta property="og:description" content="Ring the bells.">' in shown
    assert re.search(r'og:image" content="http[^"]+images/social-card[^"]*\.png"', shown)
    assert "twitter:card" in shown


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_page_is_written_in_its_direction(client: Client, language: str, direction: str) -> None:
    shown = get(client, make_petition_page(language=language))
    assert f'<html lang="{language}" dir="{direction}">' in shown


def test_petition_before_opening_says_from_when(client: Client) -> None:
    opens = timezone.now() + timedelta(days=400)
    shown = get(client, make_petition_page(make_petition(opens_at=opens)))
    assert "Not open yet" in shown
    assert str(opens.year) in shown
    assert 'name="email"' not in shown


def test_petition_after_closing_says_so_and_takes_nothing(client: Client) -> None:
    shown = get(client, make_petition_page(make_petition(closes_at=timezone.now() - timedelta(days=1))))
    assert "This petition is closed" in shown
    assert 'name="email"' not in shown


def test_hidden_field_is_out_of_everybodys_way(client: Client, page: PetitionPage) -> None:
    field = re.search(r'<div class="leave-empty" aria-hidden="true">.*?</div>', get(client, page), re.S)
    assert field
    assert 'tabindex="-1"' in field[0]
    assert 'autocomplete="off"' in field[0]


def test_faulty_form_comes_back_with_everything_tied_together(client: Client, page: PetitionPage) -> None:
    response = client.post(
        f"/en/sign/{page.pk}/", {"full_name": "Ada", "email": "no address", "residence_country": "BE"}
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'href="#sign-email"' in shown
    assert 'id="sign-email_error"' in shown
    assert re.search(
        r'<input[^>]*name="email"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*sign-email_error', shown
    )
    assert 'value="Ada"' in shown
    assert 'value="no address"' in shown


def test_form_asks_for_nothing_the_petition_does_not_ask(client: Client) -> None:
    petition = make_petition(asks_name=False, asks_residence=False)
    shown = get(client, make_petition_page(petition))
    assert 'name="full_name"' not in shown
    assert 'name="residence_country"' not in shown
    assert 'name="phone"' not in shown


def test_first_visit_stays_within_sixty_kilobytes(client: Client, page: PetitionPage) -> None:
    html = get(client, page).encode()
    static = Path(settings.BASE_DIR) / "static"
    texts = [html, *((static / name).read_bytes() for name in ("css/tokens.css", "css/site.css", "cms/js/sign.js"))]
    texts += [(static / name).read_bytes() for name in ("images/favicon.svg", "cms/js/proof_worker.js")]
    font = (static / "vendor/fonts/commissioner-latin.woff2").stat().st_size
    assert sum(len(gzip.compress(text, 6)) for text in texts) + font <= 60_000
    assert len(gzip.compress((static / "css/site.css").read_bytes(), 6)) <= 10_000


def test_sitemaps_list_live_pages_per_language_with_their_translations(client: Client, page: PetitionPage) -> None:
    make_home("fr")
    index = client.get("/sitemap.xml").content.decode()
    assert f"<loc>{settings.PUBLIC_URL}/sitemap-en.xml</loc>" in index
    assert "sitemap-fr.xml" in index
    assert "sitemap-nl.xml" not in index
    english = client.get("/sitemap-en.xml").content.decode()
    assert f"<loc>{settings.PUBLIC_URL}{page.get_url()}</loc>" in english
    assert f'hreflang="fr" href="{settings.PUBLIC_URL}/fr/"' in english
    assert 'hreflang="x-default"' in english
    page.unpublish()
    assert page.slug not in client.get("/sitemap-en.xml").content.decode()
    assert client.get("/sitemap-nl.xml").status_code == 404


def test_robots_names_the_sitemap_and_keeps_robots_out_of_the_staff_area(client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in robots
    assert "Disallow: /staff/" in robots


def test_missing_page_answers_in_our_own_frame(client: Client) -> None:
    make_home()
    response = client.get("/en/nothing-here/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_draft_is_not_public_and_publishing_shows_it_at_once(client: Client, page: PetitionPage) -> None:
    assert page.title in get(client, page)
    page.title = "A newer title"
    revision = page.save_revision()
    assert "A newer title" not in get(client, page)
    revision.publish()
    assert "A newer title" in get(client, page)


def test_page_scheduled_for_later_goes_live_with_the_command(client: Client) -> None:
    page = make_petition_page()
    page.unpublish()
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    assert client.get(page.get_url()).status_code == 404
    call_command("publish_scheduled", verbosity=0)
    assert client.get(page.get_url()).status_code == 200


def test_redirect_leads_to_the_page_that_moved(client: Client, page: PetitionPage) -> None:
    from wagtail.contrib.redirects.models import Redirect

    Redirect.add_redirect("/old-poster", page)
    response = client.get("/old-poster/")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(page.get_url())


def test_editor_previews_a_petition_with_its_form(page: PetitionPage) -> None:
    page.title = "Only a draft"
    page.save_revision()
    client = signed_in(make_user("hana", is_superuser=True))
    response = client.get(f"/staff/pages/{page.pk}/view_draft/")
    shown = response.content.decode()
    assert response.status_code == 200
    assert "Only a draft" in shown
    assert 'name="email"' in shown
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("model", ["homepage", "campaignpage", "petitionpage", "standardpage"])
def test_editor_opens_the_form_of_every_kind_of_page(model: str) -> None:
    home = make_home()
    client = signed_in(make_user("hana", is_superuser=True))
    parent = home.get_parent() if model == "homepage" else home
    assert client.get(f"/staff/pages/add/cms/{model}/{parent.pk}/").status_code == 200


def test_home_page_leads_to_its_campaigns_only_once_they_are_live(client: Client) -> None:
    from cms.models import CampaignPage

    home: HomePage = make_home()
    campaign_page = CampaignPage(
        title="The campaign", slug="campaign", campaign=make_petition().campaign, locale=home.locale, live=False
    )
    home.add_child(instance=campaign_page)
    assert "The campaign" not in get(client, home)
    campaign_page.save_revision().publish()
    assert "The campaign" in get(client, home)
