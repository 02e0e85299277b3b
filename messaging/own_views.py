"""What people say about our messages by the links in them. A GET changes nothing: mail scanners open links too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from core.caching import never_kept
from core.origin import public_form
from messaging import wishes
from messaging.actions.fresh_links import queue_fresh_link
from messaging.actions.wishes import ONE_CLICK, PAGE, NeedsWording, restart_messages, stop_everything, stop_messages
from messaging.own_wishes import Wish, scope_titles, sent_lately, wishes_of
from messaging.reasons import purpose_words
from messaging.selectors import may_cross_word
from people.actions.wishes import PAUSES, UnknownChoice, choose_language, pause_news
from people.addresses import masked_address
from people.consent import PAUSED, ContactPurpose, may_contact
from people.enums import Channel
from people.models import ContactPoint


@csrf_exempt  # mail programs post from anywhere and with nothing but the address: it is the authority
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop messages of one purpose to one address: at once for a mail program (RFC 8058), by a button for people."""
    try:
        point, purpose = wishes.read_stop(token)
    except wishes.InvalidLink:
        # A program learns nothing from its POST, not even whether the address is still known.
        status = 200 if request.method == "POST" else 404
        return render(request, "messaging/own/stop.html", {"problem": "unknown"}, status=status)
    at = timezone.now()
    if request.method == "POST":
        stop_messages(point=point, purpose=purpose, source=ONE_CLICK, at=at)
        may_cross = may_cross_word([point], at=at)
        if _is_program(request):  # which follows no redirect
            return HttpResponse(status=202 if may_cross else 200)
        return HttpResponseRedirect(f"{request.path}{'?under_way=1' if may_cross else ''}", status=303)
    context = _stop_context(point, purpose, at, is_young=wishes.is_young_stop(token))
    context["is_under_way"] = "under_way" in request.GET
    return render(request, "messaging/own/stop.html", context)


def _is_program(request: HttpRequest) -> bool:
    """Whether a mail program posted, whatever it made of the body: the address alone says what is wanted."""
    try:
        return "List-Unsubscribe" in request.POST or not request.POST
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        return True


def _stop_context(point: ContactPoint, purpose: ContactPurpose, at: datetime, *, is_young: bool) -> dict[str, Any]:
    decision = may_contact(point, purpose, at)
    return {
        "is_stopped": not decision.allowed and decision != PAUSED,
        "what": purpose_words(purpose.purpose),
        "organisation": Organisation.objects.filter(pk=purpose.organisation_id or 0).first(),
        "scope_title": scope_titles([purpose.scope]).get(purpose.scope, ""),
        "address": masked_address(point.channel, point.as_typed),
        "own_url": wishes.own_path(point) if is_young else "",
    }


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def own_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a person gets, from whom and in which language; a POST does the one thing its button says."""
    at = timezone.now()
    try:
        point = wishes.read_page(token)
    except wishes.LinkTooOld as old:
        return _offer_fresh_link(request, old.point, at)
    except wishes.InvalidLink:
        return render(request, "messaging/own/page.html", {"problem": "unknown"}, status=404)
    listed = wishes_of(point.supporter, get_language() or "", at)
    if request.method == "POST":
        done = _act(request, point, listed, at)
        may_cross = done in _SAID_NO and may_cross_word(point.supporter.contact_points.all(), at=at)
        return HttpResponseRedirect(f"{request.path}?done={done}{'&under_way=1' if may_cross else ''}#done", status=303)
    return render(request, "messaging/own/page.html", _page_context(request, point, listed, at))


def _offer_fresh_link(request: HttpRequest, point: ContactPoint, at: datetime) -> HttpResponse:
    """Say that the link is too old; by a button a fresh one is sent to the address, and shown to nobody."""
    if request.method == "POST":
        queue_fresh_link(point=point, language=get_language() or "", at=at)
        return HttpResponseRedirect(f"{request.path}?done=fresh", status=303)
    address = masked_address(point.channel, point.as_typed)
    context = {"problem": "old", "address": address, "is_sent": request.GET.get("done") == "fresh"}
    return render(request, "messaging/own/page.html", context)


def _page_context(request: HttpRequest, point: ContactPoint, listed: list[Wish], at: datetime) -> dict[str, Any]:
    points = list(point.supporter.contact_points.order_by("channel", "pk"))
    paused = [each.paused_until for each in points if each.paused_until and each.paused_until > at]
    return {
        "token": wishes.sign_page(point),
        "addresses": [masked_address(each.channel, each.as_typed) for each in points],
        "groups": _by_organisation(listed),
        "any_on": any(wish.is_on for wish in listed),
        "has_texts": any(each.channel == Channel.SMS for each in points),
        "paused_until": max(paused, default=None),
        "pauses": PAUSES,
        "language": point.supporter.language or get_language(),
        "lately": [(message, purpose_words(message.purpose)) for message in sent_lately(point.supporter)],
        "done": request.GET.get("done", ""),
        "is_under_way": "under_way" in request.GET,
    }


def _by_organisation(listed: list[Wish]) -> list[tuple[Any, list[tuple[Wish, str]]]]:
    groups: dict[int, tuple[Any, list[tuple[Wish, str]]]] = {}
    for wish in listed:
        group = groups.setdefault(wish.organisation.pk, (wish.organisation, []))
        group[1].append((wish, purpose_words(wish.purpose)))
    return list(groups.values())


def _act(request: HttpRequest, point: ContactPoint, listed: list[Wish], at: datetime) -> str:
    """Do what was pressed and return the word by which the page then says so."""
    wanted, _equals, value = request.POST.get("do", "").partition("=")
    act = _ACTS.get(wanted)
    return act(point, listed, value or request.POST.get("value", ""), at) if act else "nothing"


def _stop_one(_point: ContactPoint, listed: list[Wish], key: str, at: datetime) -> str:
    wish = next((each for each in listed if each.key == key), None)
    if wish is None:
        return "nothing"
    asked = ContactPurpose(wish.purpose, Channel(wish.point.channel), wish.organisation.pk, wish.scope)
    stop_messages(point=wish.point, purpose=asked, source=PAGE, at=at)
    return "stopped"


def _start_one(_point: ContactPoint, listed: list[Wish], key: str, at: datetime) -> str:
    wish = next((each for each in listed if each.key == key), None)
    try:
        if wish is None:
            return "nothing"
        restart_messages(wish=wish, at=at)
    except NeedsWording:
        return "nothing"
    return "started"


def _stop_all(_point: ContactPoint, listed: list[Wish], _value: str, at: datetime) -> str:
    stop_everything(wishes=listed, at=at)
    return "all_stopped"


def _pause(point: ContactPoint, _listed: list[Wish], value: str, at: datetime) -> str:
    days = int(value) if value.isascii() and value.isdigit() else 0
    if days not in PAUSES:
        return "nothing"
    pause_news(points=list(point.supporter.contact_points.all()), until=at + timedelta(days=days))
    return "paused"


def _resume(point: ContactPoint, _listed: list[Wish], _value: str, _at: datetime) -> str:
    pause_news(points=list(point.supporter.contact_points.all()), until=None)
    return "resumed"


def _speak(point: ContactPoint, _listed: list[Wish], value: str, _at: datetime) -> str:
    try:
        choose_language(supporter=point.supporter, language=value)
    except UnknownChoice:
        return "nothing"
    return "language"


# What may be crossed by a message that left a moment before.
_SAID_NO = ("stopped", "all_stopped", "paused")
_ACTS: dict[str, Callable[[ContactPoint, list[Wish], str, datetime], str]] = {
    "stop": _stop_one,
    "start": _start_one,
    "stop_all": _stop_all,
    "pause": _pause,
    "resume": _resume,
    "speak": _speak,
}
