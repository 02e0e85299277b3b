"""Whether somebody proved lately who they are: a session left open, or stolen, is not enough to carry people away."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import User
from core.hashing import keyed_hash

SESSION_KEY = "accounts_proof_code"
CODE_SECONDS = 600
MOST_TRIES = 3


class WrongCodeError(Exception):
    """The code is not the one that was sent, or it was tried too often, or it is too old."""


def proved_lately(request: HttpRequest) -> bool:
    """Say whether sign-in, or a later proof, lies no further back than settings.REAUTHENTICATION_SECONDS."""
    if not settings.REAUTHENTICATION_SECONDS:
        return True
    user: Any = request.user
    moments = [record.get("at", 0) for record in get_authentication_records(request, user)]
    return bool(moments) and 0 <= time.time() - max(moments) < settings.REAUTHENTICATION_SECONDS


def proof_address(following: str, *, is_download: bool = False) -> str:
    """Return where somebody proves who they are, and is then led on to ``following``, a path of ours."""
    if is_download:
        following = f"{reverse('account_confirm_done')}?{urlencode({'next': following})}"
    return f"{reverse('account_confirm')}?{urlencode({'next': following})}"


def send_proof_code(request: HttpRequest, user: User) -> None:
    """Send a fresh code to the user's own address; an older one is worth nothing any more."""
    code = get_adapter().generate_login_code()
    request.session[SESSION_KEY] = {"hash": _hash(user, code), "until": time.time() + CODE_SECONDS, "tries": 0}
    get_adapter().send_mail("account/email/login_code", user.email, {"code": code, "user": user})


def is_code_sent(request: HttpRequest) -> bool:
    told: Any = request.session.get(SESSION_KEY)
    return bool(told) and told["until"] > time.time() and told["tries"] < MOST_TRIES


def prove_by_code(request: HttpRequest, user: User, code: str) -> None:
    """Write down that the user proved who they are. Raises WrongCodeError; a code works once, and for three tries."""
    if not is_code_sent(request):
        raise WrongCodeError
    told: dict[str, Any] = request.session[SESSION_KEY]
    request.session[SESSION_KEY] = {**told, "tries": told["tries"] + 1}
    if not constant_time_compare(told["hash"], _hash(user, code)):
        raise WrongCodeError
    del request.session[SESSION_KEY]
    write_proof_down(request, user, "code")


def write_proof_down(request: HttpRequest, user: User, method: str) -> None:
    record_authentication(request, user, method=method, reauthenticated=True)


def _hash(user: User, code: str) -> str:
    return keyed_hash("accounts-proof", str(user.pk), "".join(code.split()).replace("-", "").upper())
