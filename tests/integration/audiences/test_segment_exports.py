"""Whose people leave a segment in plain: those of campaigns its organisation leads, and nobody else's."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import ExportTaken, User
from audiences.actions.segments import create_segment
from audiences.exports import OnlyEncryptedError, begin_export, count_people
from audiences.models import Segment
from campaigns.models import Campaign, Partnership, Petition
from core.models import AuditEntry
from tests.factories.fieldwork import make_volunteer
from tests.factories.staff import World, browse, make_user


def make(world: World, organisation: Any, campaign: Campaign | None = None) -> Segment:
    return create_segment(
        organisation=organisation, campaign=campaign, name="All", rule={"all": []}, by="tests", at=timezone.now()
    )


def url_of(segment: Segment) -> str:
    return reverse("staff_segments:export", args=[segment.pk])


def names(user: User, segment: Segment) -> set[str]:
    response: Any = browse(user).get(url_of(segment))
    assert response.status_code == 200
    return {row["name"] for row in csv.DictReader(StringIO(response.getvalue().decode("utf-8-sig")))}


@pytest.fixture
def brought(ours: World) -> World:
    """Our coalition, whose partner brought one person who agreed to it."""
    ours.consent(ours.sign("Nina Secret", partnership=ours.partnership), ours.partner)
    return ours


def test_partner_is_refused_with_the_way_to_its_encrypted_files(brought: World) -> None:
    segment = make(brought, brought.partner, brought.campaign)
    ben = browse(brought.manager)
    for answer in (ben.get(url_of(segment)), ben.post(url_of(segment), {"reason": "Letters to the ministry."})):
        assert (answer.status_code, answer.streaming) == (403, False)
        assert "never in plain" in answer.content.decode()
        assert f'href="{reverse("staff_partner_exports:index")}"' in answer.content.decode()
    assert not AuditEntry.objects.filter(action__contains="export").exists()
    assert not ExportTaken.objects.exists()


def test_partners_page_of_a_segment_leads_to_the_encrypted_files(brought: World) -> None:
    segment = make(brought, brought.partner)
    page = browse(brought.manager).get(reverse("staff_segments:inspect", args=[segment.pk])).content.decode()
    assert url_of(segment) not in page
    assert f'class="button button-secondary" href="{reverse("staff_partner_exports:index")}"' in page


def test_page_of_a_leads_segment_offers_the_export_as_before(ours: World) -> None:
    segment = make(ours, ours.lead)
    page = browse(ours.coordinator).get(reverse("staff_segments:inspect", args=[segment.pk])).content.decode()
    assert url_of(segment) in page
    assert f'class="button button-secondary" href="{reverse("staff_partner_exports:index")}"' not in page


@pytest.mark.parametrize("role", [Role.COORDINATOR, None])
def test_no_other_role_takes_a_partners_segment_out_in_plain(brought: World, role: Role | None) -> None:
    segment = make(brought, brought.partner)
    pat = make_user("pat", role, brought.partner) if role else User.objects.create_superuser("hana@example.org")
    assert browse(pat).get(url_of(segment)).status_code == 403
    with pytest.raises(OnlyEncryptedError):
        begin_export(segment=segment, user=pat, at=timezone.now())


def test_campaign_of_its_own_opens_no_way_to_the_people_of_another(brought: World) -> None:
    own = Campaign.objects.create(title="Own", slug="own", organisation=brought.partner)
    brought.sign("Omar Open", petition=Petition.objects.create(campaign=own, title="Own petition"))
    make_volunteer(brought, "Vera Volunteer", brought.partner)
    pat = make_user("pat", Role.COORDINATOR, brought.partner)
    pat.memberships.create(organisation=brought.partner, role=Role.PARTNER_MANAGER)
    everybody = make(brought, brought.partner)
    assert names(pat, everybody) == {"Omar Open"}
    assert count_people(segment=everybody, user=pat, at=timezone.now()) == 1
    page = browse(pat).get(reverse("staff_segments:inspect", args=[everybody.pk])).content.decode()
    assert url_of(everybody) in page
    assert "People of campaigns it only takes part in leave in files that are encrypted" in page


def test_segment_for_the_news_of_anothers_campaign_leaves_encrypted_alone(brought: World) -> None:
    Campaign.objects.create(title="Own", slug="own", organisation=brought.partner)
    segment = make(brought, brought.partner, brought.campaign)
    assert browse(brought.manager).get(url_of(segment)).status_code == 403


def test_manager_who_coordinates_elsewhere_takes_nobody_of_the_partner_along(brought: World, theirs: World) -> None:
    theirs.sign("Omar Open")
    ben = brought.manager
    ben.memberships.create(organisation=theirs.lead, role=Role.COORDINATOR)
    assert names(ben, make(theirs, theirs.lead)) == {"Omar Open"}
    assert browse(ben).get(url_of(make(brought, brought.partner))).status_code == 403


def test_manager_of_the_lead_takes_nobody_of_campaigns_it_only_takes_part_in(ours: World, theirs: World) -> None:
    part = Partnership.objects.create(campaign=theirs.campaign, organisation=ours.lead)
    theirs.consent(theirs.sign("Paula Secret", partnership=part), ours.lead)
    make_volunteer(ours, "Vera Volunteer", ours.lead)
    assert names(make_user("mo", Role.PARTNER_MANAGER, ours.lead), make(ours, ours.lead)) == {"Vera Volunteer"}
