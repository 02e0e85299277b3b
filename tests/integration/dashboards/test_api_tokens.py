"""Partners' own figures by a token, and the screens where tokens are made and revoked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions.api_tokens import revoke_api_token
from accounts.enums import Role
from accounts.models import ApiToken, Membership, Organisation
from campaigns.models import Campaign, Partnership
from tests.factories.api import count_all, make_token
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
LIST = "/api/v1/partnerships/"
TOKENS = "/staff/dashboards/api-tokens/"


def figures_of(partnership: Partnership) -> str:
    return f"{LIST}{partnership.pk}/figures"


def get(address: str, token: str, status: int = 200) -> Any:
    response = Client().get(address, headers={"authorization": f"Bearer {token}"})
    assert response.status_code == status, response.content[:300]
    return json.loads(response.content)


@pytest.fixture
def token(ours: World) -> str:
    return make_token(ours.manager, ours.partnership, at=timezone.now())[1]


def test_token_reads_what_came_through_its_partner(ours: World, token: str) -> None:
    at = timezone.now()
    for country in ("BE", "BE", "FR"):
        ours.sign(partnership=ours.partnership, territory_code=country, confirmed_at=at)
    ours.sign(confirmed_at=at)  # nobody's
    make_pledge(make_kind(ours.campaign), at=at, source=ours.source.code)
    count_all(at)
    (listed,) = get(LIST, token)["results"]
    assert (listed["id"], listed["campaign"], listed["organisation"]) == (ours.partnership.pk, "ours", "ours partner")
    found = get(figures_of(ours.partnership), token)
    signatures = found["signatures"]
    assert signatures["total"] == {"value": 3, "precision": "exact"}
    assert [day["count"] for day in signatures["by_day"]] == [3]
    assert {row["code"]: row["count"]["value"] for row in signatures["by_country"]} == {"BE": 2, "FR": 1}
    # A partner sees of pledges only who agreed to it, so one is told as fewer than ten.
    assert found["pledges"]["total"] == {"value": 10, "precision": "fewer_than"}
    assert found["pledges"]["by_week"][0]["pledged"] == {"value": 10, "precision": "fewer_than"}


def test_answers_are_for_nobody_else(ours: World, token: str) -> None:
    response = Client().get(LIST, headers={"authorization": f"bearer {token}", "origin": "https://x.org"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in response
    assert not response.cookies


def test_partner_that_may_not_see_people_reads_tens_and_no_days(
    ours: World, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.sign(partnership=ours.partnership, territory_code="FR")
    count_all(timezone.now())
    monkeypatch.setattr("campaigns.querysets.PartnershipQuerySet.entrusted_to", lambda rows, user: rows.none())
    signatures = get(figures_of(ours.partnership), token)["signatures"]
    assert signatures["total"] == {"value": 10, "precision": "fewer_than"}
    assert signatures["by_day"] is None
    assert signatures["by_country"] == [{"code": "FR", "count": {"value": 10, "precision": "fewer_than"}}]


def test_others_do_not_exist_for_a_token(ours: World, theirs: World, token: str) -> None:
    sister = Partnership.objects.create(
        campaign=ours.campaign, organisation=Organisation.objects.create(name="Sister", slug="sister")
    )
    campaign = Campaign.objects.create(title="Second", slug="second", organisation=ours.lead)
    not_named = Partnership.objects.create(campaign=campaign, organisation=ours.partner)
    for other in (theirs.partnership, sister, not_named):
        assert get(figures_of(other), token, 404)["code"] == "not_found"
    for odd in ("0", "-1", "x", "9" * 400, "%00"):
        get(f"{LIST}{odd}/figures", token, 404)


def test_id_of_another_organisation_in_a_token_gives_nothing(ours: World, theirs: World) -> None:
    token, text = make_token(ours.manager, ours.partnership, at=timezone.now())
    ApiToken.objects.filter(pk=token.pk).update(partnerships=[ours.partnership.pk, theirs.partnership.pk])
    get(figures_of(theirs.partnership), text, 404)
    assert len(get(LIST, text)["results"]) == 1


def _revoked(world: World, token: ApiToken) -> None:
    revoke_api_token(token=token, by=world.manager, at=timezone.now())


def _expired(world: World, token: ApiToken) -> None:
    past = timezone.now() - timedelta(days=2)
    ApiToken.objects.filter(pk=token.pk).update(created_at=past, expires_at=past + timedelta(days=1))


def _without_maker(world: World, token: ApiToken) -> None:
    Membership.objects.filter(user=world.manager).update(role=Role.ORGANISER)


def _left(world: World, token: ApiToken) -> None:
    Partnership.objects.filter(pk=world.partnership.pk).update(left_at=timezone.now())


def _unknown(world: World, token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).delete()


@pytest.mark.parametrize("ended", [_revoked, _expired, _without_maker, _left, _unknown])
def test_token_that_is_over_is_answered_as_one_that_never_was(ours: World, ended: Any) -> None:
    token, text = make_token(ours.manager, ours.partnership, at=timezone.now())
    get(LIST, text)  # what is looked up once in the life of a process
    ended(ours, token)
    answers = []
    for sent in (text, "carillon_never", ""):
        with CaptureQueriesContext(connection) as caught:
            response = Client().get(LIST, headers={"authorization": f"Bearer {sent}"} if sent else {})
        assert response["WWW-Authenticate"] == 'Bearer realm="Carillon API"'
        answers.append((response.status_code, response.content, len(caught)))
    assert set(answers) == {(401, answers[0][1], 2)}
    assert json.loads(answers[0][1])["code"] == "token_not_accepted"


@override_settings(API_TOKEN_REQUESTS_PER_MINUTE=2)
def test_token_is_counted_wherever_it_is_used(ours: World, token: str, clock: object) -> None:
    for number in range(3):
        response = Client().get(LIST, headers={"authorization": f"Bearer {token}"}, REMOTE_ADDR=f"192.0.2.{number + 1}")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@override_settings(API_TOKEN_ADDRESS_REQUESTS_PER_MINUTE=2)
def test_guesses_from_one_address_are_counted(ours: World, clock: object) -> None:
    for number in range(2):
        get(LIST, f"guess{number}", 401)
    get(LIST, "guess", 429)


def test_cost_does_not_grow_with_what_came(ours: World, token: str) -> None:
    def cost() -> int:
        count_all(timezone.now())
        with CaptureQueriesContext(connection) as caught:
            get(figures_of(ours.partnership), token)
        return len(caught)

    ours.sign(partnership=ours.partnership)
    get(figures_of(ours.partnership), token)
    one = cost()
    for country in ("FR", "DE", "NL"):
        ours.sign(partnership=ours.partnership, territory_code=country, confirmed_at=timezone.now())
    assert cost() == one <= 14


# --- In the staff area --------------------------------------------------------------------------


def form(partnership: Partnership, **changed: Any) -> dict[str, Any]:
    last_day = (timezone.localdate() + timedelta(days=90)).isoformat()
    return {"name": "Our map", "partnerships": [partnership.pk], "last_day": last_day, **changed}


def test_manager_makes_a_token_that_is_shown_once(ours: World) -> None:
    client = browse(ours.manager)
    page = client.post(f"{TOKENS}make/", form(ours.partnership))
    assert page.status_code == 200
    text = page.context["text"]
    assert text in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert get(LIST, text)["results"][0]["id"] == ours.partnership.pk
    ends = timezone.localtime(ApiToken.objects.get().expires_at)
    assert (ends.date() - timezone.localdate()).days == 90  # all of the last day is in, and it is the day shown
    listed = client.get(TOKENS).content.decode()
    assert "Our map" in listed
    assert text not in listed
    again = client.post(f"{TOKENS}make/", form(ours.partnership))
    assert again.status_code == 422
    assert "has a token of this name" in again.content.decode()


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"partnerships": []}, {"last_day": "2001-01-01"}, {"last_day": "2999-01-01"}]
)
def test_form_says_what_is_wrong(ours: World, changed: dict[str, Any]) -> None:
    page = browse(ours.manager).post(f"{TOKENS}make/", form(ours.partnership, **changed))
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_makes_a_token_for_anothers_figures(ours: World, theirs: World) -> None:
    assert browse(theirs.manager).post(f"{TOKENS}make/", form(ours.partnership)).status_code == 422
    assert browse(ours.coordinator).post(f"{TOKENS}make/", form(ours.partnership)).status_code == 422
    assert browse(ours.analyst).post(f"{TOKENS}make/", form(ours.partnership)).status_code == 403
    assert not ApiToken.objects.exists()


@override_settings(REAUTHENTICATION_SECONDS=900)
def test_a_fresh_proof_stands_before_a_token(ours: World) -> None:
    client = browse(ours.manager)
    for response in (client.get(f"{TOKENS}make/"), client.post(f"{TOKENS}make/", form(ours.partnership))):
        assert response.status_code == 302
        assert reverse("account_confirm") in response["Location"]
    assert not ApiToken.objects.exists()


def test_revoking_asks_once(ours: World, theirs: World, token: str) -> None:
    row = ApiToken.objects.get()
    address = f"{TOKENS}{row.pk}/revoke/"
    assert browse(theirs.manager).post(address).status_code == 404
    assert browse(ours.dpo).post(address).status_code == 403
    assert browse(ours.analyst).get(address).status_code == 403
    client = browse(ours.manager)
    assert "Our map" in client.get(address).content.decode()
    get(LIST, token)
    assert client.post(address).status_code == 302
    get(LIST, token, 401)
    assert "revoked" in client.get(TOKENS).content.decode()


def test_lists_show_own_tokens_and_the_coalitions(ours: World, theirs: World, token: str) -> None:
    for somebody in (ours.manager, ours.coordinator, ours.dpo):
        assert "Our map" in browse(somebody).get(TOKENS).content.decode()
    assert "There is no token yet" in browse(theirs.manager).get(TOKENS).content.decode()
    assert browse(ours.analyst).get(TOKENS).status_code == 403


def test_list_costs_the_same_with_three(ours: World) -> None:
    def cost() -> int:
        client = browse(ours.manager)
        client.get(TOKENS)
        with CaptureQueriesContext(connection) as caught:
            client.get(TOKENS)
        return len(caught)

    make_token(ours.manager, ours.partnership, at=timezone.now())
    one = cost()
    for number in range(2):
        make_token(ours.manager, ours.partnership, at=timezone.now(), name=str(number))
    assert cost() == one
