"""The phone app's frame. Nothing here knows who asks: the same bytes go to everybody, so every cache may keep them."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, gettext, override
from django.views.decorators.http import require_safe

from outreach.app_files import (
    DECODER,
    ENTRY,
    FONTS,
    PackedFile,
    addresses,
    app_version,
    module_address,
    modules,
    pack,
    packed_texts,
    texts_address,
)

_ASK_AGAIN = "public, no-cache"  # kept, but asked about each time: an unchanged one costs a few bytes
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Answer with the app's one page. It holds no word about anybody."""
    context = {
        "version": app_version(),
        "worker": reverse("outreach_app_worker"),
        "decoder": static(DECODER),
        "entry": module_address(ENTRY),
        "preloads": [module_address(name) for name in modules() if name != ENTRY],
        "texts": {language: texts_address(language) for language, _ in settings.LANGUAGES},
        "font": static(FONTS[0]),
    }
    page = render_to_string("outreach/app.html", context)
    return _answer(request, pack(page.encode()), "text/html; charset=utf-8", _ASK_AGAIN)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker of this version, which names every file it keeps.

    With ``?plain`` it is a classic script for browsers whose workers cannot import modules; it cannot send by itself.
    """
    context = {
        "version": app_version(),
        "shell": json.dumps(reverse("outreach_app")),
        "addresses": json.dumps(addresses(), indent=1),
        "sender": "" if "plain" in request.GET else module_address("sync.js"),
    }
    script = render_to_string("outreach/app_worker.js", context)
    return _answer(request, pack(script.encode()), "text/javascript; charset=utf-8", _ASK_AGAIN)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer with the web app manifest in the language asked for (``?lang=fr``), or the browser's."""
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else get_language_from_request(request)
    with override(language):
        body = json.dumps(_manifest(language), ensure_ascii=False)
    response = _answer(request, pack(body.encode()), "application/manifest+json", _ASK_AGAIN)
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def texts(request: HttpRequest, language: str) -> HttpResponse:
    """Answer with every text of the app in one language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    kept = _FOR_EVER if request.GET.get("v") == app_version() else _ASK_AGAIN
    return _answer(request, packed_texts(language), "application/json", kept)


@require_safe
def module(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Answer with one module of the app. Another version than the present one is not here any more."""
    packed = modules().get(name)
    if packed is None or version != app_version():
        raise Http404
    return _answer(request, packed, "text/javascript; charset=utf-8", _FOR_EVER)


def _manifest(language: str) -> dict[str, Any]:
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    icons += [("maskable-512.png", "512x512", "maskable"), ("icon.svg", "any", "any")]
    return {
        "id": reverse("outreach_app"),
        "name": gettext("Carillon for mobilisers"),
        "short_name": "Carillon",
        "description": gettext("Log conversations at the stall or the door, with or without a network."),
        "lang": language,
        "dir": "rtl" if language in settings.LANGUAGES_BIDI else "ltr",
        "start_url": reverse("outreach_app"),
        "scope": reverse("outreach_app"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#1b2140",
        "theme_color": "#1b2140",
        "icons": [
            {
                "src": static(f"outreach/icons/{file}"),
                "sizes": sizes,
                "type": "image/svg+xml" if file.endswith(".svg") else "image/png",
                "purpose": purpose,
            }
            for file, sizes, purpose in icons
        ],
    }


def _answer(request: HttpRequest, packed: PackedFile, content_type: str, kept: str) -> HttpResponse:
    """Return the file, gzipped for whoever takes it, or 304 to whoever has it already."""
    takes_gzip = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    etag = f'"{packed.digest}{"-gz" if takes_gzip else ""}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        body = packed.gzipped if takes_gzip else packed.body
        response = HttpResponse(body, content_type=content_type, status=HTTPStatus.OK)
        if takes_gzip:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = kept
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
