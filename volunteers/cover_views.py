"""The page behind the link in a request for cover: one button, "I take it"."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.zones import local_span
from core.caching import never_kept
from core.origin import public_form
from places.languages import language_name
from volunteers.actions.covers import NoExchange, take_over
from volunteers.actions.shifts import ShiftRefused
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, ShiftAssignment, Volunteer
from volunteers.refusals import reason_of
from volunteers.tokens import InvalidToken, read_cover

_ACTOR = "link:volunteers"


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what it is about; only pressing the button takes it, so a scanner that opens links does not."""
    try:
        asked, volunteer = read_cover(token)
    except InvalidToken:
        return render(request, "volunteers/answer.html", {"problem": "unknown"}, status=404)
    if request.method != "POST":
        return render(request, "volunteers/cover.html", _words(asked, volunteer))
    at = timezone.now()
    try:
        gives = given_in_return(volunteer, request.POST.get("gives", ""))
        take_over(cover=asked, volunteer=volunteer, by=_ACTOR, at=at, gives=gives)
    except ShiftRefused as refusal:
        words = {**_words(*read_cover(token)), "problem": reason_of(refusal)}
        return render(request, "volunteers/cover.html", words, status=409)
    return redirect(request.path)


def given_in_return(volunteer: Volunteer, typed: str) -> ShiftAssignment | None:
    """Return the place somebody chose to give in return, None for none; the action judges whether it may be given.

    Raises NoExchange for what is no place of theirs: they must not end up with two shifts where they meant one.
    """
    if not typed:
        return None
    known = typed.isdecimal() and len(typed) < 19
    found = ShiftAssignment.objects.filter(volunteer=volunteer, pk=int(typed)).first() if known else None
    if found is None:
        raise NoExchange
    return found


def exchangeable(volunteer: Volunteer) -> Any:
    """Return the coming shifts somebody could give in return, the next first."""
    rows = ShiftAssignment.objects.of_coming_shifts(timezone.now()).filter(volunteer=volunteer)
    return rows.select_related("shift__campaign", "shift__event").order_by("shift__starts_at")


def _words(asked: CoverRequest, volunteer: Volunteer) -> dict[str, Any]:
    shift = asked.assignment.shift
    is_mine = asked.taken_by is not None and asked.taken_by.volunteer_id == volunteer.pk
    still_mine = is_mine and asked.taken_by is not None and asked.taken_by.status != AssignmentStatus.RELEASED
    is_open = asked.closed_at is None and asked.assignment.status == AssignmentStatus.ASSIGNED
    places = exchangeable(volunteer)[:20] if is_open and asked.takes_exchange else []
    return {
        "title": shift.full_title,
        "spoken": language_name(shift.language) if shift.language else "",
        "when": local_span(shift.starts_at, shift.ends_at, shift.campaign),
        "place": shift.where,
        "notes": shift.notes,
        "note": asked.note,
        "is_mine": still_mine,
        "is_open": is_open,
        "is_cancelled": shift.cancelled_at is not None,
        "is_over": shift.starts_at <= timezone.now(),
        "own_shifts": [
            (row.pk, row.shift.full_title, local_span(row.shift.starts_at, row.shift.ends_at, row.shift.campaign))
            for row in places
        ],
    }
