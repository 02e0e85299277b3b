"""Request bytes, made before the clock starts. Every one stands for another person behind the proxy."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from bench.world import World

# The partner's link by which everybody comes.
SOURCE = "bench-partner"
_COMMENT = "Because nobody should be punished for helping somebody else: my neighbours did, and so would I."


def get(path: str, host: str) -> bytes:
    """Return a page view as a browser sends it to the proxy."""
    return (_head("GET", path, host, 0) + "Accept: text/html\r\nAccept-Encoding: gzip, br\r\n\r\n").encode()


def post(path: str, host: str, body: str, person: int) -> bytes:
    """Return a form as a browser sends it, from the ``person``-th address."""
    lines = (
        f"Origin: https://{host}",
        "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return (_head("POST", path, host, person) + "\r\n".join(lines) + "\r\n\r\n" + body).encode()


def floor_insert(count: int) -> list[bytes]:
    return [b"POST /insert HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n"] * count


def floor_bare(count: int) -> list[bytes]:
    return [b"GET /bare HTTP/1.1\r\nHost: bench\r\n\r\n"] * count


def signatures(world: "World", first: int, count: int) -> list[bytes]:
    """Return ``count`` complete sign forms with e-mail addresses nobody used before."""
    return [post(f"/en/sign/{world.page_id}/", world.host, _form(world, n), n) for n in range(first, first + count)]


def confirmations(world: "World", tokens: Iterable[str]) -> list[bytes]:
    """Return the press of the confirming button for each token."""
    return [post(f"/en/confirm/{token}/", world.host, "", n) for n, token in enumerate(tokens)]


def _form(world: "World", person: int) -> str:
    fields = {
        "full_name": f"Person Number {person}",
        "email": f"person.{person}@mail-{person % 97}.example.org",
        "phone": "",
        "nationality": "BE",
        "residence_country": "FR",
        "postcode": "1050",
        "comment": f"{_COMMENT} ({person})",
        f"consent_{world.consents[0]}": "on",
        "source": SOURCE,
        "website": "",
        "altcha": "",
    }
    return urlencode(fields)


def _head(method: str, path: str, host: str, person: int) -> str:
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"X-Forwarded-For: 10.{person >> 16 & 255}.{person >> 8 & 255}.{person & 255}",
        "X-Forwarded-Proto: https",
        "User-Agent: Mozilla/5.0 (Linux; Android 13; Pixel 6a) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
        "Accept-Language: en-GB,en;q=0.9,fr;q=0.8",
    )
    return "\r\n".join(lines) + "\r\n"
