"""Adding a volunteer by hand: somebody who signed up on paper, or at a meeting."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from campaigns.models import Campaign, Partnership
from core import audit
from core.audit import Actor, describe_actor
from people.actions.supporters import Introduction, add_phone, match_or_create_supporter
from people.models import Supporter
from volunteers.actions.agreements import accept_agreement
from volunteers.actions.applications import new_calendar_key
from volunteers.actions.pipeline import assign_team
from volunteers.actions.profile import Profile, set_profile
from volunteers.enums import AcceptedThrough, Stage
from volunteers.models import AgreementText, StageChange, Team, Volunteer


class NotTakingPart(ValueError):
    """The organisation neither leads the campaign nor takes part in it now."""


class KnownToOthers(ValueError):
    """The address belongs to somebody whom whoever adds them may not see: they must offer their help themselves."""


class VolunteersAlready(ValueError):
    """The person behind this address volunteers for this campaign and organisation; ``volunteer`` says as whom."""

    def __init__(self, volunteer: Volunteer) -> None:
        super().__init__("volunteers already")
        self.volunteer = volunteer


@transaction.atomic
def add_volunteer(
    *,
    campaign: Campaign,
    organisation: Organisation,
    introduction: Introduction,
    is_proved: bool,
    languages: Sequence[str] = (),
    team: Team | None = None,
    signed: Sequence[AgreementText] = (),
    signed_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Volunteer:
    """Make somebody a volunteer in the first column, with the agreements they signed on paper; return the volunteer.

    The person is found by the e-mail address or made. ``is_proved``: whoever enters it saw that the address is theirs;
    else it stays unverified, and nothing known about a person with this address is touched. No consent to be written
    to follows from it. ``signed_at``: when the paper was signed, now where nobody says. Raises NotTakingPart,
    VolunteersAlready (a second call ends so), KnownToOthers (typing an address must not open a stranger's record),
    NotTheirAgreement, NotTheirTeam and UnreadableAddress; then nothing is
    kept.
    """
    takes_part = Partnership.objects.active().filter(campaign=campaign, organisation=organisation)
    if organisation.pk != campaign.organisation_id and not takes_part.exists():
        raise NotTakingPart("the organisation takes no part in the campaign")
    match = match_or_create_supporter(introduction=introduction, verified=is_proved, at=at)
    # Two who enter the same person at once queue here; the second one finds the first one's volunteer.
    supporter = Supporter.objects.select_for_update().get(pk=match.supporter.pk)
    known = Volunteer.objects.filter(campaign=campaign, organisation=organisation, supporter=supporter).first()
    if known is not None:
        raise VolunteersAlready(known)
    if not match.is_new and not _may_see(by, supporter):
        raise KnownToOthers
    if match.is_new and introduction.phone and not is_proved:
        add_phone(supporter=supporter, typed=introduction.phone)
    volunteer = Volunteer.objects.create(
        campaign=campaign,
        organisation=organisation,
        supporter=supporter,
        stage=Stage.APPLIED,
        stage_since_at=at,
        last_touch_at=at,
        calendar_key=new_calendar_key(),
    )
    StageChange.objects.create(volunteer=volunteer, to_stage=Stage.APPLIED, at=at, actor=describe_actor(by)[:60])
    set_profile(volunteer=volunteer, profile=Profile(languages=tuple(languages)))
    if team is not None:
        volunteer = assign_team(volunteer=volunteer, team=team, by=by)
    for text in signed:
        accept_agreement(volunteer=volunteer, text=text, through=AcceptedThrough.PAPER, at=signed_at or at, by=by)
    audit.record("volunteers.volunteer.added", by=by, target=volunteer, was_known=not match.is_new, proved=is_proved)
    return volunteer


def _may_see(by: Actor, supporter: Supporter) -> bool:
    return not isinstance(by, User) or Supporter.objects.visible_to(by).filter(pk=supporter.pk).exists()
