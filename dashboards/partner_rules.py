"""What a partner may be told of the others, and how fast it would have to be: pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from campaigns.registration_band import days_of_pace
from core.small_counts import LEAST_SHOWN, FewerThan

# With fewer others, somebody who knows one or two of them could work out a third.
LEAST_OTHERS = 5
LATELY = 7  # days, today included


def anonymous_median(others: Iterable[int]) -> int | None:
    """Return the middle of what other partners have, so rounded that it is nobody's figure; None with too few others.

    Two digits stay (1,234 is told as 1,200), and from one to nine it is "fewer than 10". A partner's own figure does
    not belong into ``others``: whoever knows it could take it out again.
    """
    known = sorted(others)
    if len(known) < LEAST_OTHERS:
        return None
    middle = round(median(known))
    if 0 < middle < LEAST_SHOWN:
        return FewerThan()
    unit = max(LEAST_SHOWN, 10 ** (len(str(middle)) - 2))
    return middle // unit * unit


@dataclass(frozen=True)
class Pace:
    """How far one goal is. ``lately`` came in the last seven days; ``needed`` a day until the day due, that included.

    ``needed`` is None where no day is set, where it is over, or where the goal is reached. ``expected_date``: when the
    goal would be reached if all days were like the last seven; None where none came or it would take years.
    """

    reached: int
    target: int
    due_date: date | None
    lately: int
    missing: int
    needed: int | None
    is_over: bool
    expected_date: date | None

    @property
    def is_reached(self) -> bool:
        return self.reached >= self.target

    @property
    def share(self) -> float:
        return self.reached / self.target

    @property
    def per_day(self) -> float:
        return self.lately / LATELY

    @property
    def is_behind(self) -> bool:
        """Whether the last seven days were too slow for the day due."""
        return self.needed is not None and self.lately < self.needed * LATELY


def pace_of(*, reached: int, target: int, lately: int, due: date | None, on: date) -> Pace:
    """Return how far a goal is on a day."""
    missing, needed = max(0, target - reached), None
    if due is not None:
        missing, needed = days_of_pace(reached=reached, target=target, on=on, due=due)
    return Pace(
        reached=reached,
        target=target,
        due_date=due,
        lately=lately,
        missing=missing,
        needed=needed or None,
        is_over=due is not None and due < on,
        expected_date=_expected(missing, lately, on),
    )


def _expected(missing: int, lately: int, on: date) -> date | None:
    if not missing or lately <= 0:
        return None
    days = -(-missing * LATELY // lately)
    return on + timedelta(days=days) if days <= 3 * 365 else None
