"""Agreements: versions that do not change, acceptances that stay, and nobody seen without one."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.enums import PartnerRole
from campaigns.models import Partnership, Signature
from coalition.actions.agreements import (
    HasLeftError,
    MayNotAcceptError,
    NotTheirAgreementError,
    accept_agreement,
    publish_agreement,
    set_rules,
)
from coalition.agreements import TEMPLATE_LANGUAGES, has_agreed, state_of, template_body, texts_to_accept
from coalition.enums import AgreementKind
from coalition.models import PartnerAgreement, PartnerAgreementText
from core.models import AuditEntry
from events.models import Event
from people.models import ContactPoint, Supporter
from tests.factories.coalition import accept, ask_agreement, refreshed
from tests.factories.events import make_event, make_event_type
from tests.factories.fieldwork import make_volunteer
from tests.factories.staff import World
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def seen_by_manager(world: World) -> tuple[int, int, int, bool]:
    """Return how many signatures, people and addresses the partner's manager sees, and whether files may be made."""
    user = world.manager
    rows = Signature.objects.visible_to(user)
    return (
        rows.count(),
        Supporter.objects.visible_to(user).count(),
        ContactPoint.objects.visible_to(user).count(),
        Partnership.objects.entrusted_to(user).exists(),
    )


def test_partner_without_the_agreement_sees_and_exports_nobody_until_it_accepts(ours: World, at: datetime) -> None:
    ours.consent(ours.sign(partnership=ours.partnership), ours.partner, at=at - timedelta(hours=1))
    assert seen_by_manager(ours) == (1, 1, 1, True)
    text = ask_agreement(ours)
    assert not has_agreed(ours.partnership)
    assert seen_by_manager(ours) == (0, 0, 0, False)
    accept(ours, text, at=at)
    assert has_agreed(ours.partnership)
    assert seen_by_manager(ours) == (1, 1, 1, True)


def test_volunteers_and_events_of_a_partner_wait_for_its_agreement_too(ours: World, at: datetime) -> None:
    make_volunteer(ours, "Zoe", ours.partner)
    make_event(make_event_type(ours.campaign), starts_at=at, organisation=ours.partner)
    text = ask_agreement(ours)
    assert not Volunteer.objects.visible_to(ours.manager).exists()
    assert not Event.objects.visible_to(ours.manager).exists()
    assert Volunteer.objects.visible_to(ours.coordinator).count() == 1
    accept(ours, text, at=at)
    assert Volunteer.objects.visible_to(ours.manager).count() == 1
    assert Event.objects.visible_to(ours.manager).count() == 1


def test_campaign_that_asks_nothing_keeps_its_partners_as_they_are(ours: World, theirs: World) -> None:
    ask_agreement(theirs)
    assert has_agreed(ours.partnership)
    assert state_of(ours.partnership).kind == ""
    assert texts_to_accept(ours.partnership) == []


def test_another_leads_or_another_kinds_agreement_counts_for_nothing(ours: World, theirs: World, at: datetime) -> None:
    text = ask_agreement(ours)
    foreign = ask_agreement(theirs)
    other = publish_agreement(
        organisation=ours.lead, kind=AgreementKind.PROCESSOR, language="en", body="We process.", by="tests"
    )
    for wrong in (foreign, other):
        with pytest.raises(NotTheirAgreementError):
            accept(ours, wrong, at=at)
    accept(ours, text, at=at)
    set_rules(campaign=ours.campaign, agreement_kind="processor", takes_applications=True, by="tests")
    assert not has_agreed(ours.partnership)


def test_only_who_manages_the_partner_accepts_for_it(ours: World, theirs: World, at: datetime) -> None:
    text = ask_agreement(ours)
    for stranger in (ours.coordinator, theirs.manager):
        with pytest.raises(MayNotAcceptError):
            accept_agreement(partnership=ours.partnership, text=text, name="x", function="y", by=stranger, at=at)
    Partnership.objects.filter(pk=ours.partnership.pk).update(left_at=at)
    with pytest.raises(HasLeftError):
        accept(ours, text, at=at)
    assert not PartnerAgreement.objects.exists()


def test_accepting_twice_keeps_the_first(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    first = accept(ours, text, at=at)
    assert accept(ours, text, at=at + timedelta(days=1)) == first
    assert PartnerAgreement.objects.get().accepted_at == at
    assert AuditEntry.objects.filter(action="coalition.agreement.accepted").count() == 1


def test_new_wording_is_offered_and_takes_nothing_away(ours: World, at: datetime) -> None:
    accept(ours, ask_agreement(ours), at=at)
    newer = publish_agreement(
        organisation=ours.lead, kind=AgreementKind.JOINT, language="en", body="We agree more.", by="tests"
    )
    assert newer.version == 2
    assert has_agreed(ours.partnership)
    assert state_of(ours.partnership).is_outdated
    accept(ours, newer, at=at)
    assert not state_of(ours.partnership).is_outdated
    assert PartnerAgreement.objects.count() == 2


def test_same_wording_published_twice_is_one_version(ours: World) -> None:
    first = ask_agreement(ours)
    assert ask_agreement(ours) == first
    assert PartnerAgreementText.objects.count() == 1


def test_database_refuses_to_change_a_wording_or_an_acceptance(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    accepted = accept(ours, text, at=at)
    for rows, change in (
        (PartnerAgreementText.objects.filter(pk=text.pk), {"body": "Other"}),
        (PartnerAgreement.objects.filter(pk=accepted.pk), {"accepted_at": at + timedelta(days=1)}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)  # type: ignore[attr-defined]
    # What erasure and leaving write may be written.
    PartnerAgreement.objects.filter(pk=accepted.pk).update(signatory_name="", signatory_function="", accepted_by=None)


def test_lead_partner_is_asked_nothing(ours: World) -> None:
    ask_agreement(ours)
    Partnership.objects.filter(pk=ours.partnership.pk).update(role=PartnerRole.LEAD)
    assert has_agreed(refreshed(ours.partnership))
    assert not state_of(refreshed(ours.partnership)).is_missing


def test_asking_costs_no_query_more_for_many_partners(ours: World, at: datetime) -> None:
    accept(ours, ask_agreement(ours), at=at)
    with CaptureQueriesContext(connection) as asked:
        list(Partnership.objects.entrusted_to(ours.manager))
    assert len(asked) == 1


@pytest.mark.parametrize("language", TEMPLATE_LANGUAGES)
@pytest.mark.parametrize("kind", list(AgreementKind))
def test_shipped_wordings_say_that_a_lawyer_must_look(kind: AgreementKind, language: str) -> None:
    body = template_body(kind, language)
    assert body.startswith("[")
    assert len(body) > 1_000
    if language != "en":
        assert body != template_body(kind, "en")
