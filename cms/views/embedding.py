"""The site's forms and counts on other websites: a script, plain data, and one address that takes a form.

Nothing here knows a cookie. What may be read by every website says so (``*``); a form is taken only with a token of the
very website it comes from (`cms.embed_guard`), and then goes the way of every form of the site.
"""

import gzip
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django_altcha import get_altcha_challenge

from campaigns.actions.source_links import count_visit
from campaigns.enums import VisitWay
from campaigns.selectors.source_links import NoSuchLink, source_by_code
from campaigns.selectors.sources import clean_source_code
from cms.addresses import absolute
from cms.embed_counts import counted_words, draw_count, known_language
from cms.embed_forms import (
    EmbeddedForm,
    NoSuchWidget,
    describe,
    embedded_form,
    is_open,
    read_widget,
    sent_words,
    told_errors,
)
from cms.embed_guard import Refused, check_host, issue_token, origin_of, read_token, spend
from cms.form_spec import NoSuchPage
from cms.intake_guard import FLOOD_FROM, WAIT_SECONDS, WINDOW, Verdict, identify_sender, judge, wait_token
from cms.petition_context import SOURCE_PLACEHOLDER
from cms.source_pages import widget_path
from cms.views.short_links import language_of, with_source
from core.rates import hit
from people.actions.submissions import accept_submission
from people.tokens import SENT, sign_uuid

LARGEST = 64 * 1024  # bytes of a form
LONGEST_CODE = 40
_SCRIPT = settings.BASE_DIR / "static" / "embed" / "v1.js"
_COUNT_KEPT = 10  # seconds; with the 30 of the tallies and the 20 of our own memory a count is at most a minute old
View = Callable[..., HttpResponse]


class Unreadable(ValueError):
    """What came is no form of ours."""


@cache
def _script() -> tuple[bytes, bytes, str]:
    body = _SCRIPT.read_bytes()
    return body, gzip.compress(body, 9, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:20]}"'


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the script websites load by this one address; a new release is with them in ten minutes."""
    body, packed, tag = _script()
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    response: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(packed if packs else body, content_type="text/javascript; charset=utf-8")
        if packs:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = tag
    return _for_everybody(response, 600, vary="Accept-Encoding")


def _for_everybody(response: HttpResponse, seconds: int, vary: str = "") -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-store"
    if vary:
        response.headers["Vary"] = vary
    return response


def _missing() -> HttpResponse:
    return _for_everybody(JsonResponse({"error": "unknown"}, status=404), 30)


@require_safe
def form(request: HttpRequest, widget: str, language: str) -> HttpResponse:
    """Answer with everything a form needs to be drawn; the same for all who come by one partner's links.

    So it is kept as pages are, and the visit's own code is written in on the way out (`cms.middleware`).
    """
    source = clean_source_code(request.GET.get("s", "")[: LONGEST_CODE + 1])
    try:
        found = embedded_form(widget, known_language(language), source)
    except (NoSuchWidget, NoSuchPage):
        return _missing()
    with override(found.spec.locale):
        page_url = _page_url(found.spec.page_path)
        told = describe(found, at=timezone.now(), page_url=page_url, privacy_url=_privacy_url(found))
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return _for_everybody(HttpResponse(body, content_type="application/json"), 30)


def _page_url(path: str) -> str:
    return absolute(f"{path}?s={SOURCE_PLACEHOLDER}")


def _privacy_url(found: EmbeddedForm) -> str:
    """Return the site's own privacy notice, for organisations that name none."""
    from cms.models import StandardPage

    pages = StandardPage.objects.live().filter(purpose=StandardPage.Purpose.PRIVACY, locale=found.page.locale)
    page = pages.order_by("pk").first()
    return absolute(page.get_url() or "/") if page is not None else ""


def cross_site(view: Callable[[HttpRequest, str, dict[str, Any]], HttpResponse]) -> View:
    """Take JSON that a script of another website posts: answer its preflight, name its origin, never with credentials.

    The view gets the origin and the object that was sent; what it refuses comes back as ``{"error": reason}``.
    """

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            origin = origin_of(request)
        except Refused as refused:
            return _closed_door(refused.reason, 403)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = "POST"
            response.headers["Access-Control-Allow-Headers"] = "content-type"
            response.headers["Access-Control-Max-Age"] = "600"
        elif request.method != "POST":
            response = _closed_door("method", 405)
            response.headers["Allow"] = "POST, OPTIONS"
        else:
            try:
                response = view(request, origin, _read(request))
            except Refused as refused:
                response = _closed_door(refused.reason, 403)
            except Unreadable:
                response = _closed_door("unreadable", 400)
            except (NoSuchWidget, NoSuchPage):
                response = _closed_door("unknown", 404)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(answer)


def _closed_door(reason: str, status: int) -> HttpResponse:
    return JsonResponse({"error": reason}, status=status, headers={"Vary": "Origin", "Cache-Control": "no-store"})


def _read(request: HttpRequest) -> dict[str, Any]:
    """Return the object that was sent. JSON is asked for, because no plain form of a page can send it."""
    length = request.headers.get("Content-Length") or "0"
    is_length = length.isascii() and length.isdigit() and len(length) < 19
    if request.content_type != "application/json" or not is_length or int(length) > LARGEST:
        raise Unreadable
    try:
        told = json.loads(request.read(LARGEST + 1))
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(told, dict):
        raise Unreadable
    return told


def _text(told: dict[str, Any], name: str, most: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise Unreadable
    return value


@cross_site
def token(request: HttpRequest, origin: str, told: dict[str, Any]) -> HttpResponse:
    """Give the website that asks a token for one form, and a task for its visitor's machine."""
    at = timezone.now()
    widget = _text(told, "widget", 40)
    source = clean_source_code(_text(told, "source", 200))
    read_widget(widget)
    check_host(origin, source, request.get_host())
    sender = identify_sender(request)
    is_limited = bool(sender.address_hash) and not sender.is_vouched_for
    if is_limited and hit(f"embed:{sender.address_hash}", window=WINDOW) > FLOOD_FROM:
        return _closed_door("flood", 429)
    language = known_language(_text(told, "language", 12))
    if not told.get("again"):
        _count_begun(source)
    issued = issue_token(widget=widget, language=language, source=source, origin=origin, at=at)
    return JsonResponse({"token": issued, "challenge": get_altcha_challenge(max_number=60_000).__dict__})


def _count_begun(code: str) -> None:
    with suppress(NoSuchLink):
        count_visit(source=source_by_code(code), way=VisitWay.WIDGET, at=timezone.now())


@cross_site
def send(request: HttpRequest, origin: str, told: dict[str, Any]) -> HttpResponse:
    """Take a form that was filled in on another website, the way `cms.views.signing.hand_in` takes one of ours."""
    at = timezone.now()
    typed = told.get("answers")
    if not isinstance(typed, dict) or not all(isinstance(value, str) for value in typed.values()):
        raise Unreadable
    allowed = read_token(_text(told, "token", 2000), origin=origin, at=at)
    check_host(origin, allowed.source, request.get_host())
    found = embedded_form(allowed.widget, allowed.language, allowed.source)
    with override(found.spec.locale):
        if not is_open(found, at):
            return _closed_door("closed", 410)
        # The source is the token's: what the page was loaded with, whatever the form says.
        filled = found.make({**typed, "source": allowed.source}, spec=found.spec)
        if not filled.is_valid():
            return JsonResponse({"errors": told_errors(filled)}, status=422)
        sender = identify_sender(request)
        verdict = judge(filled, sender, at)
        if verdict is Verdict.FLOOD:
            return _closed_door("flood", 429)
        if verdict is Verdict.NEEDS_PROOF:
            wait = {"seconds": WAIT_SECONDS, "token": wait_token(filled, at)}
            return JsonResponse({"error": "proof", "wait": wait}, status=429)
        spend(allowed)
        kept = accept_submission(intake=filled.intake(kind=found.kind, address_hash=sender.address_hash), at=at)
        inbox = absolute(reverse("check_inbox", args=[sign_uuid(kept.public_id, SENT)]))
        return JsonResponse({"sent": {**sent_words(found, kept.email), "again_url": inbox}}, status=201)


@require_safe
def count(request: HttpRequest, widget: str, language: str) -> HttpResponse:
    """Answer with how many there are, in words of the reader's language; at most a minute old."""
    try:
        words = counted_words(widget, known_language(language))
    except NoSuchWidget:
        return _missing()
    return _for_everybody(JsonResponse(words.told(_page_url(words.path))), _COUNT_KEPT)


@require_safe
def count_image(request: HttpRequest, widget: str) -> HttpResponse:
    """Answer with the same as a picture, for websites that run no script."""
    try:
        words = counted_words(widget, known_language(request.GET.get("lang", "")))
    except NoSuchWidget:
        return _missing()
    response = HttpResponse(draw_count(words), content_type="image/svg+xml; charset=utf-8")
    return _for_everybody(response, _COUNT_KEPT)


@require_safe
def go(request: HttpRequest, widget: str) -> HttpResponse:
    """Lead to the page of a form: what the link beside it opens where the form itself cannot be shown."""
    language = request.GET.get("lang", "")
    language = language if language in dict(settings.LANGUAGES) else language_of(request)
    source = clean_source_code(request.GET.get("s", "")[: LONGEST_CODE + 1])
    try:
        path = widget_path(*read_widget(widget), language)
    except NoSuchWidget:
        path = ""
    response = HttpResponseRedirect(with_source(path, source) if path else f"/{language}/")
    return _for_everybody(response, 0, vary="Accept-Language")
