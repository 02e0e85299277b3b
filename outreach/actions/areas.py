"""Which team takes which area when: never two teams in the same streets on the same days."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from outreach.models import Area, AreaAssignment, CanvassingEffort
from places.geometry import share_ground
from volunteers.models import Team

if TYPE_CHECKING:
    from accounts.models import User


class AreaTaken(Exception):
    """Another team has ground of this area on one of these days; the message names both and until when."""


class AreaUnfit(Exception):
    """The team or the days do not fit the area; the message says why."""


class AreaInUse(Exception):
    """The outline cannot change: a team would get ground another team has; the message names both."""


@transaction.atomic
def assign_area(*, area: Area, team: Team, starts: date, ends: date, by: "User | str") -> AreaAssignment:
    """Give a team an area from one day to another (both included), and return the assignment.

    The effort is locked while its other areas are looked at, so two assignments at the same moment cannot both pass.
    Raises AreaTaken when another team has ground of the area on one of the days, AreaUnfit for days in the wrong order
    or a team of another campaign. The same assignment made twice is returned, not repeated.
    """
    if ends < starts:
        raise AreaUnfit(_("The last day lies before the first."))
    if team.campaign_id != area.effort.campaign_id:
        raise AreaUnfit(_("This team works for another campaign."))
    lock_effort(area.effort_id)
    area = Area.objects.select_related("territory", "effort").get(pk=area.pk)
    same = AreaAssignment.objects.filter(
        area=area, team=team, starts_date=starts, ends_date=ends, released_at__isnull=True
    ).first()
    if same is not None:
        return same
    clash = _clash(area, area.outline, team_id=team.pk, starts=starts, ends=ends)
    if clash is not None:
        raise AreaTaken(_describe(clash))
    made = AreaAssignment.objects.create(area=area, team=team, starts_date=starts, ends_date=ends)
    audit.record(
        "outreach.area.assigned", by=by, target=area, team=team.pk, starts=starts.isoformat(), ends=ends.isoformat()
    )
    return made


@transaction.atomic
def release_assignment(*, assignment: AreaAssignment, by: "User | str", at: datetime) -> bool:
    """Take an area back from a team; False when that was done before."""
    released = AreaAssignment.objects.filter(pk=assignment.pk, released_at__isnull=True).update(released_at=at)
    if released:
        audit.record("outreach.area.released", by=by, target=assignment.area, team=assignment.team_id)
    return bool(released)


def check_outline(area: Area) -> None:
    """Raise AreaInUse when the outline of ``area`` as it is now would give ground of one team to another.

    Call inside the transaction that saves it. An area nobody has may be redrawn freely.
    """
    if area.pk is None:
        return
    lock_effort(area.effort_id)
    outline = area.outline
    for held in area.assignments.filter(released_at__isnull=True):
        clash = _clash(area, outline, team_id=held.team_id, starts=held.starts_date, ends=held.ends_date)
        if clash is not None:
            raise AreaInUse(_describe(clash))


def lock_effort(effort_id: int) -> None:
    """Hold an effort's row until the transaction ends; on SQLite the transaction itself is the one writer."""
    if connection.features.has_select_for_update:
        CanvassingEffort.objects.select_for_update().only("pk").get(pk=effort_id)


def _clash(
    area: Area, outline: Mapping[str, Any] | None, *, team_id: int, starts: date, ends: date
) -> AreaAssignment | None:
    others = (
        AreaAssignment.objects.filter(
            area__effort=area.effort_id, released_at__isnull=True, starts_date__lte=ends, ends_date__gte=starts
        )
        .exclude(team=team_id)
        .select_related("area__territory", "team")
        .order_by("starts_date", "pk")
    )
    return next((other for other in others if _overlap(area, outline, other.area)), None)


def _overlap(area: Area, outline: Mapping[str, Any] | None, other: Area) -> bool:
    if area.pk == other.pk:
        return True
    other_outline = other.outline
    if outline is None or other_outline is None:  # a commune whose outline nobody loaded: all we know is its name
        return area.territory_id is not None and area.territory_id == other.territory_id
    return share_ground(outline, other_outline)


def _describe(clash: AreaAssignment) -> str:
    return _("“%(team)s” has “%(area)s” from %(starts)s to %(ends)s, and the two share streets.") % {
        "team": clash.team.name,
        "area": clash.area.name,
        "starts": date_format(clash.starts_date, "j N Y"),
        "ends": date_format(clash.ends_date, "j N Y"),
    }
