"""What is held about the people of partners goes when privacy.py says so, and not before."""

from datetime import date, datetime, timedelta

import pytest

from campaigns.models import Campaign
from coalition.actions.applications import refuse_application
from coalition.actions.forgetting import AFTER_ANSWER, forget_partners_people
from coalition.actions.leaving import leave_campaign
from coalition.models import PartnerApplication, PartnerContact, PartnerDeparture
from core.models import AuditEntry
from tests.factories.coalition import make_application
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def test_applicant_is_forgotten_a_year_after_the_answer(ours: World, at: datetime) -> None:
    make_application(ours, "Waiting", at=at)
    answered = make_application(ours, "Answered", at=at)
    refuse_application(application=answered, reason="No", by=ours.coordinator, at=at)
    assert forget_partners_people(at=at + AFTER_ANSWER - timedelta(seconds=1)) == {}
    assert forget_partners_people(at=at + AFTER_ANSWER) == {"coalition.PartnerApplication": 1}
    assert forget_partners_people(at=at + AFTER_ANSWER) == {}
    answered.refresh_from_db()
    told = (answered.contact_name, answered.contact_email, answered.why, answered.decided_by)
    assert (told, answered.organisation_name) == (("", "", "", None), "Answered")
    assert PartnerApplication.objects.get(organisation_name="Waiting").contact_email == "nora@waiting.example"
    assert AuditEntry.objects.filter(action="coalition.people.forgotten").count() == 1


def test_contact_persons_go_when_the_partner_left(ours: World, theirs: World, at: datetime) -> None:
    for world in (ours, theirs):
        PartnerContact.objects.create(partnership=world.partnership, name="Nora", topic="press", email="n@x.example")
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    forget_partners_people(at=at)
    assert PartnerContact.objects.get().partnership == theirs.partnership


def test_roles_of_a_partner_that_left_are_kept_until_the_campaign_is_over(ours: World, at: datetime) -> None:
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    departure = PartnerDeparture.objects.get()
    PartnerDeparture.objects.update(ended_memberships=[[ours.manager.pk, "partner_manager", None]])
    for ends, left in ((None, 1), (at.date(), 1), (date(at.year - 1, 1, 1), 0)):
        Campaign.objects.filter(pk=ours.campaign.pk).update(ends_date=ends)
        forget_partners_people(at=at)
        departure.refresh_from_db()
        assert len(departure.ended_memberships) == left
