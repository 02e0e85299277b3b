"""Answers to load balancers, and what the staff area may do in a browser that public pages may not."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import translation

from core.health import healthz, readyz


class HealthMiddleware:
    """Answer ``/healthz`` and ``/readyz`` before anything looks at the Host header, the scheme or a session.

    A container's own check asks 127.0.0.1 and a load balancer asks an address; neither is an allowed host.
    """

    answers = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info, self.get_response)
        return answer(request)


@cache
def staff_path() -> str:
    """Return the path under which the staff area lives."""
    return reverse("wagtailadmin_home")


# What stands in front of the languages: a missing page here is missing, in every language.
UNTRANSLATED = (
    "/staff/",
    "/volunteers/",
    "/account/",
    "/documents/",
    "/outbox/",
    "/m/",
    "/outreach/",
    "/integrations/",
    "/l/",
    "/s/",
    "/embed/",
    "/toolkit/",
    settings.STATIC_URL,
    settings.MEDIA_URL,
)


# For programs: one language, whatever a browser prefers, so that an answer depends on nothing but its address.
FOR_PROGRAMS = "/api/"
# What other websites read names its language in its address: one answer for everybody who asks for it.
LANGUAGE_IN_ADDRESS = ("/embed/",)


class SiteLocaleMiddleware(LocaleMiddleware):
    """Django's, but it leads nobody from a missing staff page to the same address under a language."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(FOR_PROGRAMS):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
            return
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith((FOR_PROGRAMS, *LANGUAGE_IN_ADDRESS)):
            return response
        if response.status_code == HTTPStatus.NOT_FOUND and request.path.startswith(UNTRANSLATED):
            return response
        return super().process_response(request, response)


# Nothing here is for other sites to load, not even as a picture.
_PERSONAL = ("/staff/", "/account/", "/outreach/", "/outbox/", "/toolkit/")


class StaffPolicyMiddleware:
    """Say what a browser must not be asked for, and loosen the policy under the staff area's path, nowhere else.

    Wagtail's admin writes style attributes and shows previews in frames of its own; a public page does neither, so the
    strict Content-Security-Policy and ``X-Frame-Options: DENY`` stay there. Scripts are files in both.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        camera = settings.PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")  # the phone app reads codes with it
        is_app = request.path.startswith("/m/")
        response.headers.setdefault("Permissions-Policy", camera if is_app else settings.PERMISSIONS_POLICY)
        if request.path.startswith(_PERSONAL):
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(staff_path()):
            response._csp_replace = _staff_policy(request)  # type: ignore[attr-defined]
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response


def _staff_policy(request: HttpRequest) -> dict[str, list[str]]:
    """Return what a staff page's policy says otherwise; its template may have asked for more (page_policy)."""
    if getattr(request, "has_style_elements", False):
        return {**settings.STAFF_CONTENT_SECURITY_POLICY, "style-src-elem": [SELF, UNSAFE_INLINE]}
    policy: dict[str, list[str]] = settings.STAFF_CONTENT_SECURITY_POLICY
    return policy


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, but the policy of an ordinary answer is put together once instead of for every request.

    An answer that changes the policy (``_csp_update`` and the like), or whose page asked for a nonce, takes
    django-csp's own way.
    """

    _SPECIAL = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        special = any(name in response.__dict__ for name in self._SPECIAL) or "_csp_nonce" in request.__dict__
        if special or HEADER in response.headers or not _policy_is_plain():
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers[HEADER] = self._ordinary_policy(settings.CONTENT_SECURITY_POLICY)
        return response

    def _ordinary_policy(self, policy: dict[str, Any]) -> str:
        made_from, text = getattr(self, "_made", (None, ""))
        if made_from is not policy:
            text = build_policy()
            self._made = (policy, text)
        return text


def _policy_is_plain() -> bool:
    """Whether the settings ask nothing that depends on the request."""
    return (
        not settings.DEBUG
        and getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None) is None
        and not settings.CONTENT_SECURITY_POLICY.get("EXCLUDE_URL_PREFIXES")
    )
