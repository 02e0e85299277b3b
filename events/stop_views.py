"""The page behind "no more reminders" in a mail, and the one-click address of mail programs (RFC 8058)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from events.actions.stopping import allow_reminders, is_stopped, stop_reminders
from events.tokens import InvalidToken, read_rsvp
from messaging.selectors import may_cross_word
from people.enums import Channel

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
        addresses = rsvp.supporter.contact_points.filter(channel=Channel.EMAIL)
        may_cross = act is stop_reminders and may_cross_word(addresses, at=at)
        if "List-Unsubscribe" in request.POST or not request.POST:  # a program, which follows no redirect
            return HttpResponse(status=202 if may_cross else 200)
        return HttpResponseRedirect(f"{request.path}{'?under_way=1' if may_cross else ''}", status=303)
    context = {"rsvp": rsvp, "is_stopped": is_stopped(rsvp, at), "is_under_way": "under_way" in request.GET}
    return render(request, "events/stop_reminders.html", context)
