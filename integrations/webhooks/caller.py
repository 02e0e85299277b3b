import hashlib
import hmac
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from audiences.ports import CallError
from integrations.webhooks.addresses import is_public_address
from integrations.webhooks.pinned import ForbiddenAddressError, Resolver, look_up, pinned_client, skim

SECONDS = 15
# RFC 9110 §15.5.9, §15.6 and RFC 6585 §4: the other system asks to come back later.
COME_BACK_LATER = {408, 425, 429, 500, 502, 503, 504}


class HttpsCaller:
    """Posts JSON over HTTPS to settings.WEBHOOK_HOSTS (``host`` or ``host:port``), signed with WEBHOOK_SECRET.

    ``Carillon-Signature: sha256=<HMAC of the body>``; ``Idempotency-Key`` is the same when a call is repeated.
    Redirects are not followed: they would lead where the operator did not allow. A name that leads into a private
    network is called with settings.WEBHOOK_ALLOW_PRIVATE alone. Of the answer only the status is read.
    """

    def __init__(self, *, resolve: Resolver = look_up, context: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._context = context

    def is_allowed(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = parts.hostname if parts.port in {None, 443} else f"{parts.hostname}:{parts.port}"
        except ValueError:
            return False
        is_named = bool(settings.WEBHOOK_SECRET) and host in settings.WEBHOOK_HOSTS
        return is_named and parts.scheme == "https" and "@" not in parts.netloc

    def call(self, *, key: str, url: str, payload: dict[str, Any]) -> None:
        if not self.is_allowed(url):
            raise CallError("this address is not allowed by the operator (WEBHOOK_HOSTS)", permanent=True)
        body = json.dumps(payload, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Carillon-Signature": "sha256="
            + hmac.new(settings.WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest(),
        }
        status = self._post(url, headers, body)
        if not 200 <= status < 300:
            raise CallError(f"HTTP {status}", permanent=status not in COME_BACK_LATER)

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        client = pinned_client(
            seconds=SECONDS, resolve=self._resolve, is_allowed=_is_allowed_address, context=self._context
        )
        try:
            with client, client.stream("POST", url, content=body, headers=headers) as answer:
                skim(answer)
                return answer.status_code
        except ForbiddenAddressError as error:
            told = "the name leads to an address that is not public (WEBHOOK_ALLOW_PRIVATE)"
            raise CallError(told, permanent=True) from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise CallError(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise CallError(type(error).__name__, uncertain=True) from error


def _is_allowed_address(address: str) -> bool:
    return settings.WEBHOOK_ALLOW_PRIVATE or is_public_address(address)
