"""The public page of a ledger and its files: names whom the law names, counts the others, and tells of nobody else."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from campaigns.actions import transparency
from campaigns.models import Campaign, Initiative, Ledger
from campaigns.transparency_enums import LedgerPlace, SponsorKind
from dashboards.transparency_views import register_page
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World
from tests.factories.transparency import NOON, TODAY, give, make_help, make_ledger, make_person, make_sponsor

PAGE = "/en/transparency/ours/"
SPONSORS = f"{PAGE}sponsors.csv"
HELPERS = f"{PAGE}helpers.csv"


@pytest.fixture
def ledger(ours: World) -> Ledger:
    return make_ledger(ours.campaign)


def read(client: Client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(answer.content.decode(), newline="")))


def test_page_names_those_above_with_sums_and_dates_and_counts_the_others(client: Client, ledger: Ledger) -> None:
    give(make_sponsor(ledger, "Arts Fund"), "1250.50", received_date=date(2026, 2, 1), note="secret word")
    give(make_sponsor(ledger, "Small Club"), "500")
    give(make_person(ledger, "Pat Private"), "600", received_date=date(2026, 2, 3))
    make_help(ledger, "Helping Hands", "A meeting room", since_date=date(2026, 2, 2), note="secret word")
    transparency.record_publication(ledger=ledger, places=[LedgerPlace.REGISTER], on=TODAY, by="tests", at=NOON)
    words = client.get(PAGE).content.decode()
    for shown in (
        "Arts Fund", "1,250.50", "1 Feb. 2026", "a private person", "3 Feb. 2026", "EUR 2,350.50",
        "EUR 500.00 in all", "Helping Hands", "A meeting room", "As of 2 March 2026",
        "The public register was brought up to date on 2 March 2026.", "Regulation (EU) 2019/788",
    ):  # fmt: skip
        assert shown in words, shown
    for hidden in ("Small Club", "Pat Private", "secret word", "generated for the demo"):
        assert hidden not in words, hidden


def test_private_person_who_agreed_is_named(client: Client, ledger: Ledger) -> None:
    person = make_person(ledger, "Pat Private")
    give(person, "600")
    assert "Pat Private" not in client.get(PAGE).content.decode() + client.get(SPONSORS).content.decode()
    told: dict[str, Any] = {"name": person.name, "kind": SponsorKind.PERSON, "agreed_date": TODAY}
    transparency.change_sponsor(sponsor=person, by="tests", at=NOON, **told)
    cache.clear()
    assert "Pat Private" in client.get(PAGE).content.decode()
    assert "Pat Private" in client.get(SPONSORS).content.decode()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_page_is_there_in_every_language_for_every_cache(client: Client, ledger: Ledger, language: str) -> None:
    give(make_sponsor(ledger), "501")
    answer = client.get(f"/{language}/transparency/ours/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    assert f'lang="{language}"' in answer.content.decode()


def test_name_of_the_campaign_keeps_its_own_direction(client: Client, ledger: Ledger) -> None:
    page = client.get("/ar/transparency/ours/").content.decode()
    assert f"<bdi>{escape(ledger.campaign.title)}</bdi>" in page.partition("<h1>")[2].partition("</h1>")[0]


def test_ledger_without_entries_says_so(client: Client, ledger: Ledger) -> None:
    assert "Nobody has given money to this campaign so far" in client.get(PAGE).content.decode()
    assert len(read(client, HELPERS)) == 1


@pytest.mark.parametrize("path", [PAGE, SPONSORS, HELPERS])
def test_campaign_without_a_ledger_to_show_has_no_page(client: Client, ours: World, path: str) -> None:
    assert client.get(path).status_code == 404
    ledger = make_ledger(ours.campaign, is_public=False)
    assert client.get(path).status_code == 404
    Ledger.objects.filter(pk=ledger.pk).update(is_public=True)
    cache.clear()
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/en/transparency/nobody/", f"{PAGE}else.csv"])
def test_page_or_table_nobody_made_is_not_found(client: Client, ledger: Ledger, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "\uff1d1", "\t=1"])
def test_no_cell_of_the_files_is_a_formula(client: Client, ledger: Ledger, words: str) -> None:
    give(make_sponsor(ledger, f"{words} Fund"), "501")
    make_help(ledger, f"{words} Club", f"{words} room")
    cells = [cell for path in (SPONSORS, HELPERS) for line in read(client, path) for cell in line]
    assert sum(words.strip() in cell for cell in cells) == 3
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\uff1d"}]


def test_file_of_sponsors_adds_up_to_the_page(client: Client, ledger: Ledger) -> None:
    fund = make_sponsor(ledger, "Arts Fund")
    give(fund, "400", received_date=date(2026, 2, 1))
    give(fund, "400.25", received_date=date(2026, 2, 2), is_in_kind=True)
    give(make_sponsor(ledger, "Small Club"), "3")
    header, *rows = read(client, SPONSORS)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(each["group"], each["sponsor"], each["received_on"], each["amount"]) for each in lines] == [
        ("above", "Arts Fund", "2026-02-01", "400.00"),
        ("above", "Arts Fund", "2026-02-02", "400.25"),
        ("not_above", "", "", "3.00"),
    ]
    assert [each["in_kind"] for each in lines] == ["0", "1", ""]
    assert {each["threshold"] for each in lines} == {"500.00"}


@pytest.mark.parametrize("path", [PAGE, SPONSORS, HELPERS])
def test_page_costs_the_same_for_one_and_for_three_of_everything(client: Client, ledger: Ledger, path: str) -> None:
    def fill(mark: str) -> None:
        for amount in ("501", "502", "3"):
            give(make_sponsor(ledger, f"{mark} {amount}"), amount)
        make_help(ledger, mark)

    fill("first")
    client.get(path)
    before = _queries(client, path)
    fill("second")
    fill("third")
    assert _queries(client, path) == before
    assert before <= 14


def _queries(client: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_initiative_and_ledger_lead_to_each_other(client: Client, ours: World) -> None:
    initiative = make_initiative()
    Initiative.objects.filter(pk=initiative.pk).update(campaign=ours.campaign)
    there = f"/en/initiatives/{initiative.slug}/"
    assert PAGE not in client.get(there).content.decode()
    make_ledger(ours.campaign)
    cache.clear()
    assert f'href="{PAGE}"' in client.get(there).content.decode()
    words = client.get(PAGE).content.decode()
    assert f'href="{there}"' in words
    assert 'href="https://citizens-initiative.europa.eu/initiatives/details/2024/000007_en"' in words


@pytest.mark.parametrize(("language", "spoken"), [("fr", "fr"), ("nl", "nl"), ("ar", "en")])
def test_register_is_shown_in_the_readers_language_if_it_has_it(db: None, language: str, spoken: str) -> None:
    assert register_page(make_initiative(), language).endswith(f"/2024/000007_{spoken}")


def test_generated_ledger_says_that_nobody_on_it_is_real(client: Client, ours: World) -> None:
    make_ledger(ours.campaign, is_generated=True)
    words = client.get(PAGE).content.decode()
    assert "generated for the demo" in words
    assert "No person and no organisation here is real." in words


def test_campaigns_name_is_written_as_text(client: Client, ledger: Ledger) -> None:
    Campaign.objects.update(title="<script>alert(1)</script>")
    give(make_sponsor(ledger, "<b>Fund</b>"), "501")
    words = client.get(PAGE).content.decode()
    assert "<script>alert" not in words
    assert "<b>Fund" not in words
