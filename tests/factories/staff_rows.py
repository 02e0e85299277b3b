"""One row of every kind that staff screens show, of one organisation, marked with its name."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from audiences.actions.journeys import draw_up_journey, publish_steps
from audiences.actions.segments import create_segment
from audiences.actions.tasks import write_task
from audiences.models import AutomationRun
from campaigns.actions.pledge_notes import plan_call
from campaigns.models import Pledge, PledgeKind
from events.enums import Moment
from events.models import ReminderRule
from outreach.actions.paper import issue_batch
from outreach.actions.revocations import Session, revoke_session
from outreach.enums import MatchStatus
from outreach.models import Area, Barrier, ContactIdentity
from tests.factories.broadcasts import draft_broadcast
from tests.factories.events import make_event, make_event_type, make_rsvp, make_venue
from tests.factories.fieldwork import make_contact, make_effort, make_script, make_team, make_volunteer
from tests.factories.initiatives import make_initiative
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World
from tests.factories.trainings import make_curriculum, make_place, make_session, make_shift
from tests.factories.wordings import make_text, make_wording
from volunteers.models import (
    AgreementText,
    Certificate,
    HoursEntry,
    ShiftAssignment,
    ShiftTemplate,
    Skill,
    Volunteer,
    VolunteerNote,
)


def rows_of(world: World, organisation: Any = None) -> dict[str, Any]:
    """Return one row of every kind that is ``organisation``'s (else the lead's), each named after its coalition."""
    own, mark = organisation or world.lead, f"{world.name} {organisation or world.lead}"
    now, today = timezone.now(), timezone.localdate()
    team = make_team(world, f"{mark} team", own)
    cleo = make_volunteer(world, f"{mark} Cleo", own, team=team)
    other = make_volunteer(world, f"{mark} Zoe", own)
    effort = make_effort(world, f"{mark} effort", own)
    effort.teams.add(team)
    script = make_script(world, f"{mark} script")
    type(script).objects.filter(pk=script.pk).update(organisation=own)
    area = Area.objects.create(effort=effort, name=f"{mark} area")
    initiative = make_initiative(f"ECI(2024){uuid.uuid4().int % 10**6:06}")
    type(initiative).objects.filter(pk=initiative.pk).update(campaign=world.campaign)
    initiative.refresh_from_db()
    curriculum = make_curriculum(world, organisation=own, title=f"{mark} training")
    session = make_session(curriculum, now + timedelta(days=3), title=f"{mark} evening")
    make_place(session, cleo)
    kind = make_event_type(world.campaign, f"{mark} kind")
    venue = make_venue(world.campaign, f"{mark} venue", organisation=own)
    event = make_event(kind, f"{mark} event", starts_at=now + timedelta(days=3), organisation=own, venue=venue)
    event.checklist.create(text=f"{mark} item")
    shift = make_shift(world, now + timedelta(days=3), organisation=own, title=f"{mark} stall", team=team)
    ShiftAssignment.objects.create(shift=shift, volunteer=cleo, decided_at=now)
    VolunteerNote.objects.create(volunteer=cleo, body=f"{mark} note")
    sitting, taken_out = uuid.uuid4(), uuid.uuid4()
    told = make_contact(effort, cleo.user, session_id=sitting)
    make_contact(effort, cleo.user, session_id=taken_out)
    key = Session(effort.pk, cleo.user_id, own.pk, taken_out)
    return {
        "staff_efforts": effort,
        "staff_areas": area,
        "staff_scripts": script,
        "staff_teams": team,
        "staff_volunteers": cleo,
        "staff_trainings": curriculum,
        "staff_sessions": session,
        "staff_shifts": shift,
        "staff_events": event,
        "staff_event_reports": event,
        "staff_attendance": event,
        "staff_rsvps": make_rsvp(event, f"{mark} guest"),
        "staff_shift_templates": ShiftTemplate.objects.create(event_type=kind, title=f"{mark} setting up"),
        "staff_reminders": ReminderRule.objects.create(event_type=kind, key="day", moment=Moment.DAY_AT, days=1),
        "staff_venues": venue,
        "staff_event_types": kind,
        "staff_barriers": Barrier.objects.first() or Barrier.objects.create(key="time", labels={"en": "Time"}),
        "staff_skills": Skill.objects.first() or Skill.objects.create(key="cook"),
        "staff_agreements": AgreementText.objects.get(organisation=own, version=1),
        "staff_hours": HoursEntry.objects.create(
            volunteer=other, day=today, minutes=60, kind="other", what=f"{mark} phoning"
        ),
        "staff_certificates": Certificate.objects.create(
            volunteer=cleo, curriculum=curriculum, code=uuid.uuid4().hex[:12].upper(), issued_date=today
        ),
        "staff_identities": ContactIdentity.objects.create(
            contact=told, full_name=f"{mark} Nora", email="nora@example.org", status=MatchStatus.AMBIGUOUS
        ),
        "staff_paper": issue_batch(
            initiative=initiative, holder=cleo, nationality="FR", sheets=5, due_back=today, by="tests", at=now
        ),
        "staff_revocations": revoke_session(session=key, reason=f"{mark} odd", by=world.coordinator, at=now),
        "staff_segments": create_segment(
            organisation=own, campaign=world.campaign, name=f"{mark} segment", rule={"all": []}, by="tests", at=now
        ),
        "staff_broadcasts": draft_broadcast(world, f"{mark} broadcast", own),
        **journey_rows(world, own, cleo, mark, now),
        "staff_wordings": make_wording(make_text(own, name=f"{mark} text", scope=world.name), at=now).text,
        **pledge_rows(world, own, mark, now),
        "session": Session(effort.pk, cleo.user_id, own.pk, sitting),
        "cleo": cleo,
        "other": other,
    }


def journey_rows(world: World, own: Organisation, cleo: Volunteer, mark: str, now: datetime) -> dict[str, Any]:
    """Return a journey of the organisation, one person's way through it, and a task about them."""
    by = world.coordinator
    journey = draw_up_journey(
        organisation=own, campaign=world.campaign, name=f"{mark} journey", trigger={"kind": "volunteer"}, by=by
    )
    version = publish_steps(automation=journey, steps=[{"key": "a", "kind": "wait", "days": 1}], by=by)
    way = AutomationRun.objects.create(
        automation=journey, version=version, supporter=cleo.supporter, occasion="x", entered_at=now, next_at=now
    )
    task = write_task(
        organisation=own, campaign=world.campaign, title=f"{mark} task", due_date=now.date(), by=by, at=now,
        supporter=cleo.supporter,
    )  # fmt: skip
    return {"staff_journeys": journey, "staff_ways": way, "staff_tasks": task}


def pledge_rows(world: World, own: Organisation, mark: str, now: datetime) -> dict[str, Any]:
    """Return a kind of pledge of the campaign, a pledge credited to a partner or to nobody, and a call about it."""
    kind = make_kind(world.campaign)
    PledgeKind.objects.filter(pk=kind.pk).update(name=f"{world.name} campaign pledge")
    partnership = world.campaign.partnerships.filter(organisation=own).first()
    pledge = make_pledge(kind, f"{uuid.uuid4().hex}@example.org", at=now, full_name=f"{mark} Nora")
    Pledge.objects.filter(pk=pledge.pk).update(partnership=partnership)
    call = plan_call(
        pledge=pledge, due_at=now + timedelta(hours=1), text=f"{mark} call", owner=None, by=world.coordinator, at=now
    )
    return {"staff_pledge_kinds": kind, "staff_pledges": pledge, "staff_pledge_notes": call}
