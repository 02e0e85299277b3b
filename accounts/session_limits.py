"""How long one stays signed in to the staff area: without doing anything, and at most."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.middleware import staff_path

BEGAN, SEEN = "staff_began_at", "staff_seen_at"
NOTED_EVERY = 60  # seconds; noting every request would write a row for each


def begin(request: HttpRequest, **_: Any) -> None:
    """Note the moment of signing in."""
    request.session[BEGAN] = request.session[SEEN] = _now()


class SessionLimitsMiddleware:
    """Sign out of the staff area whoever was away too long, or signed in too long ago, and lead them to the sign-in.

    Only requests under the staff area's path are looked at: a phone in the street works for days without a network.
    What answers there is never kept by a browser or a proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(staff_path()) or not request.user.is_authenticated:
            return self.get_response(request)
        now = _now()
        began, seen = request.session.setdefault(BEGAN, now), request.session.setdefault(SEEN, now)
        if _is_over(now - seen, settings.STAFF_SESSION_IDLE_MINUTES) or _is_over(
            now - began, settings.STAFF_SESSION_HOURS * 60
        ):
            logout(request)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path_info})}")
        if now - seen >= NOTED_EVERY:
            request.session[SEEN] = now
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_over(seconds: int, minutes: int) -> bool:
    return bool(minutes) and seconds > minutes * 60


def _now() -> int:
    return int(timezone.now().timestamp())
