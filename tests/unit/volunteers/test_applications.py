"""Applying to volunteer: one volunteer per person, campaign and organisation, whatever is sent how often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Partnership
from messaging.actions.confirmations import drain_submissions, remind_unconfirmed
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, Supporter
from places.models import Territory
from tests.factories.people import make_consent_text, make_organisation
from tests.factories.volunteers import hand_in_application, make_agreement, make_campaign, make_volunteer, press
from volunteers.enums import AcceptedThrough, AgreementKind, Stage
from volunteers.models import AgreementAcceptance, Skill, Volunteer

pytestmark = pytest.mark.django_db


def test_confirm_makes_volunteer_with_everything_told() -> None:
    campaign = make_campaign()
    text = make_agreement(campaign.organisation)
    Territory.objects.get_or_create(code="NIS 21009", level="commune", defaults={"names": {"en": "Ixelles"}})
    Skill.objects.create(key="stall", labels={"en": "Stall"})
    consent = make_consent_text(campaign.organisation)
    submission = hand_in_application(
        campaign,
        source="leaflet",
        languages=["fr", "so"],
        communes=["NIS 21009"],
        skills=["stall"],
        availability=[[3, "evening"]],
        heard_through="a friend",
        agreements=[text.pk],
        consents=[{"text": consent.pk, "granted": True}],
        phone="+32 470 12 34 56",
    )
    volunteer = press(submission)
    assert (volunteer.stage, volunteer.organisation, volunteer.source) == (
        Stage.APPLIED,
        campaign.organisation,
        "leaflet",
    )
    assert [row.language for row in volunteer.languages.all()] == ["fr", "so"]
    assert [place.code for place in volunteer.communes.all()] == ["NIS 21009"]
    assert [skill.key for skill in volunteer.skills.all()] == ["stall"]
    assert [(row.weekday, row.part) for row in volunteer.availabilities.all()] == [(3, "evening")]
    assert [(row.from_stage, row.to_stage) for row in volunteer.stage_changes.all()] == [("", "applied")]
    accepted = volunteer.acceptances.get()
    assert (accepted.text, accepted.through, accepted.at) == (text, AcceptedThrough.FORM, submission.created_at)
    assert ConsentEvent.objects.get().state == ConsentState.GRANTED
    assert volunteer.supporter.contact_points.count() == 2
    assert len(volunteer.calendar_key) == 32


def test_confirm_twice_is_one_volunteer() -> None:
    submission = hand_in_application(make_campaign())
    assert press(submission) == press(submission)
    assert Volunteer.objects.get().stage_changes.count() == 1


def test_known_volunteer_is_updated_and_a_resting_one_comes_back() -> None:
    campaign = make_campaign()
    press(hand_in_application(campaign, languages=["fr", "nl"], availability=[[1, "morning"]], heard_through="radio"))
    Volunteer.objects.update(stage=Stage.RESTING)
    volunteer = press(hand_in_application(campaign, languages=["ar"], heard_through="again"))
    assert Volunteer.objects.count() == Supporter.objects.count() == 1
    assert [row.language for row in volunteer.languages.all()] == ["ar"]
    assert volunteer.availabilities.count() == 1, "what the second form left empty stays"
    assert volunteer.heard_through == "radio"
    assert [row.to_stage for row in volunteer.stage_changes.all()] == ["applied", "applied"]
    assert volunteer.stage == Stage.APPLIED


def test_active_volunteer_who_applies_again_stays_active() -> None:
    campaign = make_campaign()
    press(hand_in_application(campaign))
    Volunteer.objects.update(stage=Stage.ACTIVE)
    assert press(hand_in_application(campaign)).stage == Stage.ACTIVE


def test_partner_of_the_form_gets_the_volunteer_only_while_it_takes_part() -> None:
    campaign = make_campaign()
    partner = make_organisation("Green House")
    partnership = Partnership.objects.create(campaign=campaign, organisation=partner)
    first = hand_in_application(campaign, "a@example.org", organisation=partner.pk)
    second = hand_in_application(campaign, "b@example.org", organisation=partner.pk)
    assert press(first).organisation == partner
    partnership.left_at = timezone.now()
    partnership.save()
    assert press(second).organisation == campaign.organisation


def test_organisation_that_never_took_part_gets_nobody() -> None:
    campaign = make_campaign()
    stranger = make_organisation("Elsewhere")
    theirs = make_agreement(stranger)
    volunteer = press(hand_in_application(campaign, organisation=stranger.pk, agreements=[theirs.pk, 10**9]))
    assert volunteer.organisation == campaign.organisation
    assert not volunteer.acceptances.exists()


def test_version_shown_is_the_version_accepted_though_a_newer_one_is_in_force() -> None:
    campaign = make_campaign()
    shown = make_agreement(campaign.organisation, AgreementKind.DATA, body="Keep it secret.")
    submission = hand_in_application(campaign, agreements=[shown.pk])
    make_agreement(campaign.organisation, AgreementKind.DATA, body="Keep it very secret.")
    press(submission)
    assert AgreementAcceptance.objects.get().text == shown


def test_failed_confirmation_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    submission = hand_in_application(make_campaign())

    def fail(**_: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("volunteers.actions.applications.record_consent_choices", fail)
    with pytest.raises(RuntimeError):
        press(submission)
    assert not Volunteer.objects.exists()
    assert not Supporter.objects.exists()
    submission.refresh_from_db()
    assert submission.status == "pending"


def test_race_is_settled_by_the_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody made the same volunteer between our look and our insert: the constraint bites, the retry updates."""
    from volunteers.actions import applications

    campaign = make_campaign()
    first = press(hand_in_application(campaign))
    create, calls = applications._create, []

    def blind_first(*_args: object, **_kwargs: object) -> Volunteer:
        calls.append(1)
        return create(*_args, **_kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(applications, "_create", blind_first)
    look = Volunteer.objects.filter

    def see_nothing_once(*args: object, **kwargs: object) -> object:
        if "supporter" in kwargs and not calls:
            return Volunteer.objects.none()
        return look(*args, **kwargs)

    monkeypatch.setattr(Volunteer.objects, "filter", see_nothing_once)
    submission = hand_in_application(campaign)
    monkeypatch.setattr("tests.factories.volunteers.Volunteer.objects.get", look().get, raising=False)
    press(submission)
    assert calls == [1]
    assert look().get() == first


def test_messages_speak_of_the_application_and_never_of_a_signature() -> None:
    at = timezone.now()
    submission = hand_in_application(make_campaign(), at=at, organisation_name="Green House")
    drain_submissions(at=at)
    remind_unconfirmed(at=at + timedelta(days=2))
    letters = [render_message(message) for message in OutboundMessage.objects.order_by("pk")]
    assert [message.template for message in OutboundMessage.objects.order_by("pk")] == [
        "confirm_application",
        "remind_application",
    ]
    for letter in letters:
        everything = (letter.subject + letter.text + letter.html).lower()
        assert "application" in everything
        assert "sign" not in everything.replace("design", "").replace("signed in", "")
        assert str(submission.target_title) in letter.subject


def test_volunteer_once_is_kept_by_the_database() -> None:
    from django.db import IntegrityError, transaction

    volunteer = make_volunteer()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_volunteer(volunteer.campaign, supporter=volunteer.supporter)


def test_number_of_a_volunteer_who_wants_reminders_by_text_is_asked_once() -> None:
    campaign = make_campaign()
    text = make_consent_text(campaign.organisation, purpose=Purpose.REMINDER, channel=Channel.SMS)
    told = {"phone": "+32 470 12 34 56", "consents": [{"text": text.pk, "granted": True}]}
    for _ in range(2):
        press(hand_in_application(campaign, **told))
    found = OutboundMessage.objects.filter(template="number_check").order_by("pk")
    assert [(row.status, row.address, row.organisation) for row in found] == [
        ("ready", "+32470123456", campaign.organisation),
        ("suppressed", "+32470123456", campaign.organisation),
    ]


def test_number_of_a_volunteer_who_ticked_nothing_is_not_asked() -> None:
    press(hand_in_application(make_campaign(), phone="+32 470 12 34 56"))
    assert not OutboundMessage.objects.filter(template="number_check").exists()
