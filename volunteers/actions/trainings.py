"""Training sessions: who is invited, who comes, who was there."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from volunteers.actions.agenda_notices import tell_invited, tell_session_cancelled, tell_session_moved
from volunteers.actions.hours import write_hours_of_attendance
from volunteers.enums import TrainingPresence
from volunteers.models import HoursEntry, TrainingAttendance, TrainingSession, Volunteer

COMING_OR_THERE = (TrainingPresence.COMING, TrainingPresence.ATTENDED)
FACTS = (TrainingPresence.ATTENDED, TrainingPresence.MISSED)
DOORS_OPEN = timedelta(hours=2)  # before the start: people are marked as they arrive


class SessionRefused(Exception):
    """A place in this session cannot be noted like that."""


class SessionCancelled(SessionRefused):
    """It will not take place."""


class SessionFull(SessionRefused):
    """Every place is promised."""


class SessionNotOpen(SessionRefused):
    """Nobody attended or missed what has not begun."""


class SessionOver(SessionRefused):
    """It has begun: nobody is invited to it, or answers an invitation, any more."""


class OtherTraining(SessionRefused):
    """The volunteer belongs to another campaign than the training."""


@transaction.atomic
def invite_volunteers(
    *, session: TrainingSession, volunteers: Iterable[Volunteer], by: audit.Actor, at: datetime
) -> list[TrainingAttendance]:
    """Invite those who have no place in the session yet, tell each once, and return their new places.

    Whoever was invited, comes or declined is left as they are, so a second call invites nobody twice. Inviting promises
    no place: more may be invited than fit. Raises SessionCancelled, SessionOver, or OtherTraining when one of the
    volunteers is another campaign's.
    """
    locked = _locked(session)
    if locked.cancelled_at is not None:
        raise SessionCancelled
    if locked.starts_at <= at:
        raise SessionOver
    asked = list(volunteers)
    if any(volunteer.campaign_id != locked.curriculum.campaign_id for volunteer in asked):
        raise OtherTraining
    known = set(TrainingAttendance.objects.filter(session=locked).values_list("volunteer", flat=True))
    new = {volunteer.pk: volunteer for volunteer in asked if volunteer.pk not in known}
    places = TrainingAttendance.objects.bulk_create(
        TrainingAttendance(session=locked, volunteer=volunteer, presence=TrainingPresence.INVITED, decided_at=at)
        for volunteer in new.values()
    )
    if places:
        audit.record("volunteers.training_session.invited", by=by, target=locked, count=len(places))
        tell_invited(locked, places, at=at)
    return places


@transaction.atomic
def record_presence(
    *, session: TrainingSession, volunteer: Volunteer, presence: TrainingPresence, by: audit.Actor, at: datetime
) -> TrainingAttendance:
    """Note one person's place in a session and return it; a repeat changes nothing.

    COMING takes one of the places (SessionFull when none is free: the session's row is locked while they are counted).
    ATTENDED is a fact and needs no place; it writes the hours once, and anything else takes them back. Raises
    SessionCancelled, SessionNotOpen for a fact more than two hours before the start, OtherTraining.
    """
    locked = _locked(session)
    if volunteer.campaign_id != locked.curriculum.campaign_id:
        raise OtherTraining
    if locked.cancelled_at is not None:
        raise SessionCancelled
    if presence in FACTS and at < locked.starts_at - DOORS_OPEN:
        raise SessionNotOpen
    place = TrainingAttendance.objects.filter(session=locked, volunteer=volunteer).first()
    if place is not None and place.presence == presence:
        return place
    if presence == TrainingPresence.COMING and (place is None or place.presence not in COMING_OR_THERE):
        _check_room(locked)
    if place is None:
        place = TrainingAttendance(session=locked, volunteer=volunteer)
    place.session, place.presence, place.decided_at = locked, presence, at
    place.save()
    _keep_hours(place)
    if presence in COMING_OR_THERE:
        Volunteer.objects.filter(pk=volunteer.pk, last_touch_at__lt=at).update(last_touch_at=at)
    audit.record("volunteers.training_attendance.recorded", by=by, target=place, presence=presence.value)
    return place


def answer_invitation(
    *, place: TrainingAttendance, is_coming: bool, by: audit.Actor, at: datetime
) -> TrainingAttendance:
    """Let somebody say whether they come, and change their mind until the session begins. Refused as a presence is.

    Raises SessionOver once it has begun.
    """
    if place.session.starts_at <= at:
        raise SessionOver
    presence = TrainingPresence.COMING if is_coming else TrainingPresence.DECLINED
    return record_presence(session=place.session, volunteer=place.volunteer, presence=presence, by=by, at=at)


@transaction.atomic
def record_everyone_attended(*, session: TrainingSession, by: audit.Actor, at: datetime) -> int:
    """Note that everybody who said they come was there, and return how many that changed.

    Who was noted as missed or declined meanwhile, perhaps by a colleague at the same door, stays so. Refused as one
    person's presence is.
    """
    locked = _locked(session)
    if locked.cancelled_at is not None:
        raise SessionCancelled
    if at < locked.starts_at - DOORS_OPEN:
        raise SessionNotOpen
    places = list(TrainingAttendance.objects.filter(session=locked, presence=TrainingPresence.COMING))
    for place in places:
        place.session, place.presence, place.decided_at = locked, TrainingPresence.ATTENDED, at
        place.save(update_fields=["presence", "decided_at"])
        _keep_hours(place)
    if places:
        people = {place.volunteer_id for place in places}
        Volunteer.objects.filter(pk__in=people, last_touch_at__lt=at).update(last_touch_at=at)
        audit.record("volunteers.training_session.everyone_attended", by=by, target=locked, count=len(places))
    return len(places)


@transaction.atomic
def cancel_session(*, session: TrainingSession, by: audit.Actor, at: datetime) -> TrainingSession:
    """Call a session off and tell those who said they come, once each. A repeat, or one after its end, does nothing."""
    locked = _locked(session)
    if locked.cancelled_at is not None or locked.ends_at <= at:
        return locked
    locked.cancelled_at = at
    locked.save(update_fields=["cancelled_at"])
    audit.record("volunteers.training_session.cancelled", by=by, target=locked)
    tell_session_cancelled(locked, at=at)
    return locked


@transaction.atomic
def announce_moved_session(*, session: TrainingSession, at: datetime) -> None:
    """Tell those who said they come that the time or place is another one; once per time and place."""
    if session.cancelled_at is None and session.starts_at > at:
        tell_session_moved(session, at=at)


def _check_room(session: TrainingSession) -> None:
    if session.capacity is None:
        return
    taken = TrainingAttendance.objects.filter(session=session, presence__in=COMING_OR_THERE).count()
    if taken >= session.capacity:
        raise SessionFull


def _keep_hours(place: TrainingAttendance) -> None:
    if place.presence == TrainingPresence.ATTENDED:
        write_hours_of_attendance(place)
    else:
        HoursEntry.objects.filter(attendance=place).delete()


def _locked(session: TrainingSession) -> TrainingSession:
    return (
        TrainingSession.objects.select_for_update(of=("self",))
        .select_related("curriculum__campaign")
        .get(pk=session.pk)
    )
