"""Supporting an initiative: what one's country asks, and the way out that is counted and tells nobody anything."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from campaigns.initiative_rules import country_rules
from campaigns.models import Initiative, InitiativeDeadline, PledgeKind, SupportVisit
from cms.models import PledgePage
from cms.views import supporting
from tests.factories.campaigns import make_partnership, make_source
from tests.factories.cms import make_home, make_petition, make_petition_page
from tests.factories.pledges import make_kind
from tests.factories.supporting import FORM, make_support_page, make_supported

SPRING = datetime(2031, 5, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    with time_machine.travel(SPRING, tick=False):
        yield


@pytest.fixture
def page(db: None) -> PledgePage:
    return make_support_page()


def shown(client: Client, page: PledgePage, query: str = "") -> str:
    return client.get(f"{page.get_url()}{query}").content.decode()


def ask(client: Client, page: PledgePage, nationality: str) -> Any:
    return client.post(reverse("support", args=[page.pk]), {"citizen_of": nationality})


def go(client: Client, page: PledgePage, query: str = "", **headers: str) -> Any:
    return client.get(f"{reverse('support_go', args=[page.pk])}{query}", headers=headers)


def test_page_says_what_it_takes_and_until_when(page: PledgePage, client: Client) -> None:
    body = shown(client, page)
    for words in (
        "Open the doors",
        "ECI(2030)000001",
        "Support is collected until 31 Aug. 2031",
        "121 days left",
        "does not depend on leaving us an e-mail address",
        "We hold no statement of support, no identity number",
        "You leave this site for",
        "eci.ec.europa.eu",
        "press “I have signed”",
    ):
        assert words in body
    assert FORM not in body  # the way there leads through the address that counts the visit


def test_page_shows_thirty_answers_and_no_country_outside_the_union(page: PledgePage, client: Client) -> None:
    field = shown(client, page).partition('name="citizen_of"')[2].partition("</select>")[0]
    options = re.findall(r'<option value="(\w*)"', field)
    assert sorted(options) == sorted(["", *country_rules(), "other", "none"])


@pytest.mark.parametrize(
    ("nationality", "words"),
    [
        ("FR", ["France: this is what the form asks", "date of birth", "at least 18 years", "cannot be used for it"]),
        ("BE", ["Belgium", "number of an identity document", "at least 16 years", "can also use your electronic"]),
        ("SK", ["Slovakia", "Not certain:", "eID) can be used, we do not know", "The official page"]),
        ("other", ["You cannot give support with this nationality", "If you have a second nationality"]),
        ("none", ["You cannot give support with this nationality"]),
    ],
)
def test_answer_says_what_the_country_asks(
    page: PledgePage, client: Client, nationality: str, words: list[str]
) -> None:
    response = ask(client, page, nationality)
    assert response.status_code == 200
    body = response.content.decode()
    for each in [*words, "Regulation (EU) 2019/788", "looked up on 21 Nov. 2026"]:
        assert each in body
    assert ("data-support-go" in body) is (nationality not in {"other", "none"})


def test_answer_of_a_member_state_nobody_looked_up_is_honest(
    page: PledgePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {code: rule for code, rule in country_rules().items() if code != "LU"}
    monkeypatch.setattr("campaigns.initiative_support.country_rules", lambda: rules)
    body = ask(client, page, "LU").content.decode()
    assert "nobody has looked up here yet" in body
    assert "data-support-go" in body


@pytest.mark.parametrize("nationality", ["", "MA", "fr", "FR+DE", "ﬁ", "\x00", "x" * 100_000, "<script>"])
def test_answer_out_of_no_list_is_asked_again(page: PledgePage, client: Client, nationality: str) -> None:
    response = ask(client, page, nationality)
    assert response.status_code == 422
    body = response.content.decode()
    assert 'id="field-citizen_of"' in body
    assert 'id="errors"' in body
    assert "data-may" not in body
    assert "<script>alert" not in body


def test_answer_is_kept_by_nobody(page: PledgePage, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    models = [model for model in apps.get_models() if model._meta.managed]
    shown(client, page)  # what a site keeps of its settings is made with the first page
    before = {model: model._default_manager.count() for model in models}
    response = ask(client, page, "SK")
    assert {model: model._default_manager.count() for model in models} == before
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    assert "SK" not in caplog.text
    assert "citizen_of" not in caplog.text
    assert not re.search(r'(href|action)="[^"]*(SK|citizen_of)', response.content.decode())


def test_question_from_another_site_is_refused(page: PledgePage, client: Client) -> None:
    response = client.post(
        reverse("support", args=[page.pk]), {"citizen_of": "FR"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403


def test_question_opened_as_an_address_leads_to_the_page(page: PledgePage, client: Client) -> None:
    response = client.get(reverse("support", args=[page.pk]) + "?s=poster")
    assert (response.status_code, response["Location"]) == (302, f"{page.get_url()}?s=poster")
    garbage = client.get(reverse("support", args=[page.pk]) + "?s=%0d%0aX: y")
    assert garbage["Location"] == page.get_url()


def test_source_travels_from_the_page_through_the_answer_to_the_way_out(page: PledgePage, client: Client) -> None:
    first = shown(client, page, "?s=poster")
    assert f'href="{reverse("support_go", args=[page.pk])}?s=poster"' in first
    action = f"{reverse('support', args=[page.pk])}?s=poster"
    assert f'action="{action}#ask"' in first
    second = client.post(action, {"citizen_of": "FR"}).content.decode()
    assert f'href="{reverse("support_go", args=[page.pk])}?s=poster"' in second
    assert f'href="{reverse("support_go", args=[page.pk])}"' in shown(client, page)


def test_source_outlives_a_form_sent_with_errors(page: PledgePage, client: Client) -> None:
    response = client.post(reverse("pledge", args=[page.pk]), {"source": "poster", "email": "no address"})
    assert response.status_code == 422
    assert f'href="{reverse("support_go", args=[page.pk])}?s=poster"' in response.content.decode()
    garbage = client.post(reverse("pledge", args=[page.pk]), {"source": '"><script>', "email": "no address"})
    assert f'href="{reverse("support_go", args=[page.pk])}"' in garbage.content.decode()


def test_way_out_counts_a_visit_and_hands_nothing_on(page: PledgePage, client: Client) -> None:
    campaign = page.pledge_kind.campaign
    partnership = make_partnership(campaign)
    make_source(campaign, "poster", partnership)
    response = go(client, page, "?s=poster")
    assert (response.status_code, response["Location"]) == (302, FORM)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    visit = SupportVisit.objects.get()
    assert (visit.kind, visit.partnership, visit.source, visit.bucket) == (
        page.pledge_kind,
        partnership,
        "poster",
        "poster",
    )
    assert (visit.locale, visit.day, visit.is_generated) == ("en", date(2031, 5, 2), False)


def test_day_of_a_visit_is_the_campaigns(page: PledgePage, client: Client) -> None:
    campaign = page.pledge_kind.campaign
    campaign.time_zone = "Europe/Helsinki"
    campaign.save()
    with time_machine.travel(datetime(2031, 5, 2, 21, 30, tzinfo=UTC), tick=False):
        go(client, page)
    assert SupportVisit.objects.get().day == date(2031, 5, 3)


def test_every_press_is_a_visit(page: PledgePage, client: Client) -> None:
    for _press in range(3):
        assert go(client, page).status_code == 302
    assert SupportVisit.objects.count() == 3


def test_flood_from_one_address_is_passed_on_and_not_counted(
    page: PledgePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supporting, "COUNTED_AT_MOST", 2)
    assert {go(client, page)["Location"] for _press in range(4)} == {FORM}
    assert SupportVisit.objects.count() == 2


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "Prefetch"}, {"X-Purpose": "preview"}],
)
def test_guess_of_a_browser_is_no_visit(page: PledgePage, client: Client, headers: dict[str, str]) -> None:
    assert go(client, page, **headers).status_code == 403
    assert not SupportVisit.objects.exists()
    assert go(client, page, **{"Sec-Purpose": "navigate"}).status_code == 302


def test_head_and_other_methods_are_no_visits(page: PledgePage, client: Client) -> None:
    address = reverse("support_go", args=[page.pk])
    assert client.head(address)["Location"] == FORM
    for method in (client.post, client.put, client.delete, client.options):
        assert method(address).status_code == 405
    assert not SupportVisit.objects.exists()


@pytest.mark.parametrize(
    "code",
    ["'; DROP TABLE x;--", "\x00", "x" * 41, "x" * 5_000, "~", "~~x", "é", "../..", "<b>", "https://evil.example"],
)
def test_garbage_as_a_source_is_left_out_and_the_visit_counts(page: PledgePage, client: Client, code: str) -> None:
    response = client.get(reverse("support_go", args=[page.pk]), {"s": code, "url": "https://evil.example"})
    assert response["Location"] == FORM
    assert (SupportVisit.objects.get().source, SupportVisit.objects.get().partnership) == ("", None)


def test_code_of_another_campaign_credits_nobody(page: PledgePage, client: Client) -> None:
    other = make_petition().campaign
    make_source(other, "theirs", make_partnership(other))
    go(client, page, "?s=theirs")
    visit = SupportVisit.objects.get()
    assert (visit.source, visit.partnership) == ("theirs", None)


def test_robots_are_kept_from_the_way_out(client: Client) -> None:
    assert "Disallow: /*/support/*/go/" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("address", ["support", "support_go"])
def test_address_of_anything_else_is_not_found(page: PledgePage, client: Client, address: str) -> None:
    draft = make_support_page(make_supported("ECI(2030)000002"), slug="draft")
    draft.unpublish()
    others = [
        draft.pk,
        make_home().pk,
        make_petition_page().pk,
        make_support_page(make_kind(make_petition().campaign), slug="to-vote").pk,
        10**30,
        0,
    ]
    for pk in others:
        response = client.get(f"/en/support/{pk}/{'go/' if address == 'support_go' else ''}")
        assert response.status_code == 404, pk
    assert not SupportVisit.objects.exists()


def test_visit_is_written_for_the_pages_own_kind_alone(page: PledgePage, client: Client) -> None:
    other = make_support_page(make_supported("ECI(2030)000002", support_url="https://eci.ec.europa.eu/046/"))
    assert go(client, other)["Location"] == "https://eci.ec.europa.eu/046/"
    assert SupportVisit.objects.get().kind == other.pledge_kind


def collection(**fields: Any) -> PledgePage:
    return make_support_page(make_supported("ECI(2030)000009", **fields), slug="other")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"support_url": ""}, ["We do not have the address of the form yet", "until 31 Aug. 2031"]),
        ({"support_url": "http://eci.ec.europa.eu/"}, ["We do not have the address of the form yet"]),
        ({"support_url": "javascript:alert(1)"}, ["We do not have the address of the form yet"]),
        ({"collection_start_date": date(2031, 6, 1)}, ["begins on 1 June 2031", "ends on 31 Aug. 2031"]),
        (
            {"collection_start_date": None, "status": "REGISTERED", "ends": None},
            ["its first day is not known yet"],
        ),
        ({"ends": date(2031, 5, 1)}, ["Collection closed on 1 May 2031", "It began on 1 Sept. 2030"]),
        ({"early_closure_date": date(2031, 4, 30)}, ["Collection closed on 30 April 2031"]),
        ({"status": "WITHDRAWN"}, ["The collection is closed"]),
    ],
)
def test_page_without_a_way_out_says_why_with_the_days(
    db: None, client: Client, fields: dict[str, Any], words: list[str]
) -> None:
    page = collection(**fields)
    body = shown(client, page)
    for each in words:
        assert each in body
    assert "data-support-go" not in body
    response = go(client, page)
    assert (response.status_code, response["Location"]) == (302, page.get_url())
    assert not SupportVisit.objects.exists()


def test_last_day_is_a_day_on_which_support_can_be_given(page: PledgePage, client: Client) -> None:
    with time_machine.travel(datetime(2031, 8, 31, 21, 59, tzinfo=UTC), tick=False):  # 23:59 in Brussels
        assert "that is today" in shown(client, page)
        assert go(client, page)["Location"] == FORM
    with time_machine.travel(datetime(2031, 8, 31, 22, 1, tzinfo=UTC), tick=False):
        assert go(client, page)["Location"] == page.get_url()


def test_closed_collection_asks_nothing(db: None, client: Client) -> None:
    page = collection(ends=date(2031, 5, 1))
    response = ask(client, page, "FR")
    assert response.status_code == 200
    assert "data-may" not in response.content.decode()
    assert "<select" not in response.content.decode()


def test_page_of_a_pledge_without_initiative_shows_none_of_it(db: None, client: Client) -> None:
    page = make_support_page(make_kind(make_petition().campaign))
    assert 'id="support"' not in shown(client, page)


def test_kind_that_takes_no_pledges_offers_no_form(page: PledgePage, client: Client) -> None:
    PledgeKind.objects.update(is_open=False)
    body = shown(client, page)
    assert "We remind you later" not in body
    assert "data-support-go" in body


def test_page_and_way_out_read_as_little_as_they_need(
    page: PledgePage, client: Client, django_assert_num_queries: Any
) -> None:
    go(client, page, "?s=poster")
    with django_assert_num_queries(4):  # the page with its kind, the end of the collection, the link's partner, the row
        go(client, page, "?s=poster")


def test_title_of_the_initiative_cannot_carry_markup(page: PledgePage, client: Client) -> None:
    Initiative.objects.update(titles={"en": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in shown(client, page)


def test_collection_without_a_stored_end_is_open_and_promises_no_day(page: PledgePage, client: Client) -> None:
    InitiativeDeadline.objects.all().delete()
    body = shown(client, page)
    assert "data-support-go" in body
    assert "Support is collected until" not in body
