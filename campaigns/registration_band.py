"""How much of an official figure is still to come: learned from earlier elections, never a straight line. Pure.

Provisional figures lag: applications handed in are not yet entered. What an earlier election's figures showed so many
days before the deadline, as a share of what it ended with, bounds what today's figure may end with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Point:
    """One figure of an earlier election: so many days before its deadline (negative: after), so many registered."""

    lead_days: int
    registered: Fraction


@dataclass(frozen=True)
class Course:
    """How one group's figures rose towards one earlier election; ``final`` is what it ended with."""

    election: str
    group: str
    points: tuple[Point, ...]
    final: Fraction

    def shares_at(self, lead_days: int) -> "tuple[Fraction, Fraction] | None":
        """Return between which shares of the final figure the figures stood so many days before the deadline.

        Bounded by the nearest figures strictly before and after (the final figure when there is none), because a count
        only grows; also where that day itself has figures: one year's share is no measure of another's to the unit.
        None where no figure is from before.
        """
        if not self.final:
            return None
        before = [point for point in self.points if point.lead_days > lead_days]
        after = [point for point in self.points if point.lead_days < lead_days]
        if not before:
            return None
        low = max(before, key=lambda point: -point.lead_days).registered / self.final
        high = max(after, key=lambda point: point.lead_days).registered / self.final if after else Fraction(1)
        return min(low, high), max(low, high)


@dataclass(frozen=True)
class Band:
    """Between what and what a provisional figure may end, and what was learned from.

    ``shares`` are (election, group, low, high): what had appeared by then. ``elections`` are those learned from.
    """

    low: int
    high: int
    shares: tuple[tuple[str, str, Fraction, Fraction], ...]

    @property
    def elections(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(election for election, _group, _low, _high in self.shares))

    @property
    def is_of_one_election(self) -> bool:
        return len(self.elections) == 1


def late_arrival_band(
    registered: int, *, on: date, until: date | None = None, deadline: date, courses: Iterable[Course]
) -> Band | None:
    """Return what a provisional figure of ``on`` may end with; None when no earlier election tells.

    A figure of some day from ``on`` to ``until``, as one of a whole month is, may be of either end.

    The widest that any group of any earlier election had: groups differ more than one would like, so their spread is
    part of what is not known. Rounded outwards, and never below the figure itself.
    """
    shares = []
    for course in courses:
        first, last = (course.shares_at((deadline - day).days) for day in (on, until or on))
        if first and last and first[0] > 0:
            shares.append((course.election, course.group, min(first[0], last[0]), max(first[1], last[1])))
    if not shares:
        return None
    lowest, highest = min(low for *_names, low, _high in shares), max(high for *_names, high in shares)
    return Band(low=max(registered, int(registered / highest)), high=-(-registered // lowest), shares=tuple(shares))


def days_of_pace(*, reached: int, target: int, on: date, due: date) -> "tuple[int, int | None]":
    """Return how many are missing and how many a day that makes until ``due``, that day included; None when it is over.

    Today counts when it is not over: on the last day everything is needed today.
    """
    missing = max(0, target - reached)
    days = (due - on).days + 1
    if days < 1:
        return missing, None
    return missing, -(-missing // days)


def course_of(
    election: str, group: str, readings: Sequence[tuple[date, Fraction]], *, deadline: date, final: Fraction
) -> Course:
    """Return a course from dated provisional figures."""
    points = tuple(Point((deadline - day).days, registered) for day, registered in sorted(readings))
    return Course(election, group, points, final)
