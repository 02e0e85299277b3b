"""How much time was given, by whom, in which team, in which period."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from people.names import name_with_origin
from volunteers.enums import HoursKind
from volunteers.models import HoursEntry, Volunteer

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def condition(self) -> Q:
        found = Q()
        if self.first:
            found &= Q(day__gte=self.first)
        if self.last:
            found &= Q(day__lte=self.last)
        return found


@dataclass(frozen=True)
class GivenTime:
    """Minutes of one volunteer or one team, by what for."""

    name: str
    shift: int
    training: int
    other: int
    people: int = 1

    @property
    def total(self) -> int:
        return self.shift + self.training + self.other


_SUMS = {kind.value: Sum("minutes", filter=Q(kind=kind), default=0) for kind in HoursKind}


def minutes_of(volunteer: Volunteer, period: Period | None = None) -> GivenTime:
    """Return the minutes one volunteer gave."""
    rows = volunteer.hours.filter((period or Period()).condition())
    return GivenTime(name=str(volunteer), **rows.aggregate(**_SUMS))


def minutes_by_volunteer(user: "User", period: Period, *, most: int = 200) -> list[GivenTime]:
    """Return the volunteers the viewer may see with the time they gave in the period, the most first, in one query."""
    rows = (
        HoursEntry.objects.visible_to(user)
        .filter(period.condition())
        .values("volunteer", "volunteer__supporter__full_name", "volunteer__is_generated")
        .annotate(**_SUMS, total=Sum("minutes"))
        .order_by("-total", "volunteer")[:most]
    )
    return [
        GivenTime(
            name=name_with_origin(row["volunteer__supporter__full_name"], row["volunteer__is_generated"]),
            shift=row["shift"],
            training=row["training"],
            other=row["other"],
        )
        for row in rows
    ]


def minutes_by_team(user: "User", period: Period) -> list[GivenTime]:
    """Return the time each team the viewer may see gave in the period, the most first; no team is named "", last."""
    rows = (
        HoursEntry.objects.visible_to(user)
        .filter(period.condition())
        .values("volunteer__team", "volunteer__team__name")
        .annotate(**_SUMS, total=Sum("minutes"), people=Count("volunteer", distinct=True))
        .order_by("-total")
    )
    found = [
        GivenTime(
            name=row["volunteer__team__name"] or "",
            shift=row["shift"],
            training=row["training"],
            other=row["other"],
            people=row["people"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: not each.name)
