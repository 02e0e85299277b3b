"""Leading people on: each step once, in one transaction with where they stand then."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.models import Membership
from audiences.journey_enums import RunStatus, StepOutcome
from audiences.journey_rules import (
    Call,
    Check,
    Instruction,
    Leave,
    Program,
    Send,
    Task,
    Until,
    Wait,
    lay_out,
    parse_steps,
    until_ends,
    wait_ends,
)
from audiences.models import AutomationRun, AutomationStep, StaffTask, WebhookCall
from audiences.segment_rules import InSegment
from audiences.selectors.ground import Ground, ground_of
from audiences.selectors.members import members_on
from core.locks import write_with_retries
from messaging.actions.queue import Draft, queue_message
from messaging.models import MessageText
from messaging.wordings import NoWording, wording_for
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.selectors import address_on

logger = logging.getLogger(__name__)

BATCH = 200
# A way that cannot go on (its rows were made unreadable) is tried again so much later, so that it holds up nobody.
TRY_AGAIN = timedelta(hours=1)


def lead_people_on(*, at: datetime, limit: int = BATCH) -> int:
    """Lead on up to ``limit`` people whose moment has come, and return how many were due. Safe to run at once."""
    due = AutomationRun.objects.due(at).order_by("next_at", "pk").values_list("pk", flat=True)
    ids = list(due[:limit])
    grounds: dict[int, Ground] = {}
    for pk in ids:
        try:
            lead_on(run_id=pk, at=at, grounds=grounds)
        except Exception:
            # One way that cannot go on must not hold up everybody else's; nothing of this step was written.
            logger.exception("way %s cannot go on", pk)
            _put_off(pk, at)
    return len(ids)


def _put_off(run_id: int, at: datetime) -> None:
    """Try again later; since when it is stuck is kept, so that nothing seems due later than it was."""
    # Still due: another worker may have led the person on meanwhile, to a moment that must stay as it is.
    due = AutomationRun.objects.filter(pk=run_id, status=RunStatus.WAITING, next_at__lte=at)
    due.update(stuck_since=Coalesce(F("stuck_since"), F("next_at")), next_at=at + TRY_AGAIN)


def lead_on(*, run_id: int, at: datetime, grounds: dict[int, Ground] | None = None) -> AutomationRun | None:
    """Do every step of one way that is due at ``at``, and return the way as it stands then.

    Returns None, and does nothing, where another worker has it, it is not due, or its journey does not run. All steps
    until the next wait are written in this transaction with where the person stands then: a crash undoes all or
    nothing. A message, a task and a call bear the run and the step in a unique key besides. Whoever is in the journey's
    leaving segment, is gone, or is not the organisation's any more, leaves instead.
    """
    # Their record may be merged or erased at this moment.
    return write_with_retries(lambda: _lead_on_once(run_id, at, grounds))


@transaction.atomic
def _lead_on_once(run_id: int, at: datetime, grounds: dict[int, Ground] | None) -> AutomationRun | None:
    rows = AutomationRun.objects.due(at).filter(pk=run_id)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    run = rows.select_related("automation__campaign", "automation__organisation", "version", "supporter").first()
    if run is None:
        return None
    known = grounds if grounds is not None else {}
    organisation_id = run.automation.organisation_id
    if organisation_id not in known:
        known[organisation_id] = ground_of(organisation_id, at)
    _Walk(run, known[organisation_id], at).go()
    return run


def program(run: AutomationRun) -> Program:
    """Return the laid-out steps of the version somebody is on."""
    return lay_out(parse_steps(run.version.steps))


@dataclass
class _Walk:
    """One person led on by one worker, in one transaction."""

    run: AutomationRun
    ground: Ground
    at: datetime
    due_at: datetime = field(init=False)
    is_late: bool = field(default=False, init=False)
    noted: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.due_at = self.run.stuck_since or self.run.next_at or self.at
        self.noted = dict(AutomationStep.objects.filter(run=self.run).values_list("key", "outcome"))

    def go(self) -> None:
        steps = program(self.run).instructions
        if self.run.position < len(steps) and self._is_reached():
            return self._end(RunStatus.LEFT)
        while self.run.position < len(steps):
            instruction = steps[self.run.position]
            if isinstance(instruction.step, Leave):
                self._note(instruction, StepOutcome.PASSED)
                return self._end(RunStatus.LEFT)
            if isinstance(instruction.step, Wait | Until) and self._must_wait(instruction):
                return None
            self.run.position = self._pass_by(instruction) or self._do(instruction)
        return self._end(RunStatus.DONE)

    def _is_reached(self) -> bool:
        supporter = self.run.supporter
        if supporter.merged_into_id is not None:
            return True
        inside = members_on({"all": []}, self.ground).filter(pk=supporter.pk)
        if not inside.exists():
            return True
        segment = self.run.automation.leave_segment_id
        return segment is not None and self._is_in(segment)

    def _is_in(self, segment: int) -> bool:
        return members_on(InSegment(segment), self.ground).filter(pk=self.run.supporter_id).exists()

    def _must_wait(self, instruction: Instruction) -> bool:
        """Put the person to rest where a waiting step is not over. What comes behind it is due when it ends."""
        step = instruction.step
        if step.key in self.noted:  # woken up: it was waited for until `due_at`
            self.is_late = False
            return False
        wakes_at = self._wakes_at(step)
        # A date that was past when the person came in: what it was to be waited for with comes too late for them.
        self.is_late = wakes_at is None or (isinstance(step, Until) and wakes_at < self.run.entered_at)
        self._note(instruction, StepOutcome.TOO_LATE if self.is_late else StepOutcome.PASSED)
        if wakes_at is None or self.is_late:
            return False
        self.due_at = wakes_at
        if wakes_at <= self.at:
            return False
        self.run.next_at, self.run.stuck_since = wakes_at, None
        self.run.save(update_fields=["position", "next_at", "stuck_since"])
        return True

    def _wakes_at(self, step: Any) -> datetime | None:
        zone = ZoneInfo(self.run.automation.campaign.time_zone)
        if isinstance(step, Wait):
            return wait_ends(step, since=self.due_at, zone=zone)
        return until_ends(step, anchor=self.run.anchor_at, zone=zone) if self.run.anchor_at is not None else None

    def _pass_by(self, instruction: Instruction) -> int | None:
        """Return where a step leads that was done before, in another version or order; None where it is still to do."""
        outcome = self.noted.get(instruction.step.key)
        if outcome is None:
            return None
        return instruction.otherwise if outcome == StepOutcome.NO else instruction.following

    def _do(self, instruction: Instruction) -> int:
        """Do one step and return where the way goes on."""
        step = instruction.step
        if isinstance(step, Check):
            answer = self._is_in(step.segment)
            self._note(instruction, StepOutcome.YES if answer else StepOutcome.NO)
            return instruction.following if answer else instruction.otherwise
        if isinstance(step, Send):
            self._note(instruction, self._send(step))
        elif isinstance(step, Task):
            self._note(instruction, self._assign(step))
        elif isinstance(step, Call):
            self._note(instruction, self._call(step))
        return instruction.following

    def _send(self, step: Send) -> StepOutcome:
        expires_at = self.due_at + timedelta(hours=step.useful_hours)
        if self.is_late or self.at >= expires_at:
            return StepOutcome.TOO_LATE
        text = MessageText.objects.filter(pk=step.text, organisation=self.run.automation.organisation_id).first()
        if text is None:
            return StepOutcome.NO_WORDING
        point = address_on(self.run.supporter, text.channel)
        if point is None:
            return StepOutcome.NO_ADDRESS
        try:
            wording = wording_for(text, self.run.supporter.language or text.fallback_language)
        except NoWording:
            return StepOutcome.NO_WORDING
        purpose = ContactPurpose(
            Purpose(step.purpose),
            Channel(text.channel),
            self.run.automation.organisation_id,
            self.run.automation.campaign.slug,
        )
        draft = Draft(
            idempotency_key=f"run:{self.run.pk}:{step.key}",
            purpose=purpose,
            template="written",
            address=point.as_typed,
            canonical=point.canonical,
            language=wording.language,
            not_before=self.at,
            expires_at=expires_at,
            contact_point=point,
            context={"wording": wording.pk},
            batch=self.run.automation.batch,
        )
        queue_message(draft=draft, at=self.at)
        return StepOutcome.QUEUED

    def _assign(self, step: Task) -> StepOutcome:
        automation = self.run.automation
        due = self.at.astimezone(ZoneInfo(automation.campaign.time_zone)).date() + timedelta(days=step.days)
        StaffTask.objects.get_or_create(
            origin=f"run:{self.run.pk}:{step.key}",
            defaults={
                "organisation_id": automation.organisation_id,
                "campaign_id": automation.campaign_id,
                "title": step.title,
                "due_date": due,
                "owner_id": _owner(step.owner, automation.organisation_id),
                "supporter_id": self.run.supporter_id,
                "created_at": self.at,
                "is_generated": self.run.supporter.is_generated,
            },
        )
        return StepOutcome.PASSED

    def _call(self, step: Call) -> StepOutcome:
        WebhookCall.objects.get_or_create(
            key=f"run:{self.run.pk}:{step.key}",
            defaults={
                "run": self.run,
                "organisation_id": self.run.automation.organisation_id,
                "url": step.url,
                "not_before": self.at,
                "payload": {
                    "journey": self.run.automation_id,
                    "campaign": self.run.automation.campaign.slug,
                    "step": step.key,
                    "way": str(self.run.public_id),
                    "supporter": str(self.run.supporter.public_id),
                    "at": self.at.isoformat(),
                },
            },
        )
        return StepOutcome.PASSED

    def _note(self, instruction: Instruction, outcome: StepOutcome) -> None:
        kind = type(instruction.step).__name__.lower()
        AutomationStep.objects.create(run=self.run, key=instruction.step.key, kind=kind, outcome=outcome, at=self.at)
        self.noted[instruction.step.key] = outcome

    def _end(self, status: RunStatus) -> None:
        self.run.status, self.run.next_at, self.run.stuck_since, self.run.ended_at = status, None, None, self.at
        self.run.save(update_fields=["status", "position", "next_at", "stuck_since", "ended_at"])


def _owner(user_id: int | None, organisation_id: int) -> int | None:
    """Return a task's owner while they work for the organisation; else it is nobody's, and everybody sees it."""
    if user_id is None:
        return None
    works = Membership.objects.filter(user=user_id, organisation=organisation_id, user__is_active=True)
    return user_id if works.exists() else None
