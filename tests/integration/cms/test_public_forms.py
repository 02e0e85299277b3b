"""The short way of anonymous forms, and what it must not lose."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cms.forms import CountrySelect
from cms.models import PetitionPage
from people.models import Submission
from tests.factories.cms import make_petition, make_petition_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> PetitionPage:
    return make_petition_page(make_petition(asks_nationality=True))


def form(**changes: str) -> dict[str, str]:
    told = {"full_name": "Ada", "email": "ada@example.org", "nationality": "BE", "residence_country": "FR"}
    return {**told, **changes}


def test_signing_costs_one_query_once_the_petition_is_known(
    client: Client, page: PetitionPage, django_assert_num_queries: Any
) -> None:
    client.post(f"/en/sign/{page.pk}/", form())
    with django_assert_num_queries(1):
        response = client.post(f"/en/sign/{page.pk}/", form(email="ben@example.org"))
    assert response.status_code == 303
    assert Submission.objects.count() == 2


def test_short_way_keeps_every_header_and_sets_no_cookie(client: Client, page: PetitionPage) -> None:
    response = client.post(f"/en/sign/{page.pk}/", form(email="no address"))
    assert (response.status_code, response["Content-Language"]) == (422, "en")
    assert response["Content-Length"] == str(len(response.content))
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize(("language", "word"), [("en", "Belgium"), ("fr", "Belgique"), ("nl", "België")])
def test_faulty_form_names_countries_in_the_language_of_its_address(
    client: Client, page: PetitionPage, language: str, word: str
) -> None:
    shown = client.post(f"/{language}/sign/{page.pk}/", form(email="no address")).content.decode()
    chosen = re.findall(r"<option value=\"(\w+)\" selected>([^<]+)</option>", shown)
    assert chosen[0] == ("BE", word)
    assert [code for code, _name in chosen] == ["BE", "FR"]


def test_forms_of_one_petition_share_nothing_of_what_was_typed(client: Client, page: PetitionPage) -> None:
    client.post(f"/en/sign/{page.pk}/", form(email="no address", full_name="Somebody Else"))
    shown = client.post(f"/en/sign/{page.pk}/", form(email="")).content.decode()
    assert "Somebody Else" not in shown
    assert "no address" not in shown


def test_country_list_escapes_a_made_up_value() -> None:
    shown = CountrySelect().render("nationality", '"><script>', {"id": "sign-nationality"})
    assert "<script>" not in shown
    assert "selected" not in shown
    assert 'id="sign-nationality"' in shown


@pytest.mark.parametrize("path", ["/xx/sign/1/", "/sign/1/", "/en/sign/", "/en/sign/x/"])
def test_address_the_short_way_does_not_know_is_missing_or_led_on(client: Client, path: str) -> None:
    assert client.post(path).status_code in {302, 404}


def test_petition_that_is_gone_is_missing_in_our_own_frame(client: Client) -> None:
    response = client.post("/en/sign/999999/", form())
    assert response.status_code == 404
    assert "site-header" in response.content.decode()


def test_kept_page_says_its_length(client: Client, page: PetitionPage) -> None:
    for headers in ({}, {"accept-encoding": "gzip"}):
        for _ in range(2):
            response = client.get(page.get_url(), headers=headers)
            assert response["Content-Length"] == str(len(response.content))
    assert settings.SESSION_COOKIE_NAME not in client.cookies
