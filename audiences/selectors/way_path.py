"""One person's way through a journey: each step with what became of it, and why they rest where they do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from audiences.journey_enums import RunStatus
from audiences.journey_rules import Step, Until, Wait, lay_out, walk
from audiences.journey_words import names_in, say_step, why_waiting
from audiences.models import AutomationRun, AutomationVersion, StaffTask, WebhookCall
from audiences.selectors.journey_figures import read_steps
from messaging.models import OutboundMessage


@dataclass(frozen=True)
class Stop:
    """One step of somebody's path. ``became``: of its message, task or call; ``why``: the ledger's reason."""

    sentence: str
    outcome: str
    at: datetime
    kind: str
    became: str = ""
    why: str = ""


def path_of(run: AutomationRun) -> list[Stop]:
    """Return what was done for one person, in its order."""
    notes = list(run.path.all())
    keys = {f"run:{run.pk}:{note.key}" for note in notes if note.kind in ("send", "task", "call")}
    became = _became(keys)
    step = _next_step(run)
    resting = step.key if isinstance(step, Wait | Until) else ""  # a wait is noted when it begins
    sentences = _sentences(run, {note.key for note in notes})
    return [
        Stop(
            sentences.get(note.key, note.key),
            gettext("waits") if note.key == resting else note.get_outcome_display(),
            note.at,
            note.kind,
            *became.get(f"run:{run.pk}:{note.key}", ("", "")),
        )
        for note in notes
    ]


def _became(keys: set[str]) -> dict[str, tuple[str, str]]:
    if not keys:
        return {}
    found = {
        message.idempotency_key: (str(message.get_status_display()), message.reason)
        for message in OutboundMessage.objects.filter(idempotency_key__in=keys)
    }
    found |= {task.origin: (str(task.get_status_display()), "") for task in StaffTask.objects.filter(origin__in=keys)}
    found |= {
        call.key: (str(call.get_status_display()), call.reason) for call in WebhookCall.objects.filter(key__in=keys)
    }
    return found


def _sentences(run: AutomationRun, wanted: set[str]) -> dict[str, str]:
    """Return the steps' sentences by key: of the version walked now, else of the newest that still knew them."""
    found = _said(run.version)
    if wanted <= set(found):
        return found
    for version in run.automation.versions.exclude(pk=run.version_id).order_by("-number"):
        found = {**_said(version), **found}
        if wanted <= set(found):
            break
    return found


def _said(version: AutomationVersion) -> dict[str, str]:
    steps = tuple(walk(read_steps(version)))
    names = names_in(read_steps(version))
    return {step.key: say_step(step, names) for step in steps}


def standing_of(run: AutomationRun) -> str:
    """Return why somebody rests where they do, in words; blank once they are off the way."""
    if run.status != RunStatus.WAITING:
        return ""
    step = _next_step(run)
    return why_waiting(run, step, names_in((step,)) if step is not None else names_in(()))


def _next_step(run: AutomationRun) -> Step | None:
    """Return the step somebody stands before, or rests at; None: none, or they are off the way."""
    instructions = lay_out(read_steps(run.version)).instructions if run.status == RunStatus.WAITING else ()
    return instructions[run.position].step if run.position < len(instructions) else None
