"""What somebody has promised and not yet done, for their phone and their calendar."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import ShiftAssignment, TrainingAttendance

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class UpcomingShift:
    """One shift a person has; fields as docs/phone-protocol.md names them. ``commune`` is a territory's code."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    commune: str
    notes: str
    team: str


@dataclass(frozen=True)
class UpcomingTraining:
    """One session a person is invited to or comes to; fields as docs/phone-protocol.md names them."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    presence: str


def upcoming_shifts_of(user: "User", at: datetime) -> list[UpcomingShift]:
    """Return the shifts the login's volunteers have that are not over at ``at``, the next one first, in one query."""
    rows = (
        ShiftAssignment.objects.filter(
            volunteer__user=user,
            status=AssignmentStatus.ASSIGNED,
            shift__cancelled_at__isnull=True,
            shift__ends_at__gt=at,
        )
        .select_related("shift__territory", "shift__team", "shift__event__venue", "shift__event__territory")
        .defer("shift__territory__outline", "shift__event__territory__outline")
        .order_by("shift__starts_at", "shift_id")
    )
    return [
        UpcomingShift(
            id=row.shift_id,
            title=row.shift.full_title,
            starts_at=row.shift.starts_at,
            ends_at=row.shift.ends_at,
            place=row.shift.where,
            commune=row.shift.territory.code if row.shift.territory else "",
            notes=row.shift.notes,
            team=row.shift.team.name if row.shift.team else "",
        )
        for row in rows
    ]


def upcoming_trainings_of(user: "User", at: datetime) -> list[UpcomingTraining]:
    """Return the sessions the login's volunteers are invited or come to that are not over, the next one first.

    One query. Those they declined are left out.
    """
    rows = (
        TrainingAttendance.objects.filter(
            volunteer__user=user, session__cancelled_at__isnull=True, session__ends_at__gt=at
        )
        .exclude(presence__in=[TrainingPresence.DECLINED, TrainingPresence.MISSED])
        .select_related("session")
        .order_by("session__starts_at", "session_id")
    )
    return [
        UpcomingTraining(
            id=row.session_id,
            title=row.session.title,
            starts_at=row.session.starts_at,
            ends_at=row.session.ends_at,
            place=row.session.place or row.session.online_url,
            presence=row.presence,
        )
        for row in rows
    ]
