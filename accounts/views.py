"""The sign-in screens that are ours; allauth's views do the rest."""

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import RequestLoginCodeView, logout
from allauth.decorators import rate_limit
from allauth.mfa import app_settings as mfa_settings
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sessions import sign_out_everywhere
from accounts.demo import DEMO_LOGINS
from accounts.enums import Role
from accounts.forms import SignInForm
from accounts.models import User
from accounts.roles import RIGHTS
from accounts.second_factor import has_second_factor, needs_second_factor


class SignInView(RequestLoginCodeView):
    """Ask for an address and send a code to it; known or not, the answer is the same."""

    form_class = SignInForm
    template_name = "account/login.html"

    @method_decorator(never_cache)
    @method_decorator(rate_limit(action="login"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_class(self) -> type[SignInForm]:
        return SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["passkeys"] = mfa_settings.PASSKEY_LOGIN_ENABLED
        context["demo_logins"] = DEMO_LOGINS if settings.DEMO_MODE else ()
        return context


sign_in = SignInView.as_view()


@require_safe
@login_required
@never_cache
def account_home(request: HttpRequest) -> HttpResponse:
    """Show who one is signed in as, in which roles, and where to go from here."""
    user = _user(request)
    memberships = user.memberships.select_related("organisation").defer("territory__outline").order_by("organisation")
    rows = [(membership, RIGHTS[Role(membership.role)].summary) for membership in memberships]
    context = {"memberships": rows, "has_second_factor": has_second_factor(user)}
    return render(request, "accounts/home.html", context)


@require_safe
@login_required
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Explain why the staff area asks for a second factor and offer the two ways to set one up."""
    if not needs_second_factor(_user(request)):
        return redirect("mfa_index")
    return render(request, "accounts/second_factor.html")


@never_cache
def staff_login(request: HttpRequest) -> HttpResponse:
    """Send Wagtail's sign-in address to ours, remembering where the person was going."""
    following = request.GET.get("next", "")
    query = f"?{urlencode({'next': following})}" if following else ""
    return redirect(f"{reverse('account_login')}{query}")


@require_POST
def staff_logout(request: HttpRequest) -> HttpResponse:
    """Sign out from the button of Wagtail's menu."""
    response: HttpResponse = logout(request)
    return response


@require_POST
@login_required
@never_cache
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out on every device, this one too."""
    user = _user(request)
    sign_out_everywhere(user=user, by=user)
    response: HttpResponse = logout(request)
    return response


@require_POST
@never_cache
@rate_limit(action="login")
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people with one click. Its address is registered in the demo only."""
    if not settings.DEMO_MODE:
        raise Http404
    known = {login.email for login in DEMO_LOGINS}
    email = request.POST.get("email", "")
    if email not in known:
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    response: HttpResponse = perform_login(request, user)  # through allauth, so that a second factor is still asked
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user
