"""Volunteers for tests: made directly, or the way people apply, a form handed in and its link pressed."""

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from campaigns.models import Campaign
from cms.models import VolunteerPage
from people.actions.submissions import Intake, accept_submission, confirm_submission
from people.enums import Channel
from people.models import ContactPoint, Submission, Supporter
from people.tokens import CONFIRM, sign_uuid
from tests.factories.cms import make_home, make_petition
from volunteers.actions.agreements import publish_agreement_text
from volunteers.actions.applications import KIND, new_calendar_key
from volunteers.enums import AgreementKind, Stage
from volunteers.models import AgreementText, StageChange, Team, Volunteer, VolunteerLanguage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLEO = "cleo@example.org"


def make_campaign() -> Campaign:
    return make_petition().campaign


def make_volunteer(
    campaign: Campaign | None = None,
    name: str = "Cleo Example",
    *,
    organisation: Organisation | None = None,
    email: str = "",
    languages: tuple[str, ...] = (),
    at: datetime = NOON,
    **columns: Any,
) -> Volunteer:
    """Return a volunteer of a fresh supporter, with the first step on record."""
    campaign = campaign or make_campaign()
    supporter = columns.pop("supporter", None) or Supporter.objects.create(full_name=name, language="en")
    if email:
        ContactPoint.objects.create(
            supporter=supporter, channel=Channel.EMAIL, canonical=email, as_typed=email, verified_at=at
        )
    stage = columns.pop("stage", Stage.APPLIED)
    defaults = {"stage_since_at": at, "last_touch_at": at, "calendar_key": new_calendar_key()}
    volunteer = Volunteer.objects.create(
        campaign=campaign,
        organisation=organisation or campaign.organisation,
        supporter=supporter,
        stage=stage,
        **{**defaults, **columns},
    )
    StageChange.objects.create(volunteer=volunteer, to_stage=stage, at=at)
    VolunteerLanguage.objects.bulk_create(VolunteerLanguage(volunteer=volunteer, language=code) for code in languages)
    return volunteer


def make_team(campaign: Campaign, name: str = "Blue team", organisation: Organisation | None = None) -> Team:
    return Team.objects.create(campaign=campaign, organisation=organisation or campaign.organisation, name=name)


def make_agreement(
    organisation: Organisation,
    kind: AgreementKind = AgreementKind.CODE_OF_CONDUCT,
    *,
    language: str = "en",
    body: str = "Be kind.",
) -> AgreementText:
    return publish_agreement_text(organisation=organisation, kind=kind, language=language, body=body, by="tests")


def make_volunteer_page(
    campaign: Campaign | None = None, *, language: str = "en", title: str = "Come and help", **words: Any
) -> VolunteerPage:
    """Return a live sign-up page of a campaign (or a new one)."""
    home = make_home(language)
    campaign = campaign or make_campaign()
    page = VolunteerPage(title=title, slug=f"help-{campaign.slug}", campaign=campaign, locale=home.locale, **words)
    return home.add_child(instance=page)


def hand_in_application(
    campaign: Campaign, email: str = CLEO, *, at: datetime | None = None, source: str = "", **told: Any
) -> Submission:
    """Accept one application, as the web request does."""
    answers = {"full_name": "Cleo Example", "languages": ["fr"], "organisation": campaign.organisation_id, **told}
    intake = Intake(
        kind=KIND,
        target_id=campaign.pk,
        target_title="Come and help",
        email=email,
        phone=answers.pop("phone", ""),
        locale=answers.pop("locale", "en"),
        consents=answers.pop("consents", []),
        payload=answers,
        source=source,
    )
    return accept_submission(intake=intake, at=at or timezone.now())


def press(submission: Submission, *, at: datetime | None = None) -> Volunteer:
    """Press the button behind the mailed link, and return the volunteer."""
    confirm_submission(token=sign_uuid(submission.public_id, CONFIRM), at=at or timezone.now())
    submission.refresh_from_db()
    return Volunteer.objects.get(campaign=submission.target_id, supporter=submission.supporter)
