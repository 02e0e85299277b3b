"""From a row of the ledger to the words about a request for cover (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from campaigns.zones import local_span
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.tokens import sign_cover


def asked_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for somebody who could take the shift, while it is still to be had; no name is told."""
    cover, volunteer = _rows(message)
    shift = cover.assignment.shift
    if cover.closed_at is not None or cover.assignment.status != AssignmentStatus.ASSIGNED:
        raise NotNeeded
    if shift.cancelled_at is not None or shift.starts_at != parse_datetime(message.context["starts_at"]):
        raise NotNeeded
    return {
        **_words(shift, volunteer, message),
        "note": cover.note,
        "takes_exchange": cover.takes_exchange,
        "answer_url": settings.PUBLIC_URL + reverse("volunteer_cover", args=[sign_cover(cover, volunteer)]),
    }


def taken_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for who asked: the shift is another's now, and which one is theirs in return."""
    cover, volunteer = _rows(message)
    if cover.taken_by_id is None:
        raise NotNeeded
    words = {**_words(cover.assignment.shift, volunteer, message), "returned": ""}
    returned = message.context.get("returned")
    rows = ShiftAssignment.objects.filter(pk=returned, status=AssignmentStatus.ASSIGNED)
    place = rows.select_related("shift__campaign", "shift__event__venue").first() if returned else None
    if place is not None:
        shift = place.shift
        words["returned"] = shift.full_title
        words["returned_when"] = local_span(shift.starts_at, shift.ends_at, shift.campaign)
        words["returned_place"] = shift.where
    return words


def _rows(message: OutboundMessage) -> tuple[CoverRequest, Volunteer]:
    covers = CoverRequest.objects.select_related(
        "assignment__shift__campaign", "assignment__shift__organisation", "assignment__shift__event__venue"
    )
    cover = covers.filter(pk=message.context["cover"]).first()
    volunteer = Volunteer.objects.select_related("supporter").filter(pk=message.context["volunteer"]).first()
    if cover is None or volunteer is None:
        raise NotNeeded
    return cover, volunteer


def _words(shift: Shift, volunteer: Volunteer, message: OutboundMessage) -> dict[str, Any]:
    calendar = reverse("volunteer_calendar", args=[volunteer.calendar_key])
    return {
        "name": volunteer.supporter.full_name,
        "title": shift.full_title,
        "when": local_span(shift.starts_at, shift.ends_at, shift.campaign),
        "place": shift.where,
        "notes": shift.notes,
        "organisation_name": shift.organisation.name,
        "calendar_url": settings.PUBLIC_URL + calendar,
        "language": message.language,
    }
