"""Organisations that ask to take part: proved by e-mail, answered once, all or nothing."""

from datetime import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.actions.memberships import MayNotGrantError
from accounts.enums import Role
from accounts.models import Membership, Organisation
from campaigns.models import Partnership, Source
from coalition.actions.applications import (
    KIND,
    AlreadyAnsweredError,
    KnownOrganisationError,
    accept_application,
    refuse_application,
)
from coalition.models import PartnerApplication, PartnerContact
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from people.actions.submissions import Intake, accept_submission, confirm_submission
from people.models import Submission, Supporter
from people.tokens import CONFIRM, sign_uuid
from tests.factories.coalition import make_application
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def hand_in(world: World, *, at: datetime, **told: str) -> Submission:
    payload = {
        "organisation": "Newcomers", "country": "FR", "role": "supporter", "full_name": "Nora Example",
        "why": "We care.", "organisation_website": "https://newcomers.example", **told,
    }  # fmt: skip
    intake = Intake(
        kind=KIND,
        target_id=world.campaign.pk,
        target_title="Take part",
        email="Nora@newcomers.example",
        locale="fr",
        payload={**payload, "languages": ["fr"]},
    )
    return accept_submission(intake=intake, at=at)


def press(submission: Submission, *, at: datetime) -> None:
    confirm_submission(token=sign_uuid(submission.public_id, CONFIRM), at=at)


def test_application_is_seen_only_once_its_address_is_proved(ours: World, theirs: World, at: datetime) -> None:
    submission = hand_in(ours, at=at)
    assert not PartnerApplication.objects.exists()
    press(submission, at=at)
    press(submission, at=at)
    application = PartnerApplication.objects.get()
    assert (application.organisation_name, application.country, application.role) == ("Newcomers", "FR", "supporter")
    assert application.website == "https://newcomers.example"
    assert PartnerApplication.objects.visible_to(ours.coordinator).count() == 1
    for stranger in (ours.manager, ours.analyst, theirs.coordinator):
        assert not PartnerApplication.objects.visible_to(stranger).exists()
    assert not Supporter.objects.exists()  # an organisation asked; nobody became a supporter by it


def test_same_organisation_that_asks_again_is_brought_up_to_date(ours: World, at: datetime) -> None:
    press(hand_in(ours, at=at), at=at)
    press(hand_in(ours, at=at, why="We care more."), at=at)
    assert PartnerApplication.objects.get().why == "We care more."


def test_accepting_makes_the_partner_its_manager_and_a_link_once(
    ours: World, at: datetime, django_capture_on_commit_callbacks: object
) -> None:
    application = make_application(ours, at=at)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for _press in range(2):
            accepted = accept_application(application=application, role="partner", by=ours.coordinator, at=at)
    partnership = Partnership.objects.get(organisation__name="Newcomers")
    assert accepted.partnership == partnership
    assert partnership.organisation.country == "FR"
    assert Membership.objects.get(organisation=partnership.organisation).role == Role.PARTNER_MANAGER
    assert Source.objects.filter(partnership=partnership).count() == 1
    assert PartnerContact.objects.get(partnership=partnership).email == application.contact_email
    assert len(mail.outbox) == 1
    letter = render_message(OutboundMessage.objects.get(template="partner_accepted"))
    assert "Newcomers" in letter.text
    assert "ours campaign" in letter.text


def test_refusal_tells_why_and_ends_it(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    for _press in range(2):
        refuse_application(application=application, reason="You sell tobacco.", by=ours.coordinator, at=at)
    letter = render_message(OutboundMessage.objects.get(template="partner_refused"))
    assert "You sell tobacco." in letter.text
    assert "You sell tobacco." in letter.html
    with pytest.raises(AlreadyAnsweredError):
        accept_application(application=application, role="partner", by=ours.coordinator, at=at)
    assert not Organisation.objects.filter(name="Newcomers").exists()


def test_letter_to_somebody_erased_is_not_sent(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    refuse_application(application=application, reason="No.", by=ours.coordinator, at=at)
    PartnerApplication.objects.update(contact_email="", contact_name="")
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get())


def test_accepted_application_cannot_be_refused(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    accept_application(application=application, role="partner", by=ours.coordinator, at=at)
    with pytest.raises(AlreadyAnsweredError):
        refuse_application(application=application, reason="No.", by=ours.coordinator, at=at)


def test_merging_with_a_known_organisation_makes_no_second_one(ours: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    before = Organisation.objects.count()
    accept_application(application=application, role="supporter", organisation=ours.partner, by=ours.coordinator, at=at)
    assert Organisation.objects.count() == before
    assert Partnership.objects.get(campaign=ours.campaign).organisation == ours.partner
    assert Membership.objects.filter(organisation=ours.partner, role=Role.PARTNER_MANAGER).count() == 2


def test_who_may_not_give_the_role_changes_nothing(ours: World, theirs: World, at: datetime) -> None:
    application = make_application(ours, at=at)
    before = (Organisation.objects.count(), Partnership.objects.count(), Source.objects.count())
    with pytest.raises(MayNotGrantError):
        accept_application(application=application, role="partner", by=theirs.coordinator, at=at)
    assert (Organisation.objects.count(), Partnership.objects.count(), Source.objects.count()) == before
    assert not OutboundMessage.objects.exists()
    assert PartnerApplication.objects.get().status == "open"


def test_name_in_another_script_and_a_taken_one_get_short_names_of_their_own(ours: World, at: datetime) -> None:
    for name in ("منظمة", "Ours partner"):
        accept_application(
            application=make_application(ours, name, at=at, contact_email=f"x{len(name)}@example.org"),
            role="partner",
            is_another=True,
            by=ours.coordinator,
            at=at,
        )
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    assert "ours-partner-2" in slugs
    assert any(slug.startswith("organisation-") for slug in slugs)


def test_database_holds_that_an_answer_has_its_moment_and_an_open_one_is_single(ours: World, at: datetime) -> None:
    make_application(ours, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_application(ours, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerApplication.objects.update(status="refused")


def test_second_application_of_one_organisation_asks_whether_it_is_that_one(ours: World, at: datetime) -> None:
    first = make_application(ours, "Twin", at=at)
    second = make_application(ours, "  TWIN ", at=at, contact_email="b@twin.example")
    accept_application(application=first, role="partner", by=ours.coordinator, at=at)
    with pytest.raises(KnownOrganisationError):
        accept_application(application=second, role="partner", by=ours.coordinator, at=at)
    assert Organisation.objects.filter(name__icontains="twin").count() == 1
    accept_application(application=second, role="partner", is_another=True, by=ours.coordinator, at=at)
    assert Organisation.objects.filter(name__icontains="twin").count() == 2


def test_organisation_of_the_same_name_elsewhere_is_another_one(ours: World, at: datetime) -> None:
    accept_application(application=make_application(ours, "Twin", at=at), role="partner", by=ours.coordinator, at=at)
    abroad = make_application(ours, "Twin", at=at, country="IT", contact_email="b@twin.example")
    accept_application(application=abroad, role="partner", by=ours.coordinator, at=at)
    assert Organisation.objects.filter(name="Twin").count() == 2
