"""How far somebody is with a pledge, as their own page shows it."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Pledge, PledgeMove
from campaigns.pledge_enums import Standing, ToldBy
from campaigns.pledge_rules import Ladder


@dataclass(frozen=True)
class StepShown:
    """One step of a ladder as one pledge stands to it. ``at``: when it was reached, None where nobody told us."""

    key: str
    name: str
    is_reached: bool
    is_here: bool
    at: datetime | None


def steps_shown(pledge: Pledge, language: str) -> list[StepShown]:
    """Return the steps of the ladder from the first to the last; one query."""
    ladder = pledge.kind.ladder
    told = {move.step: move.at for move in pledge.moves.order_by("-pk")}  # the first time somebody was there
    reached = {rung.key: ladder.is_passed(rung.key, pledge.step) for rung in ladder.steps}
    return [
        StepShown(
            key=rung.key,
            name=rung.name_in(language),
            is_reached=reached[rung.key],
            is_here=rung.key == pledge.step,
            at=told.get(rung.key) if reached[rung.key] else None,
        )
        for rung in ladder.steps
    ]


def before_last_press(pledge: Pledge) -> PledgeMove | None:
    """Return how the pledge stood before its author last pressed a button, so that a slip can be mended.

    None where there is nothing to mend: the last word was another's, it was itself a step back (so a second press of
    "undo" changes nothing), or the step before is no longer on the ladder.
    """
    last, *before = pledge.moves.order_by("-pk")[:2]
    if not before or last.told_by != ToldBy.OWN_PAGE or Standing.WITHDRAWN in (last.standing, before[0].standing):
        return None
    earlier, ladder = before[0], pledge.kind.ladder
    if ladder.step(earlier.step) is None or (earlier.ending and ladder.ending(earlier.ending) is None):
        return None
    return earlier if _went_on(ladder, earlier, last) else None


def _went_on(ladder: Ladder, earlier: PledgeMove, last: PledgeMove) -> bool:
    if last.ending:
        return (last.ending, last.barrier) != (earlier.ending, earlier.barrier) and not earlier.ending
    return last.step != earlier.step and ladder.is_passed(earlier.step, last.step)
