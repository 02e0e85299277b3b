"""Agreements: versions, acceptances, and who still has to accept what."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from campaigns.models import Partnership
from tests.factories.people import make_organisation
from tests.factories.volunteers import make_agreement, make_volunteer
from volunteers.actions.agreements import NotTheirAgreement, accept_agreement
from volunteers.enums import AcceptedThrough, AgreementKind
from volunteers.models import AgreementAcceptance, AgreementText, Volunteer
from volunteers.selectors.agreements import ASKED_OF_ALL, current_agreements, has_accepted, missing_agreements

pytestmark = pytest.mark.django_db
CONDUCT, DATA, PROCESSOR = AgreementKind.CODE_OF_CONDUCT, AgreementKind.DATA, AgreementKind.PROCESSOR


def accept(volunteer: Volunteer, text: AgreementText) -> AgreementAcceptance:
    return accept_agreement(volunteer=volunteer, text=text, through=AcceptedThrough.OWN_PAGE, at=timezone.now())


def test_publishing_counts_versions_and_the_same_wording_is_the_same_version() -> None:
    organisation = make_organisation()
    first, again = make_agreement(organisation), make_agreement(organisation, body="Be kind.\r\n")
    second = make_agreement(organisation, body="Be very kind.")
    french = make_agreement(organisation, language="fr", body="Soyez gentils.")
    assert first == again
    assert (first.version, second.version, french.version) == (1, 2, 1)
    assert set(AgreementText.objects.all().newest()) == {second, french}


def test_texts_and_acceptances_never_change() -> None:
    volunteer = make_volunteer()
    accept(volunteer, make_agreement(volunteer.organisation))
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementText.objects.update(body="Be mean.")
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementAcceptance.objects.update(through=AcceptedThrough.PAPER)


def test_accepting_twice_keeps_the_first() -> None:
    volunteer = make_volunteer()
    text = make_agreement(volunteer.organisation)
    assert accept(volunteer, text) == accept(volunteer, text)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementAcceptance.objects.create(volunteer=volunteer, text=text, through="form", at=timezone.now())


def test_text_of_another_organisation_is_refused() -> None:
    with pytest.raises(NotTheirAgreement):
        accept(make_volunteer(), make_agreement(make_organisation()))


def test_has_accepted_only_the_version_in_force_at_that_moment() -> None:
    volunteer = make_volunteer()
    before = timezone.now()
    first = make_agreement(volunteer.organisation)
    assert not has_accepted(volunteer, CONDUCT, timezone.now())
    accept(volunteer, first)
    between = timezone.now()
    assert has_accepted(volunteer, CONDUCT, between)
    assert not has_accepted(volunteer, CONDUCT, before)
    assert not has_accepted(volunteer, PROCESSOR, between)
    second = make_agreement(volunteer.organisation, body="Be very kind.")
    assert has_accepted(volunteer, CONDUCT, between), "then it was the one in force"
    assert not has_accepted(volunteer, CONDUCT, timezone.now())
    assert missing_agreements(volunteer, ASKED_OF_ALL, at=timezone.now()) == [second]


def test_accepting_one_language_is_enough_until_that_language_changes() -> None:
    volunteer = make_volunteer()
    english = make_agreement(volunteer.organisation)
    make_agreement(volunteer.organisation, language="fr", body="Soyez gentils.")
    accept(volunteer, english)
    assert has_accepted(volunteer, CONDUCT, timezone.now())
    make_agreement(volunteer.organisation, language="fr", body="Soyez très gentils.")
    assert has_accepted(volunteer, CONDUCT, timezone.now())


def test_partners_own_text_goes_before_the_leading_ones() -> None:
    volunteer = make_volunteer()
    partner = make_organisation("Green House")
    Partnership.objects.create(campaign=volunteer.campaign, organisation=partner)
    theirs = make_volunteer(volunteer.campaign, "Nina", organisation=partner)
    lead = make_agreement(volunteer.organisation)
    data = make_agreement(volunteer.organisation, DATA, body="Keep it secret.")
    assert missing_agreements(theirs, ASKED_OF_ALL, at=timezone.now()) == [lead, data]
    accept(theirs, lead)
    own = make_agreement(partner, body="Be kind in green.")
    assert missing_agreements(theirs, ASKED_OF_ALL, at=timezone.now()) == [own, data]
    assert not has_accepted(theirs, CONDUCT, timezone.now() + timedelta(seconds=1))


def test_missing_agreements_come_in_the_readers_language_where_there_is_one() -> None:
    volunteer = make_volunteer()
    english = make_agreement(volunteer.organisation)
    french = make_agreement(volunteer.organisation, language="fr", body="Soyez gentils.")
    now = timezone.now()
    assert missing_agreements(volunteer, [CONDUCT], at=now, language="fr") == [french]
    assert missing_agreements(volunteer, [CONDUCT], at=now, language="ar") == [english]
    assert missing_agreements(volunteer, [PROCESSOR], at=now) == []


def test_form_shows_nothing_where_nothing_is_published() -> None:
    assert current_agreements(organisation_ids=[make_organisation().pk], kinds=ASKED_OF_ALL, language="en") == []
