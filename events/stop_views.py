"""The page behind "no more reminders" in a mail, and the one-click address of mail programs (RFC 8058)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from events.actions.stopping import allow_reminders, is_stopped, stop_reminders
from events.tokens import InvalidToken, read_rsvp

_LINK = "link:reminders"


@csrf_exempt  # mail programs post from anywhere and with nothing but the address: it is the authority
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows buttons and changes nothing; a POST, by whatever program, stops reminders by e-mail, or allows them."""
    try:
        rsvp = read_rsvp(token)
    except InvalidToken:
        return render(request, "events/stop_reminders.html", {"problem": "unknown"}, status=404)
    at = timezone.now()
    if request.method == "POST":
        act = allow_reminders if request.POST.get("do") == "allow" else stop_reminders
        act(rsvp=rsvp, source=_LINK, at=at)
        if "List-Unsubscribe" in request.POST or not request.POST:  # a program, which follows no redirect
            return HttpResponse(status=200)
        return HttpResponseRedirect(request.path, status=303)
    return render(request, "events/stop_reminders.html", {"rsvp": rsvp, "is_stopped": is_stopped(rsvp, at)})
