"""What volunteers are told of what they said they would do: invitations, changes, reminders.

Everything here answers what the person did, applying, saying yes or taking a shift, so its purpose is SERVICE; only a
reminder by SMS is asked consent for (REMINDER). One row per person, occasion, channel and start: repeating it queues
nothing twice, and a moved start is a new occasion.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from campaigns.models import Campaign
from campaigns.zones import zone_of
from messaging.actions.queue import Draft, queue_messages, queue_service_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint
from people.selectors import address_on
from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import Shift, ShiftAssignment, TrainingAttendance, TrainingSession, Volunteer
from volunteers.reminder_rules import EARLIEST_LEAD, Reminder, reminder_due

Place = ShiftAssignment | TrainingAttendance
BATCH = 500

REMINDER, CANCELLED, MOVED, INVITED = "agenda_reminder", "agenda_cancelled", "agenda_moved", "training_invitation"


def tell_shift_cancelled(shift: Shift, *, at: datetime) -> None:
    _tell(_assigned(shift), CANCELLED, at=at)


def tell_shift_moved(shift: Shift, *, at: datetime) -> int:
    return _tell_moved(_assigned(shift), at=at)


def tell_of_event(assignments: Iterable[int], template: str, *, at: datetime) -> None:
    """Tell the people of these assignments that their event was moved or called off (MOVED, CANCELLED)."""
    _tell(_with_people(ShiftAssignment.objects.filter(pk__in=list(assignments))), template, at=at)


def tell_session_cancelled(session: TrainingSession, *, at: datetime) -> None:
    _tell(_coming(session), CANCELLED, at=at)


def tell_session_moved(session: TrainingSession, *, at: datetime) -> int:
    return _tell_moved(_coming(session), at=at)


def tell_invited(session: TrainingSession, places: Iterable[TrainingAttendance], *, at: datetime) -> None:
    ids = [place.pk for place in places]
    _tell(_with_people(TrainingAttendance.objects.filter(pk__in=ids)), INVITED, at=at)


def queue_due_reminders(*, at: datetime) -> int:
    """Queue the reminders due at ``at`` for shifts held and sessions promised, and return how many were considered.

    A catch-up query, not a window: what an outage missed is made good while it is still of use. Safe to run twice, at
    once, and with the clock put back: the ledger holds one row per place, occasion and start, and no reminder is sent
    before its moment.
    """
    shifts = _with_people(
        ShiftAssignment.objects.filter(
            status=AssignmentStatus.ASSIGNED,
            shift__cancelled_at__isnull=True,
            shift__starts_at__gt=at,
            shift__starts_at__lte=at + EARLIEST_LEAD,
        )
    )
    sessions = _with_people(
        TrainingAttendance.objects.filter(
            presence=TrainingPresence.COMING,
            session__cancelled_at__isnull=True,
            session__starts_at__gt=at,
            session__starts_at__lte=at + EARLIEST_LEAD,
        )
    )
    considered = 0
    for rows in (shifts, sessions):
        batch: list[Draft] = []
        for place in rows.iterator(chunk_size=BATCH):
            due = reminder_due(
                starts_of(place).starts_at, made_at=place.decided_at, at=at, zone=zone_of(campaign_of(place))
            )
            if due is None:
                continue
            considered += 1
            batch += _drafts(place, REMINDER, not_before=due.due_at, reminder=due)
            batch += _drafts(place, REMINDER, not_before=due.due_at, reminder=due, channel=Channel.SMS)
            if len(batch) >= BATCH:
                queue_messages(drafts=batch, at=at)
                batch = []
        queue_messages(drafts=batch, at=at)
    return considered


def starts_of(place: Place) -> Shift | TrainingSession:
    """Return what the place is in: the shift or the session, which know start, end and place."""
    return place.shift if isinstance(place, ShiftAssignment) else place.session


def campaign_of(place: Place) -> Campaign:
    return place.shift.campaign if isinstance(place, ShiftAssignment) else place.session.curriculum.campaign


def state_of(place: Place) -> str:
    """Return where the person stands: the assignment's status or the attendance's presence."""
    return place.status if isinstance(place, ShiftAssignment) else place.presence


def title_of(place: Place) -> str:
    """Return what the place is in by name, with the event a shift belongs to."""
    return place.shift.full_title if isinstance(place, ShiftAssignment) else place.session.title


def where_of(place: Place) -> str:
    return place.shift.where if isinstance(place, ShiftAssignment) else place.session.place


def stamp(moment: datetime) -> str:
    """Return a start as it stands in keys: a moved one is another occasion."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def _assigned(shift: Shift) -> Any:
    return _with_people(ShiftAssignment.objects.filter(shift=shift, status=AssignmentStatus.ASSIGNED))


def _coming(session: TrainingSession) -> Any:
    return _with_people(TrainingAttendance.objects.filter(session=session, presence=TrainingPresence.COMING))


def _with_people(rows: Any) -> Any:
    """Fetch with each place what a message needs: its moment, its campaign, the person's language and address."""
    addresses = ContactPoint.objects.order_by("-verified_at", "-pk")
    moment = ("shift__campaign",) if rows.model is ShiftAssignment else ("session__curriculum__campaign",)
    return rows.select_related(*moment, "volunteer__supporter").prefetch_related(
        Prefetch("volunteer__supporter__contact_points", queryset=addresses, to_attr="addresses")
    )


def _tell(rows: Any, template: str, *, at: datetime) -> int:
    """Queue one message per place and return how many."""
    drafts = [draft for place in rows for draft in _drafts(place, template, not_before=at)]
    if drafts:
        queue_service_messages(drafts=drafts)
    return len(drafts)


def _tell_moved(rows: Any, *, at: datetime) -> int:
    """Cancel what waits to be sent about the time and place before, then tell the new ones."""
    places: list[Place] = list(rows)
    _cancel_outdated(places)
    return _tell(places, MOVED, at=at)


def _cancel_outdated(places: list[Place]) -> None:
    """Cancel waiting notices of an earlier move, and reminders of another start.

    A reminder of the same start stays: it is written when it leaves and says the new place by itself.
    """
    starts = {(_noun_of(place), place.pk): starts_of(place).starts_at.isoformat() for place in places}
    points = [address.pk for place in places if (address := mail_address(place.volunteer)) is not None]
    waiting = OutboundMessage.objects.filter(
        contact_point__in=points, template__in=[MOVED, REMINDER], status=MessageStatus.READY
    )
    outdated = []
    for pk, template, context in waiting.values_list("pk", "template", "context"):
        place = next(((noun, context[noun]) for noun in ("assignment", "attendance") if noun in context), None)
        if place in starts and (template == MOVED or context["starts_at"] != starts[place]):
            outdated.append(pk)
    OutboundMessage.objects.filter(pk__in=outdated, status=MessageStatus.READY).update(
        status=MessageStatus.CANCELLED, reason="moved"
    )


def _noun_of(place: Place) -> str:
    return "assignment" if isinstance(place, ShiftAssignment) else "attendance"


def _drafts(
    place: Place,
    template: str,
    *,
    not_before: datetime,
    reminder: Reminder | None = None,
    channel: Channel = Channel.EMAIL,
) -> list[Draft]:
    """Return the message for one place; none for somebody without an address on the channel."""
    address = address_on(place.volunteer.supporter, channel)
    moment, campaign = starts_of(place), campaign_of(place)
    if address is None or moment.starts_at <= not_before:
        return []
    noun = _noun_of(place)
    kind = "shift" if noun == "assignment" else "training"
    occasion = _OCCASIONS[template](moment.starts_at, not_before, reminder)
    by_sms = ":sms" if channel == Channel.SMS else ""
    purpose = Purpose.REMINDER if by_sms else Purpose.SERVICE
    return [
        Draft(
            idempotency_key=f"{kind}-{template.rpartition('_')[2]}:{noun}:{place.pk}:{occasion}{by_sms}",
            purpose=ContactPurpose(purpose, channel, _organisation_of(place), campaign.slug),
            template=template,
            address=address.as_typed,
            canonical=address.canonical,
            language=message_language(place.volunteer),
            not_before=not_before,
            expires_at=reminder.useless_at if reminder else moment.starts_at,
            contact_point=address,
            context={noun: place.pk, "starts_at": moment.starts_at.isoformat()},
        )
    ]


_OCCASIONS: dict[str, Callable[[datetime, datetime, Reminder | None], str]] = {
    REMINDER: lambda starts_at, _, reminder: f"{reminder.occasion if reminder else ''}:{stamp(starts_at)}",
    CANCELLED: lambda *_: "once",
    MOVED: lambda _, told_at, __: told_at.isoformat(),  # moved there and back is told twice
    INVITED: lambda *_: "first",
}


def _organisation_of(place: Place) -> int:
    if isinstance(place, ShiftAssignment):
        return place.shift.organisation_id
    return place.session.curriculum.organisation_id


def mail_address(volunteer: Volunteer) -> ContactPoint | None:
    """Return where a volunteer's letters go."""
    return address_on(volunteer.supporter, Channel.EMAIL)


def message_language(volunteer: Volunteer) -> str:
    """Return the language a volunteer is written to in: the person's own if we write it, else the first of ours."""
    language: str = volunteer.supporter.language
    return language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE
