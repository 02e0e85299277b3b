"""Public figures as JSON: what is public, how it is kept, and how it refuses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.models import Campaign, Initiative, LiveSwitches, Petition, PledgeKind
from cms.models import PetitionPage
from core.ttl_cache import clear_ttl_caches
from tests.factories.api import Shown, count_all, make_campaign_page, show
from tests.factories.cms import make_petition_page, make_pledge_page
from tests.factories.initiatives import add_reading, make_initiative
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
BASE = "/api/v1/"
PROGRESS = f"{BASE}campaigns/ours/progress"


@pytest.fixture
def shown(ours: World) -> Shown:
    return show(ours, at=timezone.now())


def get(address: str, status: int = 200, **headers: str) -> Any:
    response = Client().get(address, headers=headers)
    assert response.status_code == status, response.content[:300]
    return json.loads(response.content)


def test_progress_tells_signatures_pledges_registrations_and_initiative(shown: Shown) -> None:
    found = get(PROGRESS)
    assert found["campaign"]["slug"] == "ours"
    (petition,) = found["petitions"]
    assert petition["count"] == 3
    assert petition["goal"] == 100
    assert petition["goal_steps"] == shown.petition.goal_steps
    assert petition["as_of"].endswith("Z")
    assert petition["pages"][0]["title"] == "Open the doors"
    (pledge,) = found["pledges"]
    assert (pledge["pledged"], pledge["kept"], pledge["kept_is_self_reported"]) == (1, None, True)
    official = found["registrations"]
    assert (official["kind"], official["is_final"]) == ("provisional", False)
    assert (official["as_of"], official["rate_percent"], official["registered"]) == ("2018-07", "16.8", None)
    assert official["sources"] == ["Region 2018"]
    (initiative,) = found["initiatives"]
    assert (initiative["statements"], initiative["statements_needed"]) == (100_000, 1_000_000)
    assert initiative["countries_needed"] == 7


def test_progress_holds_nothing_of_staff_or_people(shown: Shown) -> None:
    text = Client().get(PROGRESS).content.decode()
    assert shown.petition.title not in text  # staff's name of it
    for private in ("Nina", "example.org/person", "partnership", "@"):
        assert private not in text


def test_count_below_the_minimum_is_hidden_and_so_is_what_the_goal_would_tell(shown: Shown) -> None:
    Petition.objects.filter(pk=shown.petition.pk).update(minimum_shown=4, goal_steps=[3, 50])
    PledgeKind.objects.filter(pk=shown.kind.pk).update(minimum_shown=2)
    found = get(PROGRESS)
    assert (found["petitions"][0]["count"], found["petitions"][0]["goal"]) == (None, 3)
    assert found["pledges"][0]["pledged"] is None


def test_switch_of_live_counts_hides_every_count(shown: Shown) -> None:
    switches = LiveSwitches.load()
    switches.shows_live_counts = False
    switches.save()
    clear_ttl_caches()
    found = get(PROGRESS)
    assert found["petitions"][0]["count"] is None
    assert found["pledges"][0]["pledged"] is None


@pytest.mark.parametrize("path", ["campaigns/theirs/", "campaigns/theirs/progress", "campaigns/none/", "nothing"])
def test_what_is_not_public_is_not_there(shown: Shown, theirs: World, path: str) -> None:
    problem = get(f"{BASE}{path}", 404)
    assert (problem["code"], problem["status"]) == ("not_found", 404)
    assert "theirs" not in json.dumps(problem)


def test_draft_and_shut_pages_make_nothing_public(shown: Shown, theirs: World) -> None:
    page = make_petition_page(theirs.petition)
    assert get(f"{BASE}petitions/{theirs.petition.pk}/count")["id"] == theirs.petition.pk
    clear_ttl_caches()
    PetitionPage.objects.filter(pk=page.pk).update(live=False)
    get(f"{BASE}petitions/{theirs.petition.pk}/count", 404)
    get(f"{BASE}petitions/{page.slug}/count", 404)
    get(f"{BASE}campaigns/theirs/", 404)
    PetitionPage.objects.filter(pk=page.pk).update(live=True)
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    get(f"{BASE}petitions/{theirs.petition.pk}/count", 404)
    assert [each["slug"] for each in get(f"{BASE}campaigns/")["results"]] == ["ours"]


def test_petition_is_found_by_id_and_by_its_page(shown: Shown) -> None:
    by_id = get(f"{BASE}petitions/{shown.petition.pk}/count")
    assert by_id["count"] == 3
    assert get(f"{BASE}petitions/{shown.page.slug}/count") == by_id


def test_address_two_petitions_share_is_neither(shown: Shown, theirs: World) -> None:
    make_campaign_page(theirs.campaign)
    other = make_petition_page(theirs.petition)
    PetitionPage.objects.filter(pk=other.pk).update(slug=shown.page.slug)
    get(f"{BASE}petitions/{shown.page.slug}/count", 404)


def test_petition_of_a_public_campaign_without_a_page_is_not_there(shown: Shown, ours: World) -> None:
    hidden = Petition.objects.create(campaign=ours.campaign, title="Hidden")
    get(f"{BASE}petitions/{hidden.pk}/count", 404)
    assert [each["id"] for each in get(PROGRESS)["petitions"]] == [shown.petition.pk]


@pytest.mark.parametrize("written", ["ECI(2024)000007", "eci-2024-000007"])
def test_initiative_tells_its_countries(shown: Shown, written: str) -> None:
    found = get(f"{BASE}initiatives/{written}")
    countries = {each["code"]: each for each in found["countries"]}
    assert (countries["DE"]["count"], countries["DE"]["is_passed"]) == (80_000, True)
    assert countries["BE"]["count"] is None
    assert found["titles"]["en"] == "Stop Destroying Videogames"
    assert found["origin"] == "file"
    Initiative.objects.update(is_public=False)
    get(f"{BASE}initiatives/{written}", 404)


def test_list_goes_on_by_key(shown: Shown) -> None:
    organisation = shown.campaign.organisation
    for number in range(3):
        make_campaign_page(Campaign.objects.create(title=f"C{number}", slug=f"c{number}", organisation=organisation))
    first = get(f"{BASE}campaigns/?limit=2")
    assert [each["slug"] for each in first["results"]] == ["c2", "c1"]
    second = get(first["next"].removeprefix(f"{first['next'].partition('/api')[0]}"))
    assert [each["slug"] for each in second["results"]] == ["c0", "ours"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "before=-1", f"before={2**63}", f"limit={'9' * 3_000}", "before=%00"]
)
def test_odd_query_is_refused_by_name(query: str) -> None:
    problem = get(f"{BASE}campaigns/?{query}", 400)
    assert problem["code"] == "bad_request"
    assert problem["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["petitions/%00/count", "initiatives/%00", f"petitions/{'9' * 400}/count", "a/%E2%80"])
def test_odd_path_is_not_there(path: str) -> None:
    get(f"{BASE}{path}", 404)


def test_answers_are_public_kept_and_known_again(shown: Shown) -> None:
    response = Client().get(
        PROGRESS, headers={"accept-language": "fr", "accept": "text/html", "origin": "https://x.org"}
    )
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in response
    assert not response.cookies
    again = Client().get(PROGRESS, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    assert Client().head(PROGRESS).status_code == 200


def test_somebody_signed_in_gets_what_everybody_gets(shown: Shown, ours: World) -> None:
    mine = browse(ours.coordinator).get(PROGRESS)
    assert mine.content == Client().get(PROGRESS).content
    assert not mine.cookies


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(f"{BASE}campaigns/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["code"] == "method_not_allowed"


def test_browser_may_ask_before_it_asks() -> None:
    response = Client().options(f"{BASE}campaigns/")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_forgotten_slash_leads_on() -> None:
    response = Client().get(f"{BASE}campaigns?limit=3")
    assert (response.status_code, response["Location"]) == (301, f"{BASE}campaigns/?limit=3")


@override_settings(API_REQUESTS_PER_MINUTE=2)
def test_too_many_requests_are_told_how_long_to_wait(clock: object) -> None:
    for _ in range(2):
        get(f"{BASE}campaigns/")
    response = Client().get(f"{BASE}campaigns/")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert json.loads(response.content)["code"] == "too_many_requests"
    assert Client().get(f"{BASE}campaigns/", REMOTE_ADDR="192.0.2.9").status_code == 200


def queries(address: str) -> int:
    clear_ttl_caches()
    with CaptureQueriesContext(connection) as caught:
        get(address)
    return len(caught)


def test_cost_does_not_grow(shown: Shown, ours: World) -> None:
    addresses = [PROGRESS, f"{BASE}campaigns/ours/", f"{BASE}campaigns/"]
    get(PROGRESS)  # what is looked up once in the life of a process
    one = [queries(address) for address in addresses]
    at = timezone.now()
    for number in range(2):
        petition = Petition.objects.create(campaign=ours.campaign, title=f"P{number}")
        make_petition_page(petition)
        ours.sign(petition=petition, confirmed_at=at)
        kind = make_kind(ours.campaign, ["support-an-initiative", "apply-for-citizenship"][number])
        make_pledge_page(kind)
        make_pledge(kind, f"p{number}@example.org", at=at)
        initiative = make_initiative(f"ECI(2024)00000{number + 1}")
        Initiative.objects.filter(pk=initiative.pk).update(campaign=ours.campaign)
        add_reading(initiative, at.date() - timedelta(days=1), {"DE": 5})
        other = Campaign.objects.create(title=f"C{number}", slug=f"c{number}", organisation=ours.lead)
        make_campaign_page(other)
    count_all(at)
    found = get(PROGRESS)
    assert [len(found[name]) for name in ("petitions", "pledges", "initiatives")] == [3, 3, 3]
    assert [queries(address) for address in addresses] == one
    assert one[0] <= 16


def test_page_for_people_lists_every_address_and_problem() -> None:
    response = Client().get("/api/")
    page = response.content.decode()
    assert "/api/v1/campaigns/{slug}/progress" in page
    assert 'id="too_many_requests"' in page
    assert not response.cookies
