"""Who may hand in a form from another website: a token fetched apart, for one form, one source and one website.

The Origin header is what a browser says of the website, and no page can change it. A program outside a browser can
write what it likes, as it can into the site's own form; against those stand the same rates and the same proof of work
(`cms.intake_guard`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from campaigns.selectors.source_links import NoSuchLink, source_by_code

VALID = 2 * 3600  # seconds somebody may take over a form before a fresh token is fetched for them
_SALT = "cms.embed"


class Refused(PermissionError):
    """``reason``: ``origin``, ``host``, or of the token ``token`` (forged or for something else), ``old``, ``used``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Pass:
    """What a token lets through, once."""

    widget: str
    language: str
    source: str
    origin: str
    nonce: str


def origin_of(request: HttpRequest) -> str:
    """Return the website a browser says the request comes from, ``https://host[:port]``. Raises Refused.

    A page without an address of its own (a file, a frame shut off) is no website that could be named.
    """
    typed = request.headers.get("Origin", "")
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise Refused("origin") from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or len(typed) > 300:
        raise Refused("origin")
    bracketed = f"[{host}]" if ":" in host else host
    if typed.lower() != f"{parts.scheme}://{bracketed}{f':{port}' if port else ''}":
        raise Refused("origin")
    return typed.lower()


def check_host(origin: str, source: str, own_host: str) -> None:
    """Let only the websites a source names show its form, and those below them. Raises Refused.

    A source that names none may stand anywhere, as its link may. Our own pages always may: staff look at it there.
    """
    netloc, host = urlsplit(origin).netloc, urlsplit(origin).hostname or ""
    if netloc in {own_host, urlsplit(settings.PUBLIC_URL).netloc}:
        return
    try:
        named = source_by_code(source).embed_hosts.split()
    except NoSuchLink:
        return
    if named and not any(host == each or host.endswith(f".{each}") or netloc == each for each in named):
        raise Refused("host")


def issue_token(*, widget: str, language: str, source: str, origin: str, at: datetime) -> str:
    """Return a token that lets one form through, from this website, for `VALID` seconds."""
    told = [widget, language, source, origin, secrets.token_urlsafe(12), int(at.timestamp())]
    return signing.dumps(told, salt=_SALT, compress=True)


def read_token(token: str, *, origin: str, at: datetime) -> Pass:
    """Return what a token lets through. Raises Refused."""
    try:
        widget, language, source, its_origin, nonce, issued = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused("token") from None
    if its_origin != origin:
        raise Refused("token")
    if not 0 <= at.timestamp() - issued + 5 <= VALID:
        raise Refused("old")
    if cache.get(_key(nonce)):
        raise Refused("used")
    return Pass(widget, language, source, origin, nonce)


def spend(told: Pass) -> None:
    """Use a token up; of two requests at once, one. Raises Refused."""
    if not cache.add(_key(told.nonce), 1, timeout=VALID + 60):
        raise Refused("used")


def _key(nonce: str) -> str:
    return f"embed-token:{nonce}"
