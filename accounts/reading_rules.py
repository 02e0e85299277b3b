"""When reading about people is unusual. Pure: no database, no clock."""

from collections.abc import Sequence


def usual_of(history: Sequence[int]) -> int:
    """Return what somebody usually reads on a day they read anything: the mean of such days, rounded; 0 for none.

    ``history``: rows about people read on each of the last days, today not among them. Days off say nothing about how
    somebody works and are left out.
    """
    worked = [people for people in history if people > 0]
    return round(sum(worked) / len(worked)) if worked else 0


def is_unusual(people: int, history: Sequence[int], *, floor: int, factor: int) -> bool:
    """Say whether ``people`` read today is more than the floor, and more than ``factor`` times the usual."""
    return people > floor and people > factor * usual_of(history)
