"""A load generator that costs little: raw keep-alive sockets, request bytes made beforehand, one process of its own.

A closed loop: each connection sends its next request when the answer to the last has arrived. An answer that is not
the expected one ends the measurement with `UnexpectedAnswer`; it is never counted.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


class UnexpectedAnswer(RuntimeError):
    """A server answered something else than the scenario promises."""


@dataclass(frozen=True)
class Load:
    """What to send where. ``status`` and ``location`` (a prefix, "" for any) are what every answer must have."""

    port: int
    requests: list[bytes]
    seconds: float
    status: int
    location: str = ""
    connections: int = 8


@dataclass(frozen=True)
class Result:
    """Answers of one round: their number, the seconds from first send to last answer, and each one's seconds."""

    answers: int
    seconds: float
    latencies: list[float] = field(repr=False)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


class Connection:
    """One keep-alive connection, and the answer that is arriving on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the head of the answer once all of it has arrived, else None."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise UnexpectedAnswer(f"the server closed the connection after {self.received[:200]!r}")
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        return head if len(body) >= _length(head) else None


def _length(head: bytes) -> int:
    position = head.lower().find(b"\r\ncontent-length:")
    if position < 0:
        raise UnexpectedAnswer(f"an answer without a length: {head[:200]!r}")
    return int(head[position + 17 :].split(b"\r\n", 1)[0])


def run_load(load: Load) -> Result:
    """Send for ``load.seconds`` (or until the requests are used up), await what is under way, and return the figures.

    Raises UnexpectedAnswer.
    """
    waiting = iter(load.requests)
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        connections = [Connection(load.port) for _ in range(load.connections)]
        started = time.perf_counter()
        deadline = started + load.seconds
        busy = sum(_start(connection, waiting, selector) for connection in connections)
        while busy:
            for key, _events in selector.select(timeout=20) or _silence():
                connection: Connection = key.data
                head = connection.receive()
                if head is None:
                    continue
                now = time.perf_counter()
                _check(head, load)
                latencies.append(now - connection.sent_at)
                request = next(waiting, None) if now < deadline else None
                if request is None:
                    selector.unregister(connection.socket)
                    busy -= 1
                else:
                    connection.send(request)
        seconds = time.perf_counter() - started
        for connection in connections:
            connection.socket.close()
    return Result(len(latencies), seconds, latencies)


def _start(connection: Connection, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> bool:
    request = next(waiting, None)
    if request is None:
        return False
    connection.send(request)
    selector.register(connection.socket, selectors.EVENT_READ, connection)
    return True


def _silence() -> list[tuple[selectors.SelectorKey, int]]:
    raise UnexpectedAnswer("no answer for 20 seconds")


def _check(head: bytes, load: Load) -> None:
    status = int(head[9:12])
    location = ""
    if load.location:
        position = head.lower().find(b"\r\nlocation: ")
        location = head[position + 12 :].split(b"\r\n", 1)[0].decode() if position >= 0 else ""
    if status != load.status or not location.startswith(load.location):
        raise UnexpectedAnswer(f"wanted {load.status} {load.location}, got: {head[:400].decode(errors='replace')}")
