"""Who works which shift: assigned or taken, released or given back, done or missed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.zones import local_day
from core import audit
from people.models import Supporter
from volunteers.actions.agenda_notices import tell_shift_cancelled, tell_shift_moved
from volunteers.actions.hours import write_hours_of_assignment
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, HoursEntry, Shift, ShiftAssignment, Volunteer
from volunteers.querysets import AssignmentQuerySet
from volunteers.selectors.certificates import holds_certificate

if TYPE_CHECKING:
    from accounts.models import User


class ShiftRefused(Exception):
    """The shift cannot be given to this volunteer."""


class ShiftCancelled(ShiftRefused):
    """It will not take place."""


class ShiftOver(ShiftRefused):
    """It has begun already, so nobody takes it any more by themselves."""


class ShiftFull(ShiftRefused):
    """As many people as are needed have it."""


class CertificateMissing(ShiftRefused):
    """The volunteer holds no certificate of the training it asks for that is valid on its day."""


class ShiftsOverlap(ShiftRefused):
    """The person has another shift at that time."""


class OtherCampaign(ShiftRefused):
    """Volunteer and shift belong to different campaigns, or the shift is another organisation's own."""


class PlaceReleased(ValueError):
    """A place that was given back has no outcome."""


class NotStarted(ValueError):
    """What has not begun was neither done nor missed."""


@transaction.atomic
def assign_volunteer(*, shift: Shift, volunteer: Volunteer, by: audit.Actor, at: datetime) -> ShiftAssignment:
    """Give a volunteer a place of a shift and return the assignment; a second call returns the first.

    Refused with a ShiftRefused: cancelled, full, no certificate valid on the shift's day (in the campaign's time zone),
    another shift at the same time in any campaign, or another campaign's volunteer. That they do not speak the language
    needed refuses nothing: the screen says so and a person decides. The person's row is locked, then the shift's, so
    neither the places nor a person's time are given away twice at the same moment.
    """
    person = Supporter.objects.select_for_update(of=("self",)).get(pk=volunteer.supporter_id)
    locked = _locked(shift)
    if volunteer.campaign_id != locked.campaign_id:
        raise OtherCampaign
    known = ShiftAssignment.objects.filter(shift=locked, volunteer=volunteer).first()
    if known is not None and known.status != AssignmentStatus.RELEASED:
        return known
    if locked.cancelled_at is not None:
        raise ShiftCancelled
    if not holds_certificate(volunteer, locked.required_curriculum, local_day(locked.starts_at, locked.campaign)):
        raise CertificateMissing
    if ShiftAssignment.objects.standing().filter(shift=locked).count() >= locked.needed:
        raise ShiftFull
    if shifts_at_the_time_of(locked, person).exists():
        raise ShiftsOverlap
    assignment, _made = ShiftAssignment.objects.update_or_create(
        shift=locked, volunteer=volunteer, defaults={"status": AssignmentStatus.ASSIGNED, "decided_at": at}
    )
    _touch(volunteer, at)
    audit.record("volunteers.shift.assigned", by=by, target=assignment, shift=locked.pk)
    return assignment


def take_shift(*, shift: Shift, volunteer: Volunteer, by: "User", at: datetime) -> ShiftAssignment:
    """Give a volunteer a place they ask for themselves; refused as `assign_volunteer`, and once the shift has begun.

    Raises OtherCampaign for somebody else's volunteer row, and for the shift of an organisation that is neither the
    volunteer's own nor the campaign's lead.
    """
    if volunteer.user_id != by.pk or not may_work_for(volunteer, shift):
        raise OtherCampaign
    if shift.starts_at <= at:
        raise ShiftOver
    return assign_volunteer(shift=shift, volunteer=volunteer, by=by, at=at)


@transaction.atomic
def release_volunteer(*, assignment: ShiftAssignment, by: audit.Actor, at: datetime) -> ShiftAssignment:
    """Take a place back and return the released assignment; a repeat does nothing.

    Hours written for it go with it, and nobody need cover it any more.
    """
    _locked(assignment.shift)
    current = ShiftAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if current.status == AssignmentStatus.RELEASED:
        return current
    HoursEntry.objects.filter(assignment=current).delete()
    CoverRequest.objects.filter(assignment=current, closed_at__isnull=True).update(closed_at=at)
    current.status, current.decided_at = AssignmentStatus.RELEASED, at
    current.save(update_fields=["status", "decided_at"])
    audit.record("volunteers.shift.released", by=by, target=current, shift=current.shift_id)
    return current


def give_back_shift(*, assignment: ShiftAssignment, by: audit.Actor, at: datetime) -> ShiftAssignment:
    """Let a volunteer give their own place back before the shift begins. Raises ShiftOver after."""
    if assignment.shift.starts_at <= at and assignment.status != AssignmentStatus.RELEASED:
        raise ShiftOver
    return release_volunteer(assignment=assignment, by=by, at=at)


@transaction.atomic
def record_outcome(
    *, assignment: ShiftAssignment, status: AssignmentStatus, by: audit.Actor, at: datetime
) -> ShiftAssignment:
    """Mark a place DONE or MISSED, or ASSIGNED again after a mistake, and return it; a repeat changes nothing.

    DONE writes the hours once; anything else takes them back. Raises NotStarted before the shift begins, ShiftCancelled
    for one that did not take place, PlaceReleased for a place given back meanwhile.
    """
    shift = _locked(assignment.shift)
    current = ShiftAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    current.shift = shift
    if AssignmentStatus.RELEASED in (current.status, status):
        raise PlaceReleased
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.starts_at > at and status != AssignmentStatus.ASSIGNED:
        raise NotStarted
    if current.status == status:
        return current
    current.status = status
    current.save(update_fields=["status"])
    if status == AssignmentStatus.DONE:
        write_hours_of_assignment(current)
        _touch(current.volunteer, at)
    else:
        HoursEntry.objects.filter(assignment=current).delete()
    audit.record("volunteers.shift.outcome", by=by, target=current, status=status.value)
    return current


@transaction.atomic
def cancel_shift(*, shift: Shift, by: audit.Actor, at: datetime) -> Shift:
    """Call a shift off and tell those who have it, once each. A second call, or one after its end, changes nothing."""
    locked = _locked(shift)
    if locked.cancelled_at is not None or locked.ends_at <= at:
        return locked
    locked.cancelled_at = at
    locked.save(update_fields=["cancelled_at"])
    audit.record("volunteers.shift.cancelled", by=by, target=locked)
    tell_shift_cancelled(locked, at=at)
    return locked


@transaction.atomic
def announce_moved_shift(*, shift: Shift, at: datetime) -> int:
    """Tell those who have a shift that its time or place is another one, and return how many are told.

    Nobody is told of one that was called off or has begun. What still waits to be sent about the time before is
    cancelled, so that each gets one message however often the shift is moved before it leaves.
    """
    if shift.cancelled_at is not None or shift.starts_at <= at:
        return 0
    return tell_shift_moved(shift, at=at)


def may_work_for(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether a shift is open to a volunteer who asks for it: the lead's shifts are, and their own organisation's."""
    return shift.organisation_id in (volunteer.organisation_id, volunteer.campaign.organisation_id)


def shifts_at_the_time_of(shift: Shift, person: Supporter) -> AssignmentQuerySet:
    """Return what the person does in other shifts while this one lasts."""
    return (
        ShiftAssignment.objects.standing()
        .filter(volunteer__supporter=person, shift__cancelled_at__isnull=True)
        .filter(shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at)
        .exclude(shift=shift)
    )


def _locked(shift: Shift) -> Shift:
    return (
        Shift.objects.select_for_update(of=("self",)).select_related("campaign", "required_curriculum").get(pk=shift.pk)
    )


def _touch(volunteer: Volunteer, at: datetime) -> None:
    Volunteer.objects.filter(pk=volunteer.pk, last_touch_at__lt=at).update(last_touch_at=at)
