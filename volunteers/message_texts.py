"""From a row of the ledger to the words of a volunteer's letter (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from campaigns.zones import local_span, zone_of
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from messaging.sms_text import cut, plain_letters
from volunteers.actions.agenda_notices import (
    REMINDER,
    Place,
    campaign_of,
    starts_of,
    state_of,
    title_of,
    where_of,
)
from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import ShiftAssignment, TrainingAttendance, TrainingSession
from volunteers.tokens import sign_place

_HOLDING = {AssignmentStatus.ASSIGNED, TrainingPresence.COMING}


def standing_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for something the person still has and that starts when the message was queued for."""
    place = _place(message)
    if state_of(place) not in _HOLDING or starts_of(place).cancelled_at is not None:
        raise NotNeeded
    if starts_of(place).starts_at != parse_datetime(message.context["starts_at"]):
        raise NotNeeded
    return _words(place, message)


def cancelled_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for something called off that the person had until then."""
    place = _place(message)
    if state_of(place) not in _HOLDING or starts_of(place).cancelled_at is None:
        raise NotNeeded
    return _words(place, message)


def invitation_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for an invitation that waits for its answer."""
    place = _place(message)
    if state_of(place) != TrainingPresence.INVITED or starts_of(place).cancelled_at is not None:
        raise NotNeeded
    return _words(place, message)


def _place(message: OutboundMessage) -> Place:
    ids = message.context
    rows: Any
    if "assignment" in ids:
        rows = ShiftAssignment.objects.select_related(
            "shift__campaign", "shift__organisation", "shift__event__venue", "volunteer__supporter"
        )
        found: Place | None = rows.filter(pk=ids["assignment"]).first()
    else:
        rows = TrainingAttendance.objects.select_related(
            "session__curriculum__campaign", "session__curriculum__organisation", "volunteer__supporter"
        )
        found = rows.filter(pk=ids["attendance"]).first()
    if found is None:
        raise NotNeeded
    return found


def _words(place: Place, message: OutboundMessage) -> dict[str, Any]:
    moment, campaign, volunteer = starts_of(place), campaign_of(place), place.volunteer
    calendar = reverse("volunteer_calendar", args=[volunteer.calendar_key])
    local = moment.starts_at.astimezone(zone_of(campaign))
    return {
        "day": plain_letters(date_format(local, "D j N")),
        "starts": f"{local:%H:%M}",
        "short_title": cut(plain_letters(title_of(place)), 34),
        "short_place": cut(plain_letters(where_of(place)), 26),
        "name": volunteer.supporter.full_name,
        "title": title_of(place),
        "when": local_span(moment.starts_at, moment.ends_at, campaign),
        "place": where_of(place),
        "answer_url": settings.PUBLIC_URL + reverse("volunteer_answer", args=[sign_place(place)]),
        "calendar_url": settings.PUBLIC_URL + calendar,
        "language": message.language,
        **(_words_of_shift(place, message) if isinstance(place, ShiftAssignment) else _words_of_session(place.session)),
    }


def _words_of_shift(place: ShiftAssignment, message: OutboundMessage) -> dict[str, Any]:
    shift = place.shift
    others = [] if message.template == REMINDER else _others_of_event(place)
    return {"is_shift": True, "notes": shift.notes, "organisation_name": shift.organisation.name, "others": others}


def _others_of_event(place: ShiftAssignment) -> list[tuple[str, str]]:
    """Return title and time of what else the person has at the same event: one message speaks of all of it."""
    if place.shift.event_id is None:
        return []
    rows = ShiftAssignment.objects.filter(
        shift__event=place.shift.event_id,
        volunteer__supporter=place.volunteer.supporter_id,
        status=AssignmentStatus.ASSIGNED,
    ).exclude(pk=place.pk)
    shifts = [row.shift for row in rows.select_related("shift__campaign").order_by("shift__starts_at")]
    return [(shift.title, local_span(shift.starts_at, shift.ends_at, shift.campaign)) for shift in shifts]


def _words_of_session(session: TrainingSession) -> dict[str, Any]:
    return {
        "is_shift": False,
        "training": session.curriculum.title,
        "online_url": session.online_url,
        "organisation_name": session.curriculum.organisation.name,
    }
