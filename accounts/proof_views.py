"""The page where somebody proves again who they are, and the one after it."""

from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from accounts.proof import WrongCodeError, is_code_sent, prove_by_code, send_proof_code, write_proof_down
from accounts.second_factor import has_second_factor


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
@rate_limit(action="reauthenticate")
def confirm(request: HttpRequest) -> HttpResponse:
    """Offer what this person can prove themselves with: their second factor, else a code to their own address.

    Who set up a second factor cannot choose the weaker code. In the demo one click is enough for its own logins.
    """
    user, following, error = request.user, _following(request), ""
    assert isinstance(user, User)  # noqa: S101 - login_required stands before
    is_demo = settings.DEMO_MODE and user.email in {login.email for login in DEMO_LOGINS}
    pressed = request.POST.get("action", "") if request.method == "POST" else ""
    if pressed == "demo" and is_demo:
        write_proof_down(request, user, "demo")
        return redirect(following)
    by_code = not has_second_factor(user)
    if pressed == "send" and by_code:
        send_proof_code(request, user)
    elif pressed == "code" and by_code:
        try:
            prove_by_code(request, user, request.POST.get("code", ""))
        except WrongCodeError:
            error = gettext("This code is not right or not valid any more.")
        else:
            return redirect(following)
    context = {
        "following": following,
        "is_demo": is_demo,
        "by_code": by_code,
        "is_sent": is_code_sent(request),
        "error": error,
        "email": user.email,
        "kinds": [] if by_code else _kinds(user),
    }
    return render(request, "accounts/confirm.html", context, status=422 if error else 200)


@require_safe
@login_required
@never_cache
def confirmed(request: HttpRequest) -> HttpResponse:
    """Say that the download begins, which a browser does without leaving the page, and offer the way back."""
    return render(request, "accounts/confirmed.html", {"following": _following(request)})


def _kinds(user: User) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def _following(request: HttpRequest) -> str:
    """Return where to go then: a path of ours, whatever was put into the address."""
    told = request.POST.get("next") or request.GET.get("next", "")
    is_ours = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if is_ours else reverse("wagtailadmin_home")
