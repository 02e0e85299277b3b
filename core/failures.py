"""The answer when something we stand on is away: the database, or room on the disk. It asks nothing of either."""

import errno
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.views.defaults import server_error

from core.origin import is_same_origin

RETRY_SECONDS = 30
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
# What was typed there is a password or a code: it is not written into a page.
_NEVER_KEPT = ("/account/",)


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Answer an error nobody caught: 503 and what was typed where it is only a matter of time, else 500."""
    error = sys.exc_info()[1]
    if not is_passing(error):
        return server_error(request)
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        response = _answer(request)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def is_passing(error: BaseException | None) -> bool:
    """Whether an error is of the kind that trying again later mends: nothing is wrong with what was asked."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return "no such" not in str(error)  # SQLite's word for a missing table, which is a fault of ours
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return True
        error = error.__cause__
    return False


def _answer(request: HttpRequest) -> HttpResponse:
    if "/api/" in request.path or request.content_type == "application/json":
        detail = gettext("We cannot reach our records right now. Try again shortly.")
        return JsonResponse({"detail": detail}, status=503)
    language = translation.get_language() or settings.LANGUAGE_CODE
    context = {
        "language": language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "address": request.get_full_path(),
        "is_form": _is_kept(request),
        "typed": _typed(request) if _is_kept(request) else [],
        "had_files": _is_kept(request) and bool(request.FILES),
    }
    return HttpResponse(render_to_string("core/away.html", context), status=503)


def _is_kept(request: HttpRequest) -> bool:
    """Whether the form goes into the page: not a secret, and not another site's, which would become ours by it."""
    return request.method == "POST" and not request.path.startswith(_NEVER_KEPT) and is_same_origin(request)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]
