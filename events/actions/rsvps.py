"""Registering for an event, changing one's mind, and coming after all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.audit import Actor
from core.locks import write_with_retries
from events.actions import rsvp_letters as letters
from events.actions.offers import offer_in_turn
from events.actions.places import (
    NoRoom,
    PlaceRefused,
    end_of_line,
    fits,
    free_places,
    give_back_places,
    lock_event,
    move_to,
    release,
    take_places,
)
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from people.actions.submissions import Intake, accept_submission
from people.actions.supporters import Introduction, match_or_create_supporter
from people.models import Submission, Supporter

KIND = "event-rsvp"
LINK = "link:rsvp"  # somebody who pressed a button behind the link in their letter


class RegistrationClosed(ValueError):
    """Nobody can register now; the argument says why: draft, cancelled, over, not_taken or slot_gone."""


class OfferLapsed(PlaceRefused):
    """The place was offered until a moment that has passed."""


class NothingHeld(PlaceRefused):
    """There is no place to confirm: the RSVP waits, or was cancelled."""


class AnswerFirst(PlaceRefused):
    """A place is being offered: take it or leave it before changing anything."""


class TooLate(PlaceRefused):
    """The timeslot has begun."""


class NotComing(PlaceRefused):
    """The RSVP is cancelled: there is nothing to change in it."""


@dataclass(frozen=True)
class Registered:
    """What a form led to. ``answered_as``: what a newcomer is told, COMING or WAITING; the mail tells the truth."""

    submission: Submission
    rsvp: Rsvp
    answered_as: RsvpStatus


def why_closed(event: Event, at: datetime) -> str:
    """Return why nobody can register for ``event`` now, or nothing."""
    if event.status == EventStatus.DRAFT or event.published_at is None:
        return "draft"
    if event.status == EventStatus.CANCELLED:
        return "cancelled"
    if event.status != EventStatus.PUBLISHED or event.ends_at <= at:
        return "over"
    return "" if event.takes_rsvps else "not_taken"


def register(*, intake: Intake, at: datetime) -> Registered:
    """Take one valid form: in one transaction the submission, the person, their places and their letter are written.

    The RSVP is valid at once. Its places are taken by one conditional update, else the whole party waits at the end of
    the line. ``intake.payload`` holds ``timeslot``, ``party_size``, ``full_name`` and ``answers``. The person is found
    by the address or made unverified, and nothing known about them is touched. Who is registered already stays
    registered as they were and is told so by mail; who cancelled is registered anew. Raises RegistrationClosed, and
    then nothing is kept.
    """
    # The same person's other form may make their record at this moment, or "this was not me" remove it.
    return write_with_retries(lambda: _register_once(intake, at), on=(Supporter.DoesNotExist,))


@transaction.atomic
def _register_once(intake: Intake, at: datetime) -> Registered:
    submission = accept_submission(intake=intake, at=at)
    told = intake.payload
    introduction = Introduction(
        email=intake.email,
        language=intake.locale,
        full_name=told.get("full_name", ""),
        is_generated=bool(told.get("is_generated")),
    )
    match = match_or_create_supporter(introduction=introduction, verified=False, at=at)
    supporter = Supporter.objects.select_for_update(no_key=True).get(pk=match.supporter.pk)
    wish = Wish(
        timeslot_id=int(told["timeslot"]),
        party_size=int(told["party_size"]),
        full_name=told.get("full_name", ""),
        answers=dict(told.get("answers") or {}),
        language=intake.locale,
        source=intake.source,
        submission=submission,
    )
    rsvp, answered_as, is_news = write_rsvp(intake.target_id, supporter, wish, at)
    (letters.tell_registered if is_news else letters.tell_known)(rsvp, submission, at=at)
    if is_news:
        audit.record("events.rsvp.registered", target=rsvp, status=str(rsvp.status))
    # The letter is queued here, so the drain leaves the form alone; what the page answers is kept with it.
    submission.payload = {**told, "answered_as": str(answered_as)}
    submission.queued_at = at
    submission.save(update_fields=["payload", "queued_at"])
    return Registered(submission, rsvp, answered_as)


@dataclass(frozen=True)
class Wish:
    """What somebody registers with. A member of staff's ``submission`` is None."""

    timeslot_id: int
    party_size: int
    full_name: str
    answers: dict[str, str]
    language: str
    source: str = ""
    submission: Submission | None = None


def write_rsvp(
    event_id: int, supporter: Supporter, wish: Wish, at: datetime, *, is_staff: bool = False
) -> tuple[Rsvp, RsvpStatus, bool]:
    """Write somebody's RSVP and return it, what a newcomer would have got, and whether it is new or revived.

    Call inside a transaction that holds the person's row. Staff may register for what takes no RSVPs.
    Raises RegistrationClosed.
    """
    event = lock_event(event_id)
    slot = _open_slot(event, wish.timeslot_id, at, is_staff=is_staff)
    rsvp = Rsvp.objects.select_related("submission").filter(event=event, supporter=supporter).first()
    if rsvp is not None and rsvp.status != RsvpStatus.CANCELLED:
        rsvp.event = event
        would_be = RsvpStatus.COMING if fits(slot.pk, wish.party_size) else RsvpStatus.WAITING
        return rsvp, would_be, False
    if rsvp is None:
        rsvp = Rsvp(event=event, supporter=supporter, created_at=at, is_generated=event.is_generated)
    rsvp.event, rsvp.timeslot, rsvp.supporter = event, slot, supporter
    rsvp.party_size, rsvp.full_name, rsvp.answers = wish.party_size, wish.full_name, wish.answers
    rsvp.language, rsvp.source, rsvp.submission = wish.language, wish.source, wish.submission
    # Who revives an RSVP by typing its address has proved nothing.
    rsvp.is_proved, rsvp.proved_at, rsvp.lapses, rsvp.said_yes_at, rsvp.offered_at = False, None, 0, None, None
    _take_or_wait(rsvp, at)
    return rsvp, RsvpStatus(rsvp.status), True


def _open_slot(event: Event, slot_id: int, at: datetime, *, is_staff: bool) -> Timeslot:
    reason = why_closed(event, at)
    if reason and not (is_staff and reason == "not_taken"):
        raise RegistrationClosed(reason)
    slot = Timeslot.objects.filter(event=event, pk=slot_id).first()
    if slot is None:
        raise RegistrationClosed("slot_gone")
    if slot.starts_at <= at:
        raise RegistrationClosed("over")
    return slot


def _take_or_wait(rsvp: Rsvp, at: datetime) -> None:
    if take_places(rsvp.timeslot_id, rsvp.party_size):
        move_to(rsvp, RsvpStatus.COMING, at=at)
    else:
        move_to(rsvp, RsvpStatus.WAITING, at=at, waiting_since_at=end_of_line(rsvp.timeslot_id, at))


def hold_rsvp(rsvp: Rsvp) -> Rsvp:
    """Hold the event and return its RSVP as it is now. Raises Rsvp.DoesNotExist when it is gone."""
    event = lock_event(rsvp.event_id)
    held = Rsvp.objects.select_related("timeslot", "supporter", "submission").get(pk=rsvp.pk)
    held.event = event
    return held


@transaction.atomic
def cancel_rsvp(*, rsvp: Rsvp, by: Actor, at: datetime) -> Rsvp:
    """Take somebody off the list and offer their places to those who wait; return the RSVP.

    Safe to call twice. Raises TooLate once the timeslot is over.
    """
    held = hold_rsvp(rsvp)
    if held.status == RsvpStatus.CANCELLED:
        return held
    if held.timeslot.ends_at <= at:
        raise TooLate
    release(held)
    move_to(held, RsvpStatus.CANCELLED, at=at)
    audit.record("events.rsvp.cancelled", by=by, target=held)
    letters.tell_cancelled(held, at=at)
    offer_in_turn(held.event, held.timeslot_id, at)
    return held


@transaction.atomic
def confirm_place(*, rsvp: Rsvp, at: datetime, is_by_link: bool = False) -> Rsvp:
    """Say YES: take the place offered, or say again that one comes; return the RSVP.

    ``is_by_link``: by the link of the letter that offered the place, which went to their address alone: taking it then
    proves that address. What was ticked in the form still waits for its own button. Safe to call twice. Raises
    OfferLapsed when the offer is over, NothingHeld for who waits or cancelled, RegistrationClosed once the event was
    called off.
    """
    held = hold_rsvp(rsvp)
    if held.event.is_cancelled:
        raise RegistrationClosed("cancelled")
    if held.status == RsvpStatus.COMING:
        held.said_yes_at = at
        held.save(update_fields=["said_yes_at"])
        return held
    if held.status != RsvpStatus.OFFERED:
        raise OfferLapsed if held.lapses else NothingHeld
    if held.offer_expires_at is not None and held.offer_expires_at <= at:
        raise OfferLapsed
    held.lapses = 0
    if is_by_link:
        _prove_mail_address(held, at)
    move_to(held, RsvpStatus.COMING, at=at)
    audit.record("events.rsvp.offer_taken", target=held)
    letters.tell_accepted(held, at=at)
    return held


def _prove_mail_address(held: Rsvp, at: datetime) -> None:
    """Write down what confirming would: the person reads the address the letter went to."""
    address = letters.mail_address(held)
    if held.is_proved or address is None or address.point is None:
        return
    introduction = Introduction(email=address.typed, full_name=held.full_name, language=held.language)
    match_or_create_supporter(introduction=introduction, verified=True, at=at)
    held.is_proved, held.proved_at = True, at
    audit.record("events.rsvp.proved", target=held)


@transaction.atomic
def come_after_all(*, rsvp: Rsvp, by: Actor, at: datetime) -> Rsvp:
    """Undo a cancellation, or take places that are free by now; return the RSVP, COMING or WAITING.

    Who cancelled and finds no room waits at the end of the line; who waits already stays where they are. Safe to call
    twice. Raises TooLate, RegistrationClosed.
    """
    held = hold_rsvp(rsvp)
    if held.status == RsvpStatus.OFFERED:
        return confirm_place(rsvp=held, at=at, is_by_link=by == LINK)
    if held.status == RsvpStatus.COMING:
        return held
    if held.timeslot.starts_at <= at:
        raise TooLate
    reason = why_closed(held.event, at)
    if reason:
        raise RegistrationClosed(reason)
    if held.status == RsvpStatus.WAITING and not fits(held.timeslot_id, held.party_size):
        return held
    held.lapses = 0
    _take_or_wait(held, at)
    audit.record("events.rsvp.revived", by=by, target=held, status=str(held.status))
    letters.tell_accepted(held, at=at)
    return held


@transaction.atomic
def change_rsvp(
    *,
    rsvp: Rsvp,
    party_size: int | None = None,
    timeslot: Timeslot | None = None,
    answers: dict[str, Any] | None = None,
    may_wait: bool = False,
    by: Actor,
    at: datetime,
) -> Rsvp:
    """Change how many come, when, or what was answered, and return the RSVP; what is None stays.

    More people, or another timeslot, only where there are places: else NoRoom, and everything stays as it was. With
    ``may_wait`` the whole party then gives its places back and waits at the end of the line. Places given back go to
    those who wait. Raises TooLate, AnswerFirst, NotComing, RegistrationClosed (the timeslot wanted is gone or over, or
    the event was called off).
    """
    held = hold_rsvp(rsvp)
    if held.event.is_cancelled:
        raise RegistrationClosed("cancelled")
    if held.status == RsvpStatus.CANCELLED:
        raise NotComing
    if held.timeslot.starts_at <= at:
        raise TooLate
    people = party_size or held.party_size
    slot = held.timeslot
    if timeslot is not None and timeslot.pk != held.timeslot_id:
        slot = _open_slot(held.event, timeslot.pk, at, is_staff=True)
    old_slot_id, is_moved = held.timeslot_id, slot.pk != held.timeslot_id
    if answers is not None and answers != held.answers:
        held.answers = answers
        held.save(update_fields=["answers"])
        audit.record("events.rsvp.answers_changed", by=by, target=held)
    if not is_moved and people == held.party_size:
        return held
    if held.status == RsvpStatus.OFFERED:
        raise AnswerFirst
    _move_places(held, slot, people, may_wait=may_wait, at=at)
    audit.record("events.rsvp.changed", by=by, target=held, people=people, moved=is_moved, status=str(held.status))
    letters.tell_changed(held, at=at)
    for slot_id in dict.fromkeys((old_slot_id, slot.pk)):
        offer_in_turn(held.event, slot_id, at)
    held.refresh_from_db()
    return held


def _move_places(held: Rsvp, slot: Timeslot, people: int, *, may_wait: bool, at: datetime) -> None:
    is_moved, is_coming = slot.pk != held.timeslot_id, held.status == RsvpStatus.COMING
    needed = people - held.party_size if is_coming and not is_moved else people
    waits_on = not is_coming and not is_moved
    if not waits_on and needed <= 0:
        give_back_places(slot.pk, -needed)
        _write(held, slot, people)
    elif not waits_on and take_places(slot.pk, needed):
        if is_moved:
            release(held)
        _write(held, slot, people)
        move_to(held, RsvpStatus.COMING, at=at)
    elif waits_on:
        _write(held, slot, people)
    elif is_coming and not may_wait:
        raise NoRoom(free_places(slot.pk) or 0)
    else:
        release(held)
        _write(held, slot, people)
        move_to(held, RsvpStatus.WAITING, at=at, waiting_since_at=end_of_line(slot.pk, at))


def _write(held: Rsvp, slot: Timeslot, people: int) -> None:
    held.timeslot, held.party_size = slot, people
    held.save(update_fields=["timeslot", "party_size"])
