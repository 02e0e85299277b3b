"""Forms without a session: refused when another site's page sent them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
_SAFE = {"GET", "HEAD", "OPTIONS"}


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a browser says the form stood on our own page.

    Sec-Fetch-Site where there is one (every current browser), else Origin. Where neither is there (an old browser, a
    command line) nothing is refused: no cookie is read here, so there is no authority to borrow.
    """
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site:
        return site in {"same-origin", "none"}
    origin = request.META.get("HTTP_ORIGIN")
    if not origin:
        return True
    allowed = {request.get_host(), urlsplit(settings.PUBLIC_URL).netloc}
    try:
        return urlsplit(origin).netloc in allowed
    except ValueError:  # not an address at all
        return False


def public_form(view: View) -> View:
    """Mark a view as taking anonymous forms: no CSRF cookie, cross-site posts refused with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in _SAFE and not is_same_origin(request):
            return render(request, "core/cross_site.html", status=403)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
