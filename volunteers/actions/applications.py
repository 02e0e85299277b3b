"""Applying to volunteer: what confirming the public form does."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from accounts.models import Organisation
from campaigns.models import Campaign, Partnership
from core import audit
from messaging.actions.number_checks import ask_number
from people.actions.consents import record_consent_choices
from people.actions.supporters import Introduction, match_or_create_supporter
from people.enums import Channel
from people.models import Submission, Supporter
from places.models import Territory
from volunteers.actions.agreements import NotTheirAgreement, accept_agreement
from volunteers.actions.pipeline import move_volunteer
from volunteers.actions.profile import Profile, set_profile
from volunteers.enums import AcceptedThrough, Stage
from volunteers.models import AgreementText, Skill, StageChange, Volunteer

KIND = "volunteer-application"


class VolunteerApplication:
    """The application to volunteer, as one kind of submission."""

    templates: ClassVar[dict[str, str]] = {
        "confirm_signature": "confirm_application",
        "confirm_reminder": "remind_application",
    }

    def accept(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: nobody becomes a volunteer before they confirmed."""

    def confirm(self, submission: Submission, *, at: datetime) -> Volunteer:
        return confirm_application(submission=submission, at=at)

    def disown(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: there is nothing to take back."""


def new_calendar_key() -> str:
    """Return a secret of 128 bits for a volunteer's calendar address."""
    return secrets.token_hex(16)


def confirm_application(*, submission: Submission, at: datetime) -> Volunteer:
    """Make the supporter, their consents and the volunteer that a confirmed application asks for.

    Somebody who volunteers for this campaign and organisation already is updated, not doubled: what the form says
    replaces what stood there, what it leaves empty stays; a resting one is back in the first column. Each agreement
    is accepted in the very version that was shown. A phone number with a consent is asked by text whether it is theirs.
    Runs in the confirming transaction; a race raises IntegrityError and the caller's second try finds the first one's
    result.
    """
    told = submission.payload
    campaign = Campaign.objects.select_related("organisation").get(pk=submission.target_id)
    match = match_or_create_supporter(introduction=_introduction(submission), verified=True, at=at)
    submission.supporter = match.supporter
    organisation = _answerable_organisation(campaign, told.get("organisation"))
    volunteer = Volunteer.objects.filter(
        campaign=campaign, organisation=organisation, supporter=match.supporter
    ).first()
    if volunteer is None:
        volunteer = _create(campaign, organisation, match.supporter, submission, at)
    else:
        _welcome_back(volunteer, submission, at)
    set_profile(volunteer=volunteer, profile=_profile(told))
    _accept_agreements(volunteer, submission)
    record_consent_choices(submission=submission, contact_points=match.points, at=at)
    ask_number(
        point=match.points.get(Channel.SMS),
        organisation=organisation,
        scope=campaign.slug,
        campaign_name=campaign.title,
        language=submission.locale,
        at=at,
    )
    audit.record("volunteers.volunteer.applied", target=volunteer)
    return volunteer


def _introduction(submission: Submission) -> Introduction:
    return Introduction(
        email=submission.email,
        phone=submission.phone,
        language=submission.locale,
        full_name=submission.payload.get("full_name", ""),
        is_generated=submission.is_generated,
    )


def _answerable_organisation(campaign: Campaign, organisation_id: Any) -> Organisation:
    """Return the partner the form was shown for while it takes part, else the leading organisation."""
    if isinstance(organisation_id, int) and organisation_id != campaign.organisation_id:
        partners = Partnership.objects.active().filter(campaign=campaign, organisation=organisation_id)
        partnership = partners.select_related("organisation").first()
        if partnership is not None:
            return partnership.organisation
    return campaign.organisation


def _create(
    campaign: Campaign, organisation: Organisation, supporter: Supporter, submission: Submission, at: datetime
) -> Volunteer:
    volunteer = Volunteer.objects.create(
        campaign=campaign,
        organisation=organisation,
        supporter=supporter,
        stage=Stage.APPLIED,
        stage_since_at=at,
        last_touch_at=at,
        heard_through=submission.payload.get("heard_through", ""),
        source=submission.source,
        calendar_key=new_calendar_key(),
        is_generated=submission.is_generated,
    )
    StageChange.objects.create(volunteer=volunteer, to_stage=Stage.APPLIED, at=at)
    return volunteer


def _welcome_back(volunteer: Volunteer, submission: Submission, at: datetime) -> None:
    heard = submission.payload.get("heard_through", "")
    if heard and not volunteer.heard_through:
        Volunteer.objects.filter(pk=volunteer.pk).update(heard_through=heard)
    Volunteer.objects.filter(pk=volunteer.pk, last_touch_at__lt=at).update(last_touch_at=at)
    if volunteer.stage == Stage.RESTING:
        move_volunteer(volunteer=volunteer, to_stage=Stage.APPLIED, by=None, at=at)


def _profile(told: dict[str, Any]) -> Profile:
    return Profile(
        languages=tuple(told.get("languages") or ()),
        communes=tuple(Territory.objects.filter(code__in=told.get("communes") or ()).without_outlines()),
        skills=tuple(Skill.objects.filter(key__in=told.get("skills") or ())),
        availability=tuple((int(day), str(part)) for day, part in told.get("availability") or ()),
    )


def _accept_agreements(volunteer: Volunteer, submission: Submission) -> None:
    for text in AgreementText.objects.filter(pk__in=submission.payload.get("agreements") or ()).order_by("pk"):
        try:
            accept_agreement(volunteer=volunteer, text=text, through=AcceptedThrough.FORM, at=submission.created_at)
        except NotTheirAgreement:
            # The partner left the campaign since: its text binds nobody to the leading organisation, which asks again.
            continue
