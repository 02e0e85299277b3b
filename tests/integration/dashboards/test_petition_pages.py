from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.memberships import grant_membership
from accounts.models import Organisation, Role, User
from campaigns.actions.signatures import new_share_code
from campaigns.actions.tallies import count_signatures
from campaigns.enums import SignatureStatus
from campaigns.models import LiveSwitches, Partnership, Petition, Signature
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_petition

pytestmark = pytest.mark.django_db


def _member(name: str, organisation: Organisation, role: Role) -> Client:
    user = User.objects.create_user(f"{name}@example.org")
    grant_membership(user=user, organisation=organisation, role=role, by="job:test")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def petition() -> Petition:
    """A petition with 3 signatures without partner, 2 of partner Green and 1 of partner Blue."""
    petition = make_petition(goal_steps=[10, 100])
    at = timezone.now()
    partners: list[Partnership | None] = [None]
    for name in ("green", "blue"):
        organisation = Organisation.objects.create(name=name.title(), slug=name)
        partners.append(Partnership.objects.create(campaign=petition.campaign, organisation=organisation))
    for partnership, count in zip(partners, (3, 2, 1), strict=True):
        for number in range(count):
            Signature.objects.create(
                petition=petition, share_code=new_share_code(), status=SignatureStatus.CONFIRMED,
                territory_code="BE" if number else "FR", partnership=partnership, locale="en",
                source=partnership.organisation.slug if partnership else "",
                day=(at - timedelta(days=number * 5)).date(), confirmed_at=at,
            )  # fmt: skip
    count_signatures(at=at)
    return petition


def _url(petition: Petition, file: str = "") -> str:
    return f"/staff/dashboards/petitions/{petition.pk}/{file}"


def test_dashboard_for_the_coordinator_shows_every_breakdown(petition: Petition) -> None:
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    page = ada.get(_url(petition)).content.decode()
    for words in ("Green", "Blue", "By country", "By partner", "By link"):
        assert words in page
    csv = ada.get(_url(petition, "partners.csv")).content.decode().splitlines()
    assert [line.split(",")[1:3] for line in csv[1:]] == [["no partner", "3"], ["Green", "2"], ["Blue", "1"]]


def test_dashboard_for_a_partner_shows_only_the_own_organisation(petition: Petition) -> None:
    ben = _member("ben", Organisation.objects.get(slug="green"), Role.PARTNER_MANAGER)
    page = ben.get(_url(petition)).content.decode()
    assert "Green" in page
    assert "Blue" not in page
    assert "Blue" not in ben.get(_url(petition, "partners.csv")).content.decode()
    assert "Blue" not in ben.get(_url(petition, "partners.svg")).content.decode()
    assert "blue" not in ben.get(_url(petition, "sources.csv")).content.decode()


def test_dashboard_for_an_outsider_is_not_there(petition: Petition) -> None:
    other = Organisation.objects.create(name="Other", slug="other")
    dan = _member("dan", other, Role.COORDINATOR)
    for file in ("", "days.svg", "days.csv", "partners.csv"):
        assert dan.get(_url(petition, file)).status_code == 404
    assert petition.title not in dan.get("/staff/dashboards/petitions/").content.decode()


def test_dashboard_of_a_petition_nobody_signed_says_so(petition: Petition) -> None:
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    empty = make_petition(campaign=petition.campaign)
    page = ada.get(_url(empty)).content.decode()
    assert "Nobody has signed yet" in page
    assert ada.get(_url(empty, "days.svg")).status_code == 404


def test_dashboard_with_breakdowns_switched_off_shows_totals_only(petition: Petition) -> None:
    switches = LiveSwitches.load()
    switches.shows_breakdowns = False
    switches.save()
    clear_ttl_caches()
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    page = ada.get(_url(petition)).content.decode()
    assert "By country" not in page
    assert "Breakdowns are switched off" in page


def test_list_of_petitions_costs_the_same_with_one_and_with_three(
    petition: Petition, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    ada.get("/staff/dashboards/petitions/")  # what the process remembers is there now
    with django_assert_max_num_queries(30) as one:
        ada.get("/staff/dashboards/petitions/")
    for _ in range(2):
        make_petition(campaign=petition.campaign)
    with django_assert_num_queries(len(one)):
        ada.get("/staff/dashboards/petitions/")


def test_dashboard_stays_under_thirty_queries(petition: Petition, django_assert_max_num_queries: Any) -> None:
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    with django_assert_max_num_queries(30):
        assert ada.get(_url(petition)).status_code == 200


def test_home_of_staff_shows_the_counts_and_what_waits(petition: Petition) -> None:
    Signature.objects.filter(petition=petition).update(comment="Because.")
    ada = _member("ada", petition.campaign.organisation, Role.COORDINATOR)
    home = ada.get("/staff/").content.decode()
    assert petition.title in home
    assert "6 comments to read" in home
    dan = _member("dan", Organisation.objects.create(name="Other", slug="other"), Role.COORDINATOR)
    elsewhere = dan.get("/staff/").content.decode()
    assert petition.title not in elsewhere
    assert "to read" not in elsewhere
