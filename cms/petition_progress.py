"""How far a petition is, as a page may show it. Reads one tally row, whatever the number of signatures."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.enums import Metric
from campaigns.models import LiveSwitches, Petition


@dataclass(frozen=True)
class PetitionProgress:
    """``count`` is None while it may not be shown: switched off, or below the petition's minimum."""

    count: int | None
    goal: int
    as_of: datetime | None

    @property
    def missing(self) -> int:
        """Signatures still missing to the goal; 0 once it is reached or while the count is hidden."""
        return max(self.goal - self.count, 0) if self.count is not None else 0


def goal_after(count: int, steps: list[int]) -> int:
    """Return the first goal not reached yet, or the last one when all are."""
    return next((step for step in steps if step > count), steps[-1])


def petition_progress(petition: Petition) -> PetitionProgress:
    """Return the petition's count (or None), its present goal and when it was counted."""
    tally = petition.tallies.totals().filter(metric=Metric.SIGNATURES).only("count", "counted_at").first()
    count = tally.count if tally else 0
    shown = count >= petition.minimum_shown and LiveSwitches.load().shows_live_counts
    goal = goal_after(count if shown else 0, petition.goal_steps)
    return PetitionProgress(count=count if shown else None, goal=goal, as_of=tally.counted_at if tally else None)
