"""Writing, starting, pausing and ending journeys, and what staff do with people on their way."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from audiences.actions.journey_uses import note_segments
from audiences.journey_enums import JourneyStatus, RunStatus
from audiences.journey_rules import Call, Check, InvalidSteps, Program, Send, Task, lay_out, parse_steps, walk
from audiences.models import Automation, AutomationRun, AutomationVersion, Segment
from audiences.ports import new_caller
from audiences.triggers.base import InvalidTrigger, read_trigger
from campaigns.models import Campaign
from core import audit
from messaging.actions.batches import cancel_batches, hold_batches, release_batches
from messaging.models import MessageText
from people.enums import Purpose

# Triggers that take in whoever registered for something, and only them.
_REGISTERING = {"rsvp", "attendance", "volunteer"}


ENDED = "the journey was ended"


class NotReady(ValueError):
    """The journey cannot do this as it stands: it has no steps, or has ended."""


@transaction.atomic
def draw_up_journey(
    *, organisation: Organisation, campaign: Campaign, name: str, trigger: dict[str, Any], by: User, **told: Any
) -> Automation:
    """Write a new journey down, as a draft, and return it. Raises InvalidTrigger."""
    read_trigger(trigger)
    automation = Automation.objects.create(
        organisation=organisation, campaign=campaign, name=name, trigger=trigger, **told
    )
    note_segments(automation=automation)
    audit.record("audiences.automation.created", by=by, target=automation)
    return automation


@transaction.atomic
def change_journey(
    *, automation: Automation, name: str, trigger: dict[str, Any], leave_segment: Segment | None, by: User
) -> Automation:
    """Change what a journey is called, how it begins and when it is left. Who is on the way stays on it.

    Raises InvalidTrigger, also where its messages need another beginning (`purposes_of`).
    """
    read_trigger(trigger)
    locked = Automation.objects.select_for_update().get(pk=automation.pk)
    _check_agenda(locked, trigger)
    locked.name, locked.trigger, locked.leave_segment = name, trigger, leave_segment
    locked.save(update_fields=["name", "trigger", "leave_segment"])
    note_segments(automation=locked)
    audit.record("audiences.automation.changed", by=by, target=locked)
    return locked


@transaction.atomic
def publish_steps(*, automation: Automation, steps: list[dict[str, Any]], by: User) -> AutomationVersion:
    """Publish steps as the next version, which whoever comes now begins with, and return it.

    The same steps as the version before return that. Raises InvalidSteps, also for a text, segment or colleague that is
    not the organisation's, a purpose that is not its own, and a system the operator does not let us call.
    """
    locked = Automation.objects.select_for_update().get(pk=automation.pk)
    _check_rows(locked, steps)
    last = locked.versions.order_by("-number").first()
    if last is not None and last.steps == steps:
        return last
    number = last.number + 1 if last is not None else 1
    version = AutomationVersion.objects.create(automation=locked, number=number, steps=steps, by=by)
    note_segments(automation=locked)
    audit.record("audiences.automation.published", by=by, target=locked, version=number)
    return version


def purposes_of(automation: Automation) -> tuple[Purpose, ...]:
    """Return for what a journey may write: who leads the campaign its news, a partner its own to those who agreed.

    What needs no consent, AGENDA, only to people who registered for what the journey begins with (ADR 16).
    """
    is_lead = automation.campaign.organisation_id == automation.organisation_id
    news = Purpose.CAMPAIGN_NEWS if is_lead else Purpose.PARTNER_NEWS
    has_registered = automation.trigger.get("kind") in _REGISTERING
    return (news, Purpose.REMINDER, *([Purpose.AGENDA] if has_registered else []))


def _check_agenda(automation: Automation, trigger: dict[str, Any]) -> None:
    last = automation.versions.order_by("-number").first()
    if last is None or trigger.get("kind") in _REGISTERING:
        return
    sends = [step for step in walk(parse_steps(last.steps)) if isinstance(step, Send)]
    if any(step.purpose == Purpose.AGENDA for step in sends):
        raise InvalidTrigger(_("Its messages are about what people registered for: it begins when they do."))


def _check_rows(automation: Automation, told: list[dict[str, Any]]) -> None:
    for step in walk(parse_steps(told)):
        if isinstance(step, Send):
            _check_send(automation, step)
        elif isinstance(step, Check):
            _check_segment(automation, step)
        elif isinstance(step, Task):
            _check_owner(automation, step)
        elif isinstance(step, Call) and not new_caller().is_allowed(step.url):
            raise InvalidSteps(
                _("The operator of this installation allows no calls to this host."), key=step.key, name="url"
            )


def _check_send(automation: Automation, step: Send) -> None:
    if not MessageText.objects.filter(pk=step.text, organisation=automation.organisation_id).exists():
        raise InvalidSteps(_("This text is not there any more."), key=step.key, name="text")
    if step.purpose not in purposes_of(automation):
        raise InvalidSteps(_("This organisation does not write for this purpose here."), key=step.key, name="purpose")


def _check_segment(automation: Automation, step: Check) -> None:
    # Held until the use is written down: nobody deletes it in between.
    own = Segment.objects.select_for_update().filter(pk=step.segment, organisation=automation.organisation_id)
    if not own.exists():
        raise InvalidSteps(_("This segment is not there any more."), key=step.key, name="segment")


def _check_owner(automation: Automation, step: Task) -> None:
    if step.owner is None:
        return
    if not automation.organisation.memberships.filter(user=step.owner, user__is_active=True).exists():
        raise InvalidSteps(_("This person does not work for the organisation."), key=step.key, name="owner")


@transaction.atomic
def start_journey(*, automation: Automation, by: User, at: datetime) -> Automation:
    """Let a journey run: it takes in what happens from now on, and leads on whoever was paused. Safe to call twice.

    Raises NotReady without steps, or after it ended; InvalidTrigger where it begins with nothing we know.
    """
    locked = Automation.objects.select_for_update().get(pk=automation.pk)
    if locked.status == JourneyStatus.RUNNING:
        return locked
    if locked.status == JourneyStatus.ENDED or not locked.versions.exists():
        raise NotReady
    read_trigger(locked.trigger)
    locked.status = JourneyStatus.RUNNING
    # While it was paused it took nobody in, and does not make up for it: what they did may be long ago.
    locked.takes_in_since, locked.swept_at = at, None
    locked.save(update_fields=["status", "takes_in_since", "swept_at"])
    release_batches([locked.batch])
    audit.record("audiences.automation.started", by=by, target=locked)
    return locked


@transaction.atomic
def pause_journey(*, automation: Automation, by: User) -> Automation:
    """Hold a journey: nobody comes in, nobody goes on, and what waits to be sent is held. Safe to call twice."""
    locked = Automation.objects.select_for_update().get(pk=automation.pk)
    if locked.status == JourneyStatus.RUNNING:
        locked.status = JourneyStatus.PAUSED
        locked.save(update_fields=["status"])
        hold_batches([locked.batch])
        audit.record("audiences.automation.paused", by=by, target=locked)
    return locked


@transaction.atomic
def end_journey(*, automation: Automation, by: User, at: datetime) -> Automation:
    """End a journey for good: whoever is on the way leaves it, and what waits to be sent is cancelled."""
    locked = Automation.objects.select_for_update().get(pk=automation.pk)
    if locked.status == JourneyStatus.ENDED:
        return locked
    locked.status = JourneyStatus.ENDED
    locked.save(update_fields=["status"])
    left = locked.runs.filter(status=RunStatus.WAITING).update(
        status=RunStatus.LEFT, next_at=None, stuck_since=None, ended_at=at
    )
    note_segments(automation=locked)
    cancel_batches([locked.batch], reason=ENDED)
    audit.record("audiences.automation.ended", by=by, target=locked, count=left)
    return locked


def sweep_ended() -> int:
    """Cancel what workers gave back after its journey was ended, and return how many. Safe to repeat."""
    ended = Automation.objects.filter(status=JourneyStatus.ENDED)
    return cancel_batches([each.batch for each in ended], reason=ENDED)


@transaction.atomic
def move_to_version(*, version: AutomationVersion, by: User) -> int:
    """Move everybody on the way to a version, on purpose, and return how many moved.

    They stand before the same step, found by its key; who waits at a step the version no longer has keeps their own.
    Steps done stay done: each key once.
    """
    program, moved = lay_out(parse_steps(version.steps)), 0
    waiting = AutomationRun.objects.select_for_update(of=("self",)).filter(
        automation=version.automation_id, status=RunStatus.WAITING
    )
    programs: dict[int, Program] = {}
    for run in waiting.exclude(version=version).select_related("version"):
        if run.version_id not in programs:
            programs[run.version_id] = lay_out(parse_steps(run.version.steps))
        here = programs[run.version_id].instructions
        place = program.place_of(here[run.position].step.key) if run.position < len(here) else None
        if place is not None:
            run.version, run.position = version, place
            run.save(update_fields=["version", "position"])
            moved += 1
    note_segments(automation=version.automation)
    audit.record("audiences.automation.moved", by=by, target=version.automation, version=version.number, count=moved)
    return moved


@transaction.atomic
def take_out(*, run: AutomationRun, by: User, at: datetime) -> AutomationRun:
    """Take one person out of a journey. Safe to call twice; what was sent is sent."""
    waiting = AutomationRun.objects.filter(pk=run.pk, status=RunStatus.WAITING)
    if waiting.update(status=RunStatus.REMOVED, next_at=None, stuck_since=None, ended_at=at):
        audit.record("audiences.automation_run.removed", by=by, target=run)
    run.refresh_from_db()
    return run
