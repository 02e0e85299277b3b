from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.second_factor import needs_second_factor


class SecondFactorMiddleware:
    """Stands before the staff area: who signed in without the right to enter gets a page that says so, and who may
    enter but has no second factor is led to setting one up. Everybody else, and every other page, passes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._refusal(request) or self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        user = request.user
        # Signing in and out lies under the same prefix and belongs to everybody.
        if not user.is_authenticated or request.path_info in (reverse("staff_login"), reverse("staff_logout")):
            return None
        if not user.may_enter_staff_area:
            return render(request, "accounts/no_staff_area.html", status=403)
        if needs_second_factor(user):
            return redirect("account_second_factor")
        return None
