"""The page behind "no more reminders" in a mail about a pledge, and the one-click address of mail programs."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.actions.pledge_stopping import LINK, allow_reminders, is_stopped, may_allow, stop_reminders
from campaigns.pledge_stop_links import InvalidToken, read_stop
from core.caching import never_kept
from messaging.selectors import may_cross_word
from people.models import ContactPoint

_PAGE = "campaigns/stop_reminders.html"


@csrf_exempt  # mail programs post from anywhere and with nothing but the address: it is the authority
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows buttons and changes nothing; a POST, by whatever program, stops reminders, or allows them again."""
    try:
        pledge = read_stop(token)
    except InvalidToken:
        return render(request, _PAGE, {"problem": "unknown"}, status=404)
    at = timezone.now()
    if request.method == "POST":
        act = allow_reminders if request.POST.get("do") == "allow" else stop_reminders
        act(pledge=pledge, source=LINK, at=at)
        addresses = ContactPoint.objects.filter(supporter=pledge.supporter_id)
        may_cross = act is stop_reminders and may_cross_word(addresses, at=at)
        if "List-Unsubscribe" in request.POST or not request.POST:  # a program, which follows no redirect
            return HttpResponse(status=202 if may_cross else 200)
        return HttpResponseRedirect(f"{request.path}{'?under_way=1' if may_cross else ''}", status=303)
    context = {
        "organisation": pledge.kind.campaign.organisation.name,
        "promise": pledge.kind.words(request.LANGUAGE_CODE).promise,
        "is_stopped": is_stopped(pledge, at),
        "may_allow": may_allow(pledge, LINK, at),
        "is_under_way": "under_way" in request.GET,
    }
    return render(request, _PAGE, context)
