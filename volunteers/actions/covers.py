"""Asking others to take one's shift: until somebody does, it stays with whoever has it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from messaging.actions.queue import Draft, queue_service_messages
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import Supporter
from volunteers.actions.agenda_notices import mail_address, message_language
from volunteers.actions.shifts import (
    OtherCampaign,
    PlaceReleased,
    ShiftCancelled,
    ShiftOver,
    ShiftRefused,
    assign_volunteer,
    may_work_for,
    release_volunteer,
)
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.selectors.covers import who_could_cover

ASKED, TAKEN = "cover_asked", "cover_taken"


class CoverTaken(ShiftRefused):
    """Somebody else took it already, or it was taken back: there is nothing to take any more."""


class OwnShift(ShiftRefused):
    """It is the person's own shift: they cannot take it from themselves."""


class NoExchange(ShiftRefused):
    """The asker takes no shift in return, or the one offered is not theirs to give or suits them not."""


@transaction.atomic
def ask_for_cover(
    *, assignment: ShiftAssignment, note: str, takes_exchange: bool, by: audit.Actor, at: datetime
) -> CoverRequest:
    """Ask those who could take a shift whether they do, one message each, and return the request.

    A second call while it is open returns the first request and asks nobody again. Raises ShiftOver once the shift has
    begun, ShiftCancelled for one called off, PlaceReleased for a place given back meanwhile.
    """
    shift = _lock_shifts([assignment.shift_id])[0]
    current = ShiftAssignment.objects.select_related("volunteer__campaign").get(pk=assignment.pk)
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.starts_at <= at:
        raise ShiftOver
    if current.status != AssignmentStatus.ASSIGNED:
        raise PlaceReleased
    known = CoverRequest.objects.filter(assignment=current, closed_at__isnull=True).first()
    if known is not None:
        return known
    cover = CoverRequest.objects.create(assignment=current, note=note, takes_exchange=takes_exchange, asked_at=at)
    asked = who_could_cover(shift, current.volunteer)
    audit.record("volunteers.cover_request.asked", by=by, target=cover, shift=shift.pk, asked=len(asked))
    _write_to(asked, cover, shift, ASKED, at)
    return cover


@transaction.atomic
def take_back_request(*, cover: CoverRequest, by: audit.Actor, at: datetime) -> CoverRequest:
    """Close a request nobody answered: its asker comes after all. One that is closed stays as it is."""
    _lock_shifts([cover.assignment.shift_id])
    if CoverRequest.objects.filter(pk=cover.pk, closed_at__isnull=True).update(closed_at=at):
        audit.record("volunteers.cover_request.taken_back", by=by, target=cover)
    cover.refresh_from_db()
    return cover


@transaction.atomic
def take_over(
    *,
    cover: CoverRequest,
    volunteer: Volunteer,
    by: audit.Actor,
    at: datetime,
    gives: ShiftAssignment | None = None,
) -> ShiftAssignment:
    """Give the shift to ``volunteer`` and free its asker; return the new assignment. The first to press has it.

    ``gives``: a shift of theirs the asker gets in return, where the asker said so. All of it happens or nothing. A
    second call by the same person returns their assignment. Refused with a ShiftRefused: CoverTaken, OwnShift,
    NoExchange, ShiftOver, OtherCampaign, and whatever `assign_volunteer` refuses.
    """
    asked = CoverRequest.objects.select_related("assignment__volunteer__campaign", "taken_by").get(pk=cover.pk)
    asker = asked.assignment.volunteer
    # People before shifts, each by number, as everywhere: two who swap at the same moment never wait for each other.
    people = sorted({asker.supporter_id, volunteer.supporter_id})
    list(Supporter.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk"))
    _lock_shifts([asked.assignment.shift_id, *([gives.shift_id] if gives else [])])
    asked.refresh_from_db()
    shift = Shift.objects.select_related("campaign").get(pk=asked.assignment.shift_id)
    if asked.taken_by is not None and asked.taken_by.volunteer_id == volunteer.pk:
        return asked.taken_by
    if asker.supporter_id == volunteer.supporter_id:
        raise OwnShift
    current = ShiftAssignment.objects.get(pk=asked.assignment_id)
    if asked.closed_at is not None or current.status != AssignmentStatus.ASSIGNED:
        raise CoverTaken
    if shift.starts_at <= at:
        raise ShiftOver
    if not may_work_for(volunteer, shift):
        raise OtherCampaign
    release_volunteer(assignment=current, by=by, at=at)
    if gives is not None:
        _check_exchange(asked, gives, volunteer, at)
        release_volunteer(assignment=gives, by=by, at=at)
    taken = assign_volunteer(shift=shift, volunteer=volunteer, by=by, at=at)
    returned = _give_in_return(gives, asker, by, at) if gives is not None else None
    CoverRequest.objects.filter(pk=asked.pk).update(closed_at=at, taken_by=taken)
    audit.record("volunteers.cover_request.taken", by=by, target=asked, shift=shift.pk, is_swap=returned is not None)
    _write_to([asker], asked, shift, TAKEN, at, returned=returned)
    return taken


def _check_exchange(cover: CoverRequest, gives: ShiftAssignment, volunteer: Volunteer, at: datetime) -> None:
    mine = ShiftAssignment.objects.of_coming_shifts(at).filter(pk=gives.pk, volunteer=volunteer)
    if not cover.takes_exchange or not mine.exists():
        raise NoExchange


def _give_in_return(gives: ShiftAssignment, asker: Volunteer, by: audit.Actor, at: datetime) -> ShiftAssignment:
    try:
        return assign_volunteer(shift=gives.shift, volunteer=asker, by=by, at=at)
    except ShiftRefused as refusal:
        raise NoExchange from refusal


def _lock_shifts(ids: Iterable[int]) -> list[Shift]:
    rows = Shift.objects.select_for_update(of=("self",)).filter(pk__in=set(ids)).order_by("pk")
    return list(rows.select_related("campaign", "required_curriculum"))


def _write_to(
    volunteers: Iterable[Volunteer],
    cover: CoverRequest,
    shift: Shift,
    template: str,
    at: datetime,
    returned: ShiftAssignment | None = None,
) -> None:
    drafts = []
    for volunteer in volunteers:
        address = mail_address(volunteer)
        if address is None:
            continue
        purpose = ContactPurpose(Purpose.SERVICE, Channel.EMAIL, shift.organisation_id, shift.campaign.slug)
        drafts.append(
            Draft(
                idempotency_key=f"{template.replace('_', '-')}:cover:{cover.pk}:volunteer-{volunteer.pk}",
                purpose=purpose,
                template=template,
                address=address.as_typed,
                canonical=address.canonical,
                language=message_language(volunteer),
                not_before=at,
                expires_at=shift.starts_at,
                contact_point=address,
                context={
                    "cover": cover.pk,
                    "volunteer": volunteer.pk,
                    "starts_at": shift.starts_at.isoformat(),
                    **({"returned": returned.pk} if returned else {}),
                },
            )
        )
    if drafts:
        queue_service_messages(drafts=drafts)
