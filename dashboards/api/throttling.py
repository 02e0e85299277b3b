"""How often somebody may ask: by address before anything is looked up, by token once it is known."""

import time

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken
from core.network import address_hash, client_address
from core.rates import hit

WINDOW = 60  # seconds


def seconds_left() -> int:
    """Return when the running window ends."""
    return WINDOW - int(time.time()) % WINDOW


def check_address(request: HttpRequest, *, kind: str, most: int) -> None:
    """Count one request from an address. Raises Throttled above ``most`` in a minute; 0 counts nothing."""
    if most and hit(f"api-{kind}:{address_hash(client_address(request))}", window=WINDOW) > most:
        raise Throttled(wait=seconds_left())


class TokenThrottle(BaseThrottle):
    """settings.API_TOKEN_REQUESTS_PER_MINUTE for each token, from wherever it is used."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        token, most = request.auth, settings.API_TOKEN_REQUESTS_PER_MINUTE
        if not most or not isinstance(token, ApiToken):
            return True
        return hit(f"api-token:{token.pk}", window=WINDOW) <= most

    def wait(self) -> float:
        return seconds_left()
