"""Other people's events, each forwarded to one action."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import session_limits
from accounts.actions.groups import sync_roles
from accounts.models import User


def after_migrate(**_: Any) -> None:
    """Django makes permissions after migrating, so groups can only be right from here on."""
    sync_roles()


def after_sign_in(request: HttpRequest | None, **_: Any) -> None:
    """Begin to count how long the session may last."""
    if request is not None:
        session_limits.begin(request)


def after_authenticator_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Count setting up a factor as proof of it, else the recovery codes shown next would ask for it once more."""
    record_authentication(request, user, method="mfa", type=authenticator.type, reauthenticated=True)
