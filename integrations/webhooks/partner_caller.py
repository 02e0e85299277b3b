"""Hands encrypted files to the addresses partners typed (coalition.ports.PartnerCaller)."""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable, Iterator
from typing import IO

import httpx
from django.conf import settings
from django.utils.translation import gettext

from coalition.ports import DeliveryError
from integrations.webhooks.addresses import is_public_address, is_well_formed
from integrations.webhooks.caller import COME_BACK_LATER
from integrations.webhooks.pinned import ForbiddenAddressError, Resolver, look_up, pinned_client, skim

PIECE = 64 * 1024


def signature_of(*, secret: str, key: str, at: int, sha256: str) -> str:
    """Return what stands in ``Carillon-Signature``: HMAC-SHA-256 of moment, key and the body's digest, in hex."""
    told = f"{at}.{key}.{sha256}".encode()
    return f"t={at},v1={hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()}"


class PinnedPartnerCaller:
    """Posts over HTTPS to public addresses, at settings.PARTNER_WEBHOOK_PORTS, through `integrations.webhooks.pinned`.

    The body's digest stands in ``Content-Digest`` (RFC 9530), its signature in ``Carillon-Signature``, what it is
    known by in ``Idempotency-Key``. Redirects are not followed. Of the answer only the status is read.
    """

    def __init__(
        self,
        *,
        resolve: Resolver = look_up,
        is_allowed: Callable[[str], bool] = is_public_address,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._context = context

    def refusal(self, url: str) -> str:
        if is_well_formed(url, set(settings.PARTNER_WEBHOOK_PORTS)):
            return ""
        return gettext("It must begin with https://, without a name, a password or a “#” in it, on the usual port.")

    def deliver(self, *, url: str, key: str, secret: str, body: IO[bytes], size: int, sha256: str, at: float) -> None:
        if self.refusal(url):
            raise DeliveryError("this address is not allowed", permanent=True)
        headers = {
            "Content-Type": "application/age",
            "Content-Length": str(size),
            "Content-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:",
            "Idempotency-Key": key,
            "Carillon-Signature": signature_of(secret=secret, key=key, at=int(at), sha256=sha256),
        }
        status = self._post(url, headers, body)
        if not 200 <= status < 300:
            raise DeliveryError(f"HTTP {status}", permanent=status not in COME_BACK_LATER)

    def _post(self, url: str, headers: dict[str, str], body: IO[bytes]) -> int:
        client = pinned_client(
            seconds=settings.PARTNER_WEBHOOK_SECONDS,
            resolve=self._resolve,
            is_allowed=self._is_allowed,
            context=self._context,
        )
        try:
            with client, client.stream("POST", url, content=_pieces(body), headers=headers) as answer:
                skim(answer)
                return answer.status_code
        except ForbiddenAddressError as error:
            raise DeliveryError("the name leads to an address that is not public", permanent=True) from error
        except httpx.HTTPError as error:
            raise DeliveryError(type(error).__name__) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise DeliveryError("this address cannot be read", permanent=True) from error


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    while piece := body.read(PIECE):
        yield piece
