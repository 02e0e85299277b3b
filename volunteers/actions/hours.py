"""The time volunteers gave: written once where it came from, corrected by hand."""

from datetime import date, datetime

from django.db import transaction

from campaigns.zones import local_day
from core import audit
from volunteers.enums import HoursKind
from volunteers.models import HoursEntry, ShiftAssignment, TrainingAttendance, Volunteer

MOST_MINUTES = 24 * 60


class ImpossibleHours(ValueError):
    """Less than a minute, more than a day, or a day that has not come."""


class FollowsItsOrigin(ValueError):
    """Hours of a shift or a training go when the shift or the attendance is put right, not by themselves."""


def write_hours_of_assignment(assignment: ShiftAssignment) -> HoursEntry:
    """Write the hours of a shift that was done, once; a correction by hand stays. Call in the action's transaction."""
    shift = assignment.shift
    entry, _made = HoursEntry.objects.get_or_create(
        assignment=assignment,
        defaults={
            "volunteer_id": assignment.volunteer_id,
            "day": local_day(shift.starts_at, shift.campaign),
            "minutes": minutes_between(shift.starts_at, shift.ends_at),
            "kind": HoursKind.SHIFT,
            "what": shift.title,
        },
    )
    return entry


def write_hours_of_attendance(attendance: TrainingAttendance) -> HoursEntry:
    """Write the hours of a session that was attended, once; a correction by hand stays. Call in the transaction."""
    session = attendance.session
    entry, _made = HoursEntry.objects.get_or_create(
        attendance=attendance,
        defaults={
            "volunteer_id": attendance.volunteer_id,
            "day": local_day(session.starts_at, session.curriculum.campaign),
            "minutes": minutes_between(session.starts_at, session.ends_at),
            "kind": HoursKind.TRAINING,
            "what": session.title,
        },
    )
    return entry


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Return the minutes between two moments, at least one, at most a day."""
    return max(1, min(MOST_MINUTES, round((ends_at - starts_at).total_seconds() / 60)))


@transaction.atomic
def record_other_work(
    *, volunteer: Volunteer, day: date, minutes: int, what: str, by: audit.Actor, at: datetime
) -> HoursEntry:
    """Write down work that was neither a shift nor a training, and return the entry.

    The same work, minutes and words on the same day are one entry: a form sent twice counts once. Raises
    ImpossibleHours.
    """
    _check(day, minutes, local_day(at, volunteer.campaign))
    Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    entry, made = HoursEntry.objects.get_or_create(
        volunteer=volunteer, day=day, minutes=minutes, kind=HoursKind.OTHER, what=what.strip()
    )
    if made:
        audit.record("volunteers.hours_entry.recorded", by=by, target=entry, minutes=minutes)
    return entry


@transaction.atomic
def correct_hours(
    *, entry: HoursEntry, day: date, minutes: int, what: str, by: audit.Actor, at: datetime
) -> HoursEntry:
    """Put an entry right and return it; the audit trail keeps the minutes it had. Raises ImpossibleHours."""
    current = HoursEntry.objects.select_for_update(of=("self",)).select_related("volunteer__campaign").get(pk=entry.pk)
    _check(day, minutes, local_day(at, current.volunteer.campaign))
    if (current.day, current.minutes, current.what) == (day, minutes, what.strip()):
        return current
    was = current.minutes
    current.day, current.minutes, current.what = day, minutes, what.strip()
    current.save(update_fields=["day", "minutes", "what"])
    audit.record("volunteers.hours_entry.corrected", by=by, target=current, was=was, minutes=minutes)
    return current


@transaction.atomic
def remove_hours(*, entry: HoursEntry, by: audit.Actor) -> None:
    """Take back other work that was entered by mistake. Raises FollowsItsOrigin for a shift's or a training's."""
    if entry.kind != HoursKind.OTHER:
        raise FollowsItsOrigin
    if HoursEntry.objects.filter(pk=entry.pk).exists():
        audit.record("volunteers.hours_entry.removed", by=by, target=entry, was=entry.minutes)
        entry.delete()


def _check(day: date, minutes: int, today: date) -> None:
    if not 1 <= minutes <= MOST_MINUTES or day > today:
        raise ImpossibleHours
