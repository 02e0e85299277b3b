"""The page behind the links in reminders and invitations: I come, I cannot come."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.zones import local_span
from core.caching import never_kept
from core.origin import public_form
from volunteers.actions.agenda_notices import Place, campaign_of, starts_of, state_of, title_of, where_of
from volunteers.actions.shifts import ShiftOver, give_back_shift
from volunteers.actions.trainings import SessionFull, SessionRefused, answer_invitation
from volunteers.models import ShiftAssignment
from volunteers.tokens import InvalidToken, read_place

_ACTOR = "link:volunteers"


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what it is about and the buttons; only pressing one answers, so a scanner that opens links does not."""
    try:
        place = read_place(token)
    except InvalidToken:
        return render(request, "volunteers/answer.html", {"problem": "unknown"}, status=404)
    if request.method != "POST":
        return render(request, "volunteers/answer.html", _words(place))
    try:
        _answer(place, is_coming=request.POST.get("answer") == "coming")
    except SessionFull:
        return render(request, "volunteers/answer.html", {**_words(place), "problem": "full"}, status=409)
    except (SessionRefused, ShiftOver):
        return render(request, "volunteers/answer.html", {**_words(place), "problem": "late"}, status=409)
    return redirect(request.path)


def _answer(place: Place, *, is_coming: bool) -> None:
    at = timezone.now()
    if isinstance(place, ShiftAssignment):
        if not is_coming:
            give_back_shift(assignment=place, by=_ACTOR, at=at)
    else:
        answer_invitation(place=place, is_coming=is_coming, by=_ACTOR, at=at)


def _words(place: Place) -> dict[str, Any]:
    moment = starts_of(place)
    return {
        "is_shift": isinstance(place, ShiftAssignment),
        "state": state_of(place),
        "title": title_of(place),
        "when": local_span(moment.starts_at, moment.ends_at, campaign_of(place)),
        "place": where_of(place),
        "is_cancelled": moment.cancelled_at is not None,
        "is_over": moment.starts_at <= timezone.now(),
    }
