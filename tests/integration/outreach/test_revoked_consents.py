"""The consents a revoked session recorded: shown by number, withdrawn only when asked, and only those it rests on."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.actions.identities import confirmed_source
from outreach.actions.matching import match_pending
from outreach.actions.revocations import Session, revoke_session, undo_revocation
from outreach.actions.revoked_consents import RevocationUndone, consents_of, withdraw_recorded_consents
from outreach.models import Revocation
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint
from tests.factories.outreach import MONDAY, SESSION, Stall, contact
from tests.factories.people import write_consent_event
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)


@pytest.fixture
def session(stall: Stall) -> Session:
    """A session in which Nora and Omar each allowed to be texted."""
    people = (("Nora Smit", "0470 12 34 56"), ("Omar Haddad", "0470 12 34 57"))
    records = [
        stall.record(number, person=stall.person(*who[:1], phone=who[1])) for number, who in enumerate(people, 1)
    ]
    stall.send(*records)
    match_pending(at=MONDAY)
    assert stall.cleo.pk
    return Session(stall.effort.pk, stall.cleo.pk, stall.world.partner.pk, SESSION)


@pytest.fixture
def revocation(ours: World, session: Session) -> Revocation:
    return revoke_session(session=session, reason="typed at home", by=ours.coordinator, at=MONDAY)


def nora() -> ContactPoint:
    return ContactPoint.objects.get(canonical="+32470123456")


def reason_against(point: ContactPoint, stall: Stall, hours: int = 1) -> str:
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.SMS, stall.world.lead.pk, stall.world.campaign.slug)
    point.verified_at = MONDAY
    return may_contact(point, purpose, MONDAY + hours * HOUR).reason


def test_revoking_leads_to_the_number_of_consents_and_withdraws_none(ours: World, session: Session) -> None:
    args = [session.effort_id, session.mobiliser_id, session.organisation_id, session.session_id]
    client = browse(ours.coordinator)
    answer = client.post(reverse("staff_revocations:revoke", args=args), {"reason": "typed at home"}, follow=True)
    page = answer.content.decode()
    for words in ("2 consents were recorded in this session", "Addresses concerned: 2", "Withdraw these consents"):
        assert words in page
    assert "Nora" not in page
    assert not ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).exists()


def test_withdrawing_takes_each_back_once_with_its_follow_up(ours: World, stall: Stall, revocation: Revocation) -> None:
    client, url = browse(ours.coordinator), reverse("staff_revocations:consents", args=[revocation.pk])
    assert reason_against(nora(), stall) == ""
    for said in ("2 consents were withdrawn", "0 consents were withdrawn"):
        page = client.post(url, follow=True).content.decode()
        assert said in page
        assert "None is left to withdraw" in page
    assert ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).count() == 2
    assert reason_against(nora(), stall) == "withdrawn"
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {MessageStatus.CANCELLED}
    entry = AuditEntry.objects.get(action="outreach.session.consents_withdrawn")
    assert (entry.details["count"], entry.target) == (2, f"outreach.revocation:{revocation.pk}")
    revocation.refresh_from_db()
    assert revocation.count == 2


@pytest.mark.parametrize("hours", [-5, 2])
def test_what_the_person_allowed_before_or_after_by_themselves_stands(
    ours: World, stall: Stall, revocation: Revocation, hours: int
) -> None:
    write_consent_event(nora(), stall.sms_text, ConsentState.GRANTED, MONDAY + hours * HOUR)
    withdraw_recorded_consents(revocation=revocation, by=ours.coordinator, at=MONDAY)
    assert reason_against(nora(), stall, hours=3) == ""


def test_what_the_person_confirmed_by_the_link_stands(ours: World, stall: Stall, revocation: Revocation) -> None:
    spoken = ConsentEvent.objects.get(contact_point=nora())
    spoken.pk, spoken.source, spoken.at = None, confirmed_source(contact(1).client_id), MONDAY
    spoken.save()
    found = consents_of(revocation)
    assert (found.recorded, len(found.standing)) == (2, 1)
    assert withdraw_recorded_consents(revocation=revocation, by=ours.coordinator, at=MONDAY) == 1
    assert reason_against(nora(), stall) == ""


def test_session_given_back_keeps_its_consents(ours: World, revocation: Revocation) -> None:
    undo_revocation(revocation=revocation, by=ours.coordinator, at=MONDAY)
    with pytest.raises(RevocationUndone):
        withdraw_recorded_consents(revocation=revocation, by=ours.coordinator, at=MONDAY)
    assert not ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).exists()


def test_others_withdraw_nothing(ours: World, theirs: World, revocation: Revocation) -> None:
    url = reverse("staff_revocations:consents", args=[revocation.pk])
    answers: dict[Any, Any] = {user: browse(user).post(url).status_code for user in (theirs.coordinator, ours.dpo)}
    assert answers == {theirs.coordinator: 404, ours.dpo: 403}
    assert not ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).exists()
