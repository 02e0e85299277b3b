"""The page behind the link of a follow-up. Opening it changes nothing: mail and message scanners open links too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from core.origin import public_form
from outreach.actions.follow_up import confirm_follow_up, find_follow_up, stop_follow_up
from people.tokens import InvalidToken

_ANSWERS = {"yes": (confirm_follow_up, "confirmed"), "stop": (stop_follow_up, "stopped")}


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """GET tells what was spoken of and shows two buttons: "Yes, that was me" and "Stop". Only pressing one acts."""
    answer = _ANSWERS.get(request.POST.get("answer", "")) if request.method == "POST" else None
    try:
        if answer is None:
            found, state = find_follow_up(token), "asked"
        else:
            action, state = answer
            found = action(token=token, at=timezone.now())
    except InvalidToken:
        return render(request, "outreach/follow_up_unreadable.html", status=404)
    return render(request, "outreach/follow_up.html", {**found.words, "state": state})
