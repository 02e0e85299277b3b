"""Telling people from machines without watching them.

Nobody is asked anything until something is odd: the hidden field filled in, or many forms from one address. Then a
proof of work is asked, which a browser does unseen; without JavaScript the person waits twenty seconds and presses
again. Only a flood from one address is refused, and networks staff have named (an event's Wi-Fi) never are.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache

from django.conf import settings
from django.core import signing
from django.core.cache import cache as shared_cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_altcha import AltchaField

from campaigns.selectors.tallies import live_switches
from cms.forms import PublicForm
from core.network import IPNetwork, address_hash, client_address, parse_networks
from core.rates import hit
from core.ttl_cache import ttl_cache

WINDOW = 600  # seconds
ODD_FROM = 20  # forms from one address in a window before a proof is asked
FLOOD_FROM = 300  # … before they are refused
WAIT_SECONDS = 20
WAIT_VALID = 1800
PROOF_VALID = 86_400  # longer than any challenge lives
_WAIT_SALT = "cms.intake.wait"


class Verdict(Enum):
    FINE = "fine"
    NEEDS_PROOF = "needs proof"
    FLOOD = "flood"


@dataclass(frozen=True)
class Sender:
    """Where a form came from: a keyed hash of the address, and whether staff vouch for the network."""

    address_hash: str
    is_vouched_for: bool


def identify_sender(request: HttpRequest) -> Sender:
    """Return where the request came from; the address itself goes no further."""
    address = client_address(request)
    vouched = address is not None and any(
        address in network for network in _vouched_networks() if network.version == address.version
    )
    return Sender(address_hash(address), vouched)


@ttl_cache(5)
def _vouched_networks() -> tuple[IPNetwork, ...]:
    lines = [*settings.INTAKE_ALLOWED_NETWORKS, *live_switches().allowed_networks.splitlines()]
    return tuple(parse_networks(lines)[0])


def judge(form: PublicForm, sender: Sender, at: datetime) -> Verdict:
    """Decide what to do with a valid form. Counts the form; call once per request."""
    if sender.is_vouched_for:
        return Verdict.FINE
    # Without an address nobody can be told from anybody: the whole world must not share one limit.
    seen = hit(f"sign:{sender.address_hash}", window=WINDOW) if sender.address_hash else 1
    if seen > FLOOD_FROM:
        return Verdict.FLOOD
    odd = seen > ODD_FROM or form.is_trapped or live_switches().asks_challenge_always
    if not odd or _has_proof(form) or _has_waited(form, at):
        return Verdict.FINE
    return Verdict.NEEDS_PROOF


def _has_proof(form: PublicForm) -> bool:
    solution = form.cleaned_data.get("altcha", "")
    if not solution:
        return False
    try:
        _altcha().validate(solution)
    except ValidationError:
        return False
    # The library looks and then writes; two requests at once could both look first. Adding is one step.
    return shared_cache.add(f"proof:{hashlib.sha256(solution.encode()).hexdigest()}", 1, timeout=PROOF_VALID)


@cache
def _altcha() -> AltchaField:
    return AltchaField()


def wait_token(form: PublicForm, at: datetime) -> str:
    """Return a token that lets this very form through once, twenty seconds from now."""
    return signing.dumps([form.cleaned_data["email"], int(at.timestamp())], salt=_WAIT_SALT)


def _has_waited(form: PublicForm, at: datetime) -> bool:
    token = form.cleaned_data.get("wait_token", "")
    try:
        email, issued = signing.loads(token, salt=_WAIT_SALT)
    except signing.BadSignature:
        return False
    waited = at.timestamp() - issued
    if email != form.cleaned_data["email"] or not WAIT_SECONDS <= waited <= WAIT_VALID:
        return False
    return shared_cache.add(f"wait-token:{token[-43:]}", 1, timeout=WAIT_VALID)
