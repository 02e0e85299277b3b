"""What the staff area may do in a browser and public pages may not."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


@cache
def staff_path() -> str:
    """Return the path under which the staff area lives."""
    return reverse("wagtailadmin_home")


class StaffPolicyMiddleware:
    """Loosen the security headers under the staff area's path, and nowhere else.

    Wagtail's admin writes inline scripts and styles and shows previews in frames of its own; a public page does
    neither, so the strict Content-Security-Policy and ``X-Frame-Options: DENY`` stay there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(staff_path()):
            response._csp_replace = settings.STAFF_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response
