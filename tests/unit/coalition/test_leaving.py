"""A partner leaves (journey 7): its access ends at once, the campaign's data stays right, and it may come back."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from campaigns.actions.tallies import count_signatures
from campaigns.enums import Grain, PartnerRole
from campaigns.models import Partnership, Signature, Source, Tally
from campaigns.selectors.sources import credit_for
from coalition.actions.leaving import LeadCannotLeaveError, come_back, leave_campaign, people_losing_access
from coalition.agreements import has_agreed
from coalition.models import PartnerAgreement, PartnerDeparture
from core.models import AuditEntry
from people.enums import ConsentState
from people.models import ConsentEvent, Supporter
from tests.factories.coalition import accept, ask_agreement, refreshed
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


def enters(client: Client) -> bool:
    return client.get(reverse("staff_partners:index")).status_code == 200


def test_partner_that_leaves_loses_its_access_and_the_campaign_keeps_its_figures(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    accept(ours, text, at=at)
    ours.consent(ours.sign(partnership=ours.partnership, source="ours-link"), ours.partner)
    count_signatures(at=at + timedelta(hours=1))
    tallies = sorted(Tally.objects.values_list("grain", "count"))
    ben, ada = browse(ours.manager), browse(ours.coordinator)
    assert enters(ben)
    assert enters(ada)

    leave_campaign(partnership=ours.partnership, reason="Enough", by=ours.coordinator, at=at)

    assert not enters(ben)  # the session he had is over
    assert not enters(browse(ours.manager))  # and a new one opens nothing
    assert enters(ada)
    assert not Supporter.objects.visible_to(ours.manager).exists()
    assert not Signature.objects.visible_to(ours.manager).exists()
    assert credit_for("ours-link", ours.campaign.pk).partnership_id is None
    count_signatures(at=at + timedelta(hours=2))
    assert sorted(Tally.objects.values_list("grain", "count")) == tallies
    assert Tally.objects.by(Grain.PARTNER).get().partnership_id == ours.partnership.pk
    assert Signature.objects.get().partnership_id == ours.partnership.pk
    assert ConsentEvent.objects.get().state == ConsentState.GRANTED
    assert not PartnerAgreement.objects.in_force().exists()


def test_leaving_twice_is_leaving_once(ours: World, at: datetime) -> None:
    first = leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    second = leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at + timedelta(days=1))
    assert first == second
    assert refreshed(ours.partnership).left_at == at
    assert AuditEntry.objects.filter(action="coalition.partnership.left").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerDeparture.objects.create(partnership=ours.partnership, left_at=at)


def test_people_with_another_role_stay_signed_in(ours: World, theirs: World, at: datetime) -> None:
    Membership.objects.create(user=ours.manager, organisation=theirs.lead, role=Role.ANALYST)
    lonely = make_user("zoe", Role.ORGANISER, ours.partner)
    assert people_losing_access(ours.partnership) == [lonely]
    client = browse(ours.manager)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert client.session.get("_auth_user_id") == str(ours.manager.pk)
    assert not Membership.objects.filter(organisation=ours.partner).exists()
    assert Membership.objects.filter(user=ours.manager).count() == 1


def test_organisation_that_takes_part_elsewhere_keeps_its_people(ours: World, theirs: World, at: datetime) -> None:
    Partnership.objects.create(campaign=theirs.campaign, organisation=ours.partner)
    client = browse(ours.manager)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert enters(client)
    assert not Partnership.objects.visible_to(ours.manager).filter(campaign=ours.campaign).exists()
    assert not ours.partner.led_by.filter(pk=ours.lead.pk).exists()


def test_lead_cannot_leave(ours: World, at: datetime) -> None:
    Partnership.objects.filter(pk=ours.partnership.pk).update(role=PartnerRole.LEAD)
    with pytest.raises(LeadCannotLeaveError):
        leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert refreshed(ours.partnership).left_at is None


def test_coming_back_gives_roles_back_and_asks_the_agreement_anew(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    accept(ours, text, at=at)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    come_back(partnership=ours.partnership, by=ours.coordinator, at=at + timedelta(days=1))
    come_back(partnership=ours.partnership, by=ours.coordinator, at=at + timedelta(days=2))
    assert refreshed(ours.partnership).left_at is None
    assert Membership.objects.get(user=ours.manager).role == Role.PARTNER_MANAGER
    assert ours.partner.led_by.filter(pk=ours.lead.pk).exists()
    assert enters(browse(ours.manager))
    assert not has_agreed(ours.partnership)
    accept(ours, text, at=at + timedelta(days=3))
    assert has_agreed(ours.partnership)
    assert PartnerAgreement.objects.count() == 2
    assert AuditEntry.objects.filter(action="coalition.partnership.came_back").count() == 1
    assert Source.objects.get(partnership=ours.partnership)


def test_leaving_that_fails_leaves_everything_as_it_was(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(ours, ask_agreement(ours), at=at)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("coalition.actions.leaving.untie", fail)
    with pytest.raises(RuntimeError):
        leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert refreshed(ours.partnership).left_at is None
    assert has_agreed(ours.partnership)
    assert Membership.objects.filter(user=ours.manager).exists()
