"""What the pages of journeys show: how many are where, what became of each step, and what holds somebody up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from audiences.journey_enums import RunStatus, StepOutcome
from audiences.journey_rules import Check, InvalidSteps, Program, Step, Until, Wait, lay_out, parse_steps
from audiences.journey_words import Names, names_in, say_step
from audiences.models import Automation, AutomationStep, AutomationVersion
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage

_ON_THE_WAY = Q(runs__status=RunStatus.WAITING)


def with_counts(journeys: QuerySet[Automation]) -> QuerySet[Automation]:
    """Add how many are on the way, came to the end, and left or were taken out."""
    return journeys.annotate(
        waiting_count=Count("runs", filter=_ON_THE_WAY),
        done_count=Count("runs", filter=Q(runs__status=RunStatus.DONE)),
        left_count=Count("runs", filter=Q(runs__status__in=(RunStatus.LEFT, RunStatus.REMOVED))),
    )


@dataclass(frozen=True)
class ShownStep:
    """One step as the page shows it. ``outcomes``: what became of it, in words, for how many."""

    key: str
    kind: str
    sentence: str
    outcomes: list[tuple[str, str, int]] = field(default_factory=list)
    waiting: int = 0
    is_gone: bool = False
    then: list["ShownStep"] = field(default_factory=list)
    otherwise: list["ShownStep"] = field(default_factory=list)


def read_steps(version: AutomationVersion | None) -> tuple[Step, ...]:
    """Return a version's steps; none where it was made unreadable."""
    try:
        return parse_steps(version.steps) if version is not None else ()
    except InvalidSteps:
        return ()


def shown_steps(automation: Automation, steps: Sequence[Step]) -> list[ShownStep]:
    """Return the steps with their sentences and figures; five queries, whatever their number."""
    outcomes: dict[str, Counter[str]] = {}
    rows = AutomationStep.objects.filter(run__automation=automation).order_by().values_list("key", "outcome")
    for key, outcome, count in rows.annotate(count=Count("pk")):
        outcomes.setdefault(key, Counter())[outcome] = count
    return show_steps(steps, names_in(tuple(steps)), outcomes, waiting_by_step(automation))


def show_steps(
    steps: Iterable[Step], names: Names, outcomes: dict[str, Counter[str]], waiting: dict[str, int]
) -> list[ShownStep]:
    """Return the same of figures that were counted before; recipes have none."""
    return [
        ShownStep(
            key=step.key,
            kind=type(step).__name__.lower(),
            sentence=say_step(step, names),
            outcomes=_outcomes(step, outcomes.get(step.key, Counter()), waiting.get(step.key, 0)),
            waiting=waiting.get(step.key, 0),
            is_gone=isinstance(step, Check) and step.segment not in names.segments,
            then=show_steps(step.then, names, outcomes, waiting) if isinstance(step, Check) else [],
            otherwise=show_steps(step.otherwise, names, outcomes, waiting) if isinstance(step, Check) else [],
        )
        for step in steps
    ]


def _outcomes(step: Step, counted: Counter[str], waiting: int) -> list[tuple[str, str, int]]:
    found = [(each.value, str(each.label), counted[each]) for each in StepOutcome]
    if isinstance(step, Wait | Until):  # a wait is noted when it begins: whoever still rests there is not done
        found = [(key, words, count - waiting if key == StepOutcome.PASSED else count) for key, words, count in found]
    return [each for each in found if each[2] > 0]


def waiting_by_step(automation: Automation) -> dict[str, int]:
    """Return how many rest at which step, in whatever version they walk."""
    rows = automation.runs.filter(status=RunStatus.WAITING).order_by().values_list("version", "position")
    counted = list(rows.annotate(count=Count("pk")))
    programs = _programs({version for version, _position, _count in counted})
    found: Counter[str] = Counter()
    for version, position, count in counted:
        instructions = programs[version].instructions
        if position < len(instructions):
            found[instructions[position].step.key] += count
    return dict(found)


def _programs(versions: set[int]) -> dict[int, Program]:
    found = AutomationVersion.objects.filter(pk__in=versions) if versions else ()
    return {version.pk: lay_out(read_steps(version)) for version in found}


def walkers_of_old(automation: Automation, newest: AutomationVersion | None) -> list[tuple[int, int]]:
    """Return (version, people) for those on the way who keep an older version, the oldest first."""
    waiting = automation.runs.filter(status=RunStatus.WAITING)
    older = waiting.exclude(version=newest) if newest is not None else waiting
    rows: Any = older.order_by("version__number").values_list("version__number").annotate(count=Count("pk"))
    return list(rows)


def messages_by_status(automation: Automation) -> list[tuple[str, str, int]]:
    """Return (status, its words, how many) of a journey's messages, in the order of a message's life."""
    rows = OutboundMessage.objects.filter(batch=automation.batch).order_by().values_list("status")
    counted: dict[str, int] = dict(rows.annotate(count=Count("pk")))
    return [(each.value, str(each.label), counted[each]) for each in MessageStatus if counted.get(each)]
