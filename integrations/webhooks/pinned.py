"""Connections to hosts that strangers named: the name is looked up once, and the very address judged is connected to.

So a name that answers a public address when asked and one of our own network a moment later (DNS rebinding) leads
nowhere: nobody asks again. The certificate is checked against the name all the same.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

from integrations.webhooks.addresses import is_public_address

Resolver = Callable[[str, int], list[str]]
LONGEST_ANSWER = 64 * 1024


class ForbiddenAddressError(Exception):
    """The name leads to an address that is not on the public internet."""


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of ``host``, IPv4 and IPv6, in the order the system prefers. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(each[4][0]) for each in found]


class _BoundedStream(httpcore.NetworkStream):
    """A stream that ends at one moment, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def _left(self, timeout: float | None) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call took too long")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _BoundedStream(inner, self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to what it judged. One address of a name that is not public refuses the name as a whole."""

    def __init__(self, *, resolve: Resolver, is_allowed: Callable[[str], bool], seconds: float) -> None:
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._ends = time.monotonic() + seconds
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name is not known") from error
        if not addresses:
            raise httpcore.ConnectError("the name is not known")
        if not all(self._is_allowed(each) for each in addresses):
            raise ForbiddenAddressError
        stream = self._backend.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return _BoundedStream(stream, self._ends)

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        raise ForbiddenAddressError


def pinned_client(
    *,
    seconds: float,
    resolve: Resolver = look_up,
    is_allowed: Callable[[str], bool] = is_public_address,
    context: ssl.SSLContext | None = None,
) -> httpx.Client:
    """Return a client for one call of at most ``seconds``: no redirects, no proxies, nothing of the environment."""
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=context or ssl.create_default_context(),
        network_backend=PinnedBackend(resolve=resolve, is_allowed=is_allowed, seconds=seconds),
        max_connections=1,
        max_keepalive_connections=0,
        retries=0,
    )
    return httpx.Client(
        transport=transport, trust_env=False, follow_redirects=False, timeout=httpx.Timeout(seconds, connect=5)
    )


def skim(answer: httpx.Response) -> None:
    """Read a little of the answer, as it comes and unpacked by nobody, so that the other side may finish politely."""
    taken = 0
    for piece in answer.iter_raw(4096):
        taken += len(piece)
        if taken > LONGEST_ANSWER:
            return
