import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from audiences.ports import CallError

_TIMEOUT = httpx.Timeout(10, connect=5)
# RFC 9110 §15.5.9, §15.6 and RFC 6585 §4: the other system asks to come back later.
COME_BACK_LATER = {408, 425, 429, 500, 502, 503, 504}


class HttpsCaller:
    """Posts JSON over HTTPS to the hosts of settings.WEBHOOK_HOSTS, signed with settings.WEBHOOK_SECRET.

    ``Carillon-Signature: sha256=<HMAC of the body>``; ``Idempotency-Key`` is the same when a call is repeated.
    Redirects are not followed: they would lead where the operator did not allow.
    """

    def is_allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        if not settings.WEBHOOK_SECRET:
            return False
        return parts.scheme == "https" and not parts.username and parts.hostname in settings.WEBHOOK_HOSTS

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
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=_TIMEOUT, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise CallError(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise CallError(type(error).__name__, uncertain=True) from error
        if not answer.is_success:
            raise CallError(f"HTTP {answer.status_code}", permanent=answer.status_code not in COME_BACK_LATER)
