"""Which officers see a request and may decide about its person: partners that are shut out see none of it."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from campaigns.models import Campaign, Partnership
from coalition.actions.leaving import leave_campaign
from people.models import Supporter
from rights.models import RightsRequest
from rights.selectors import officers_of, organisations_concerned
from tests.factories.coalition import ask_agreement
from tests.factories.people import make_organisation
from tests.factories.requests import make_request
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(ours: World) -> User:
    """Return the officer of the partner, which takes part in another campaign of the lead as well."""
    other = Campaign.objects.create(title="Two", slug="two", organisation=ours.lead)
    Partnership.objects.create(campaign=other, organisation=ours.partner)
    return make_user("boss", Role.DATA_PROTECTION_OFFICER, ours.partner)


@pytest.mark.parametrize("state", ["left", "unagreed"])
@pytest.mark.parametrize("is_before", [True, False])
def test_partner_that_is_shut_out_sees_no_request(
    ours: World, officer: User, at: datetime, state: str, is_before: bool
) -> None:
    signature = ours.sign(partnership=ours.partnership)
    ours.consent(signature, ours.partner)
    request = make_request(signature.supporter, at) if is_before else None
    if state == "left":
        leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    else:
        ask_agreement(ours)
    request = request or make_request(signature.supporter, at)
    assert list(organisations_concerned(signature.supporter)) == [ours.lead]
    assert not RightsRequest.objects.visible_to(officer).exists()
    assert RightsRequest.objects.visible_to(ours.dpo).get() == request
    assert browse(officer).post(reverse("staff_rights:erase", args=[request.pk])).status_code == 404
    assert Supporter.objects.filter(pk=signature.supporter_id).exists()


def test_partner_that_takes_part_reads_the_request_and_decides_nothing(
    ours: World, officer: User, at: datetime
) -> None:
    signature = ours.sign(partnership=ours.partnership)
    request = make_request(signature.supporter, at)
    client, page = browse(officer), reverse("staff_rights:show", args=[request.pk])
    shown = client.get(page).content.decode()
    erase = reverse("staff_rights:erase", args=[request.pk])
    assert (erase in shown, 'value="refuse"' in shown, 'value="restrict"' in shown) == (False, False, False)
    for button in ("restrict", "lift", "refuse"):
        assert client.post(page, {"do": button, "refuse-reason": "No"}).status_code == 403
    assert client.post(erase).status_code == 403
    request.refresh_from_db()
    assert (request.is_waiting, request.supporter.restricted_at) == (True, None)
    lead = browse(ours.dpo)
    assert erase in lead.get(page).content.decode()
    assert lead.post(erase).status_code == 302
    assert not Supporter.objects.filter(pk=signature.supporter_id).exists()


def test_organisation_without_an_officer_is_told_by_its_coordinators_though_another_has_one(
    ours: World, officer: User
) -> None:
    other = make_organisation("Without an officer")
    coordinator = make_user("cora", Role.COORDINATOR, other)
    assert officers_of([other.pk, ours.partner.pk]) == [officer, coordinator]
    assert officers_of([ours.partner.pk]) == [officer]
