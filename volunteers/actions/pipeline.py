"""Steps of a volunteer through the pipeline: from an application to somebody who goes out."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from core import audit
from core.audit import Actor, describe_actor
from volunteers.enums import Stage
from volunteers.models import StageChange, Team, Volunteer


class NotTheirTeam(ValueError):
    """The team belongs to another campaign."""


@transaction.atomic
def move_volunteer(*, volunteer: Volunteer, to_stage: Stage, by: Actor, at: datetime) -> Volunteer:
    """Move a volunteer to a stage and return them; every step stays on record. A second call changes nothing.

    The row is locked, so two people moving one card make two steps in order and not one that never was.
    """
    current = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    if current.stage == to_stage:
        return current
    before = current.stage
    current.stage, current.stage_since_at = to_stage, at
    current.last_touch_at = max(current.last_touch_at, at)
    current.save(update_fields=["stage", "stage_since_at", "last_touch_at"])
    StageChange.objects.create(
        volunteer=current, from_stage=before, to_stage=to_stage, at=at, actor=describe_actor(by)[:60]
    )
    audit.record("volunteers.volunteer.moved", by=by, target=current, was=before, now=str(to_stage))
    return current


@transaction.atomic
def plan_next_step(
    *, volunteer: Volunteer, owner: User | None, next_action: str, next_action_date: date | None, by: Actor
) -> Volunteer:
    """Set who looks after a volunteer, what comes next and by when; return them. A second call changes nothing."""
    current = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    wanted = {"owner": owner, "next_action": next_action.strip(), "next_action_date": next_action_date}
    changed = [name for name, value in wanted.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, wanted[name])
    current.save(update_fields=changed)
    audit.record("volunteers.volunteer.next_step_planned", by=by, target=current, fields=sorted(changed))
    return current


@transaction.atomic
def assign_team(*, volunteer: Volunteer, team: Team | None, by: Actor) -> Volunteer:
    """Put a volunteer into a team of the same campaign, or in none; return them. A second call changes nothing.

    Raises NotTheirTeam.
    """
    if team is not None and team.campaign_id != volunteer.campaign_id:
        raise NotTheirTeam("the team belongs to another campaign")
    team_id = team.pk if team is not None else None
    current = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    if current.team_id == team_id:
        return current
    before, current.team = current.team_id, team
    current.save(update_fields=["team"])
    audit.record("volunteers.volunteer.team_assigned", by=by, target=current, was=before, now=team_id)
    return current


def touch_volunteer(*, volunteer: Volunteer, at: datetime) -> None:
    """Remember that a volunteer was heard of at ``at``; an earlier moment than the known one changes nothing."""
    Volunteer.objects.filter(pk=volunteer.pk, last_touch_at__lt=at).update(last_touch_at=at)
