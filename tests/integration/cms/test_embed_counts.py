"""Counts on other websites, as data and as a picture, and the link that stands beside every form."""

import json
from datetime import datetime

import pytest
from django.test import Client

from campaigns.models import Petition, Tally
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_home, make_petition, make_petition_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(at: datetime) -> Petition:
    petition = make_petition()
    make_petition_page(petition, title="Open the doors")
    make_petition_page(petition, language="fr", title="Ouvrez les portes")
    return petition


def set_count(petition: Petition, number: int, at: datetime) -> None:
    Tally.objects.create(
        campaign=petition.campaign, petition=petition, metric="signatures", grain="total", key="", count=number,
        counted_at=at,
    )  # fmt: skip
    clear_ttl_caches()


def test_count_is_told_in_the_readers_language(client: Client, petition: Petition, at: datetime) -> None:
    set_count(petition, 12345, at)
    answer = client.get(f"/embed/v1/petition-{petition.pk}/fr/count.json")
    told = answer.json()
    assert (told["count"], told["text"].split()[-1]) == (12345, "signatures")
    assert "12,345" not in told["text"]
    assert client.get(f"/embed/v1/petition-{petition.pk}/en/count.json").json()["text"] == "12,345 signatures"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=10"


def test_count_below_the_minimum_says_no_number(client: Client, petition: Petition, at: datetime) -> None:
    set_count(petition, 57, at)
    told = client.get(f"/embed/v1/petition-{petition.pk}/en/count.json").json()
    assert told["count"] is None
    assert "57" not in json.dumps({**told, "page_url": ""})
    picture = client.get(f"/embed/count/petition-{petition.pk}.svg").content.decode()
    assert "57" not in picture.replace('y="', "")
    assert "Be among the first" in picture


def test_count_as_a_picture_stands_anywhere(client: Client, petition: Petition, at: datetime) -> None:
    set_count(petition, 1, at)
    Petition.objects.update(minimum_shown=1)
    answer = client.get(f"/embed/count/petition-{petition.pk}.svg?lang=en")
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert ">1 signature<" in answer.content.decode()
    assert "<script" not in answer.content.decode()


# --- Without the script ---


def test_link_beside_the_form_leads_to_its_page_in_its_language(client: Client, petition: Petition) -> None:
    answer = client.get(f"/embed/go/petition-{petition.pk}?s=green-site&lang=fr")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/fr/")
    assert answer.headers["Location"].endswith("?s=green-site")


def test_link_beside_a_form_that_is_gone_leads_to_the_front_page(client: Client) -> None:
    make_home()
    assert client.get("/embed/go/petition-99?lang=fr").headers["Location"] == "/fr/"
