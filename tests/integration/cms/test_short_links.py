"""Short links: they lead everybody somewhere good, credit whom they should, and count visits without people."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from campaigns.actions.source_links import count_visit
from campaigns.enums import VisitWay
from campaigns.models import Partnership, Petition, Source, SourceVisit
from campaigns.selectors.source_links import visits_of_sources
from campaigns.source_codes import LETTERS, new_source_code
from cms.models import CampaignPage, PetitionPage
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_home, make_petition, make_petition_page, make_pledge_page
from tests.factories.pledges import make_kind

pytestmark = pytest.mark.django_db

PERSON = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def petition(at: datetime) -> Petition:
    petition = make_petition()
    make_petition_page(petition)
    make_petition_page(petition, language="fr", title="Ouvrez")
    return petition


@pytest.fixture
def source(petition: Petition) -> Source:
    return Source.objects.create(campaign=petition.campaign, code="Poster-7b", label="Poster")


def scan(client: Client, code: str, **headers: str) -> Any:
    return client.get(f"/s/{code}", headers={"user-agent": PERSON, **headers})


def path_in(petition: Petition, language: str) -> str:
    return PetitionPage.objects.get(petition=petition, locale__language_code=language).get_url()


@pytest.mark.parametrize("typed", ["Poster-7b", "poster-7B", "POSTER-7B", "poster-7b/", "poster-7b."])
def test_code_is_found_however_it_is_typed(client: Client, petition: Petition, source: Source, typed: str) -> None:
    answer = scan(client, typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{path_in(petition, 'en')}?s=Poster-7b"
    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"), ("nl,fr;q=0.5", "en"), ("ti,fr;q=0.9", "fr"), ("", "en"), ("*", "en"),
        ("%%", "en"),
    ],
)  # fmt: skip
def test_page_is_in_the_readers_language(
    client: Client, petition: Petition, source: Source, asked: str, language: str
) -> None:
    assert scan(client, source.code, accept_language=asked).headers["Location"].startswith(path_in(petition, language))


@pytest.mark.parametrize("code", ["nobody", "", "a/b/c", "%F0%9F%8E%AA", "x" * 300, "~share"])
def test_unknown_code_leads_to_the_front_page(client: Client, code: str) -> None:
    make_home()
    answer = scan(client, code, accept_language="fr")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/")
    assert not SourceVisit.objects.exists()


def test_link_of_a_partner_that_left_leads_there_still(client: Client, petition: Petition, at: datetime) -> None:
    organisation = Organisation.objects.create(name="Green", slug="green")
    left = Partnership.objects.create(campaign=petition.campaign, organisation=organisation, left_at=at)
    Source.objects.create(campaign=petition.campaign, code="green", label="Green", partnership=left)
    assert scan(client, "green").headers["Location"] == f"{path_in(petition, 'en')}?s=green"


def test_link_leads_where_its_source_says(client: Client, petition: Petition, source: Source) -> None:
    kind = make_kind(petition.campaign)
    page = make_pledge_page(kind)
    Source.objects.update(leads_to=f"pledge:{kind.pk}")
    assert scan(client, source.code).headers["Location"] == f"{page.get_url()}?s={source.code}"


@pytest.mark.parametrize("leads_to", ["petition:99", "petition:x", "event:nobody", "event:" + "0" * 36, "nothing", ":"])
def test_link_to_a_page_that_is_gone_leads_to_the_best(
    client: Client, petition: Petition, source: Source, leads_to: str
) -> None:
    Source.objects.update(leads_to=leads_to)
    assert scan(client, source.code).headers["Location"].startswith(path_in(petition, "en"))


def test_closed_petition_gives_way_to_the_pledge_and_then_the_campaign(
    client: Client, petition: Petition, source: Source, at: datetime
) -> None:
    Petition.objects.update(closes_at=at - timedelta(days=1))
    home = make_home()
    page = home.add_child(instance=CampaignPage(title="Us", slug="us", campaign=petition.campaign, locale=home.locale))
    assert scan(client, source.code).headers["Location"] == f"{page.get_url()}?s={source.code}"
    kind = make_kind(petition.campaign)
    pledge_page = make_pledge_page(kind)
    clear_ttl_caches()
    assert scan(client, source.code).headers["Location"] == f"{pledge_page.get_url()}?s={source.code}"


def test_campaign_without_any_page_leads_to_the_front_page(client: Client) -> None:
    make_home()
    Source.objects.create(campaign=make_petition().campaign, code="early", label="Early")
    assert scan(client, "early").headers["Location"] == "/en/"


def test_visits_are_counted_by_day_and_nothing_else_is_kept(client: Client, source: Source, at: datetime) -> None:
    for _ in range(3):
        scan(client, source.code)
    row = SourceVisit.objects.get()
    assert (row.source, row.visits, row.way, row.day) == (source, 3, VisitWay.LINK, at.date())
    assert {field.name for field in SourceVisit._meta.fields} == {"id", "source", "day", "way", "visits"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"},
        {"user-agent": "facebookexternalhit/1.1"}, {"user-agent": "WhatsApp/2.23"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, {"user-agent": "TelegramBot (like TwitterBot)"},
    ],
)  # fmt: skip
def test_machine_is_led_on_and_not_counted(client: Client, source: Source, headers: dict[str, str]) -> None:
    assert scan(client, source.code, **headers).status_code == 302
    assert not SourceVisit.objects.exists()


def test_head_is_not_counted_and_post_is_refused(client: Client, source: Source) -> None:
    assert client.head(f"/s/{source.code}", headers={"user-agent": PERSON}).status_code == 302
    assert client.post(f"/s/{source.code}").status_code == 405
    assert not SourceVisit.objects.exists()


def test_database_that_cannot_count_still_leads_on(client: Client, source: Source, monkeypatch: Any) -> None:
    def fail(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("cms.views.short_links.count_visit", fail)
    assert scan(client, source.code).status_code == 302


def test_visits_are_summed_for_whom_they_concern(source: Source, at: datetime, admin_user: Any) -> None:
    for days in (0, 0, 40):
        count_visit(source=source, way=VisitWay.LINK, at=at - timedelta(days=days))
    found = visits_of_sources(admin_user, [source.pk, 99], today=timezone.localdate())
    assert (found[source.pk].total, found[source.pk].lately, found[99].total) == (3, 2, 0)


def test_made_codes_cannot_be_misread() -> None:
    codes = {new_source_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(set(code) <= set(LETTERS) and len(code) == 8 for code in codes)
    assert not set(LETTERS) & set("01iloaeuyILO")
