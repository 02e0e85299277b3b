"""Public pages from memory: what is the same for everybody is drawn once every few seconds."""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as remember

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.html import escape

from campaigns.selectors.sources import clean_source_code, partnership_of_source
from cms.petition_context import SOURCE_PLACEHOLDER
from core.ttl_cache import clear_ttl_caches, ttl_cache

# What links carry that changes nothing on the page: where the visit came from, and what advertisers append.
_IGNORED = re.compile(r"(s|utm_[a-z]+|fbclid|gclid|mc_cid|mc_eid)\Z")
_MAX_AGE = re.compile(r"max-age=(\d+)")
_PLACEHOLDER = SOURCE_PLACEHOLDER.encode()
_EMPTY_QUERY = b"?s=" + _PLACEHOLDER
# Calendars, the API and the script for other websites answer "not modified" by themselves, which a kept page does not;
# logos are small rows, kept by whoever asks.
_APART = (
    "/staff/", "/account/", "/outbox/", "/documents/", "/events/", "/api/", "/embed/v1.js", "/partner-logos/",
    settings.STATIC_URL,
)  # fmt: skip
_VERSION_KEY = "public-pages:version"


@dataclass(frozen=True)
class KeptPage:
    """A drawn page. ``packed`` is ready for visits without a source code, which is most of them."""

    body: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]


class PublicPageCacheMiddleware:
    """Keeps anonymous answers that say ``Cache-Control: public, max-age=n`` for n seconds, without looking at cookies.

    A page is kept once per host, path and partner whose link was followed; the visit's own source code is written into
    the form on the way out, so a thousand supporters' links share one kept page. Anything that sets a cookie, or comes
    from somebody signed in (who may see drafts and the editor's bar), passes by.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_cacheable(request):
            return _fill_in(self.get_response(request), request)
        source = clean_source_code(request.GET.get("s", ""))
        key = _key(request, source)
        try:
            kept = _near(key) if _is_cache_far() else _kept(key)
        except NotKept:
            place = _versioned(key)  # of before it is drawn: what changes meanwhile is not kept as if it were seen
            response = self.get_response(request)
            page = _keep(response)
            if page is None:
                return _fill_in(response, request)
            cache.set(place, page, timeout=_lifetime(response))
            return _answer(request, page, source)
        return _answer(request, kept, source)


def forget_public_pages() -> None:
    """Draw every public page anew from now on: after somebody published."""
    try:
        cache.incr(_VERSION_KEY)
    except ValueError:
        cache.set(_VERSION_KEY, 1, timeout=None)
    clear_ttl_caches()


class NotKept(LookupError):
    """The page is not in the cache."""


def _kept(key: str) -> KeptPage:
    kept: KeptPage | None = cache.get(_versioned(key))
    if kept is None:
        raise NotKept
    return kept


@ttl_cache(1, most=200)
def _near(key: str) -> KeptPage:
    """Return a kept page from this process' own memory: a shared cache is asked once a second, not for every visit."""
    return _kept(key)


@remember
def _is_cache_far() -> bool:
    return "locmem" not in settings.CACHES["default"]["BACKEND"].lower()


def _versioned(key: str) -> str:
    return f"public-page:{cache.get(_VERSION_KEY, 0)}:{key}"


def _is_cacheable(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path.startswith(_APART)
        and all(_IGNORED.match(name) for name in request.GET)
    )


def _key(request: HttpRequest, source: str) -> str:
    # Hashed, because anybody may ask for a path of any length with anything in it.
    place = hashlib.sha256(f"{request.get_host()}\n{request.path}".encode()).hexdigest()
    return f"{place}:{partnership_of_source(source) or ''}"


def _keep(response: HttpResponse) -> KeptPage | None:
    if response.status_code != 200 or response.streaming or response.cookies or not _lifetime(response):
        return None
    if not _varies_by_nothing_else(response):
        return None
    body = response.content
    headers = tuple((name, value) for name, value in response.headers.items() if name != "Content-Length")
    return KeptPage(body, gzip.compress(_with_source(body, ""), 6, mtime=0), headers)


def _varies_by_nothing_else(response: HttpResponse) -> bool:
    """Whether the answer is the same for everybody: what varies by cookie or language is not."""
    names = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}
    return names <= {"", "accept-encoding"}


def _lifetime(response: HttpResponse) -> int:
    control = response.headers.get("Cache-Control", "")
    found = _MAX_AGE.search(control)
    return int(found[1]) if found and "public" in control else 0


def _answer(request: HttpRequest, kept: KeptPage, source: str) -> HttpResponse:
    packs = not source and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(kept.packed if packs else _with_source(kept.body, source))
    for name, value in kept.headers:
        response.headers[name] = value
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _fill_in(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Write the source code into a page that was not kept (a preview, a signed-in visit)."""
    if not response.streaming and _PLACEHOLDER in response.content:
        get: QueryDict = request.GET
        response.content = _with_source(response.content, clean_source_code(get.get("s", "")))
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
    return response


def _with_source(body: bytes, source: str) -> bytes:
    """Write the visit's source code into forms and language links; without one the links carry no query."""
    if not source:
        body = body.replace(_EMPTY_QUERY, b"")
    return body.replace(_PLACEHOLDER, escape(source).encode())


class PublicFormMiddleware:
    """Takes the addresses of `cms.urls` (sign, confirm, share …) straight to their views, past everything for logins.

    None of these views knows a session, a cookie or a signed-in person, so sessions, CSRF cookies, sign-in, messages
    and redirects have nothing to do for them. The language is the path's, as LocaleMiddleware has it; an address
    without a language, or one these patterns do not know, goes the long way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, slash, rest = request.path_info[1:].partition("/")
        if not slash or language not in _languages():
            return self.get_response(request)
        translation.activate(language)
        try:
            match = resolve(f"/{rest}", "cms.urls")
        except Resolver404:
            return self.get_response(request)
        request.LANGUAGE_CODE = language
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Language", language)
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


@remember
def _languages() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)
