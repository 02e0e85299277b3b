"""Moving volunteers, planning, notes, teams, the invitation."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from accounts.actions.memberships import MayNotGrantError
from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.models import Campaign
from core.models import AuditEntry
from tests.factories.accounts import Cast
from tests.factories.volunteers import NOON, make_campaign, make_team, make_volunteer
from volunteers.actions.care import NoAddress, add_note, invite_to_app, renew_calendar_key
from volunteers.actions.pipeline import NotTheirTeam, assign_team, move_volunteer, plan_next_step
from volunteers.enums import Stage
from volunteers.models import StageChange, Volunteer
from volunteers.selectors.pipeline import pipeline, possible_owners

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


def test_move_keeps_every_step_and_is_audited(cast: Cast) -> None:
    volunteer = make_volunteer()
    moved = move_volunteer(volunteer=volunteer, to_stage=Stage.CONTACTED, by=cast.ada, at=LATER)
    assert (moved.stage, moved.stage_since_at, moved.last_touch_at) == (Stage.CONTACTED, LATER, LATER)
    step = moved.stage_changes.first()
    assert step is not None
    assert (step.from_stage, step.to_stage, step.at, step.actor) == (
        "applied",
        "contacted",
        LATER,
        f"user:{cast.ada.pk}",
    )
    entry = AuditEntry.objects.get(action="volunteers.volunteer.moved")
    assert entry.details == {"was": "applied", "now": "contacted"}


def test_move_twice_is_one_step() -> None:
    volunteer = make_volunteer()
    for at in (LATER, LATER + timedelta(days=1)):
        moved = move_volunteer(volunteer=volunteer, to_stage=Stage.ACTIVE, by="tests", at=at)
    assert moved.stage_since_at == LATER
    assert StageChange.objects.count() == 2


def test_move_rolled_back_leaves_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = make_volunteer()
    monkeypatch.setattr("volunteers.actions.pipeline.audit.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move_volunteer(volunteer=volunteer, to_stage=Stage.ACTIVE, by="tests", at=LATER)
    volunteer.refresh_from_db()
    assert volunteer.stage == Stage.APPLIED
    assert StageChange.objects.count() == 1


def test_steps_cannot_be_changed_and_stages_are_known() -> None:
    volunteer = make_volunteer()
    with pytest.raises(DatabaseError), transaction.atomic():
        StageChange.objects.update(to_stage=Stage.ACTIVE)
    with pytest.raises(DatabaseError), transaction.atomic():
        Volunteer.objects.filter(pk=volunteer.pk).update(stage="famous")


def test_plan_next_step_works_once(cast: Cast) -> None:
    volunteer = make_volunteer()
    for _ in range(2):
        plan_next_step(
            volunteer=volunteer, owner=cast.ada, next_action=" call ", next_action_date=date(2026, 4, 1), by=cast.ada
        )
    volunteer.refresh_from_db()
    assert (volunteer.owner, volunteer.next_action, volunteer.next_action_date) == (cast.ada, "call", date(2026, 4, 1))
    assert AuditEntry.objects.filter(action="volunteers.volunteer.next_step_planned").count() == 1


def test_team_of_another_campaign_is_refused() -> None:
    volunteer, other = make_volunteer(), make_team(make_campaign())
    with pytest.raises(NotTheirTeam):
        assign_team(volunteer=volunteer, team=other, by="tests")
    team = make_team(volunteer.campaign)
    assert assign_team(volunteer=volunteer, team=team, by="tests").team == team
    assert assign_team(volunteer=volunteer, team=team, by="tests").team == team
    assert assign_team(volunteer=volunteer, team=None, by="tests").team is None


def test_note_pressed_twice_is_one_note_and_a_sign_of_life(cast: Cast, at: object) -> None:
    volunteer = make_volunteer(at=NOON - timedelta(days=30))
    from django.utils import timezone

    for _ in range(2):
        add_note(volunteer=volunteer, body=" Likes mornings ", by=cast.ada, at=timezone.now())
    note = volunteer.notes.get()
    assert (note.body, note.author) == ("Likes mornings", cast.ada)
    volunteer.refresh_from_db()
    assert volunteer.last_touch_at == timezone.now()


def test_invitation_makes_a_mobiliser_once(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    campaign = Campaign.objects.create(title="C", slug="c", organisation=cast.lead)
    volunteer = make_volunteer(campaign, email="nina@example.org")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for _ in range(2):
            invited = invite_to_app(volunteer=volunteer, by=cast.ada)
    assert invited.user is not None
    assert (invited.user.email, invited.user.first_name) == ("nina@example.org", "Cleo")
    assert Membership.objects.get(user=invited.user).role == Role.MOBILISER
    assert len(mail.outbox) == 1
    assert not invited.user.may_enter_staff_area


def test_invitation_is_refused_without_right_or_address(cast: Cast) -> None:
    campaign = Campaign.objects.create(title="C", slug="c", organisation=cast.lead)
    volunteer = make_volunteer(campaign, email="nina@example.org")
    for nobody in (cast.eva, cast.ben):
        with pytest.raises(MayNotGrantError):
            invite_to_app(volunteer=volunteer, by=nobody)
    assert not User.objects.filter(email="nina@example.org").exists()
    with pytest.raises(NoAddress):
        invite_to_app(volunteer=make_volunteer(campaign), by=cast.ada)


def test_new_calendar_link_ends_the_old_one() -> None:
    volunteer = make_volunteer()
    assert renew_calendar_key(volunteer=volunteer, by="tests").calendar_key != volunteer.calendar_key


def test_waiting_longest_puts_overdue_steps_first() -> None:
    campaign = make_campaign()
    quiet = make_volunteer(campaign, "Quiet", at=NOON - timedelta(days=90))
    fresh = make_volunteer(campaign, "Fresh")
    late = make_volunteer(campaign, "Late", next_action_date=date(2026, 2, 20))
    later = make_volunteer(campaign, "Later", next_action_date=date(2026, 2, 27))
    planned = make_volunteer(campaign, "Planned", at=NOON - timedelta(days=5), next_action_date=date(2026, 3, 20))
    assert list(Volunteer.objects.all().waiting_longest(date(2026, 3, 2))) == [late, later, quiet, planned, fresh]


def test_pipeline_counts_all_and_shows_the_longest_waiting(django_assert_num_queries: object) -> None:
    campaign = make_campaign()
    rows = [make_volunteer(campaign, f"V{n}", at=NOON - timedelta(days=n), languages=("fr", "nl")) for n in range(4)]
    make_volunteer(campaign, stage=Stage.ACTIVE)
    with django_assert_num_queries(4):  # type: ignore[operator]
        columns = pipeline(Volunteer.objects.all(), {Stage.APPLIED: 3})
    assert [column.count for column in columns] == [4, 0, 0, 1, 0]
    assert columns[0].cards == rows[:0:-1]
    assert columns[0].left == 1


def test_owners_are_staff_of_the_organisation_or_the_lead(cast: Cast) -> None:
    campaign = Campaign.objects.create(title="C", slug="c", organisation=cast.lead)
    volunteer = make_volunteer(campaign, organisation=cast.partner)
    assert set(possible_owners(volunteer)) == {cast.ada, cast.ben, cast.eva}
