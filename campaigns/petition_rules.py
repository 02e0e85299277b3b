"""What a petition shows of its count. Pure."""

from collections.abc import Sequence

# The next goal is shown once this share of the present one is reached: a goal just passed invites nobody.
NEXT_GOAL_AT = 0.8


def shown_goal(count: int, steps: Sequence[int]) -> int:
    """Return the goal to show beside ``count``: the first step the count has not nearly reached, else the last.

    A pure function of the count, so a count that falls (withdrawals, invalidation) takes its goal back with it.
    ``steps`` rise; raises ValueError when there are none.
    """
    if not steps:
        raise ValueError("a petition has at least one goal")
    return next((step for step in steps if count < step * NEXT_GOAL_AT), steps[-1])


def shown_count(count: int, minimum: int) -> int | None:
    """Return the count, or None below the petition's minimum."""
    return count if count >= minimum else None
