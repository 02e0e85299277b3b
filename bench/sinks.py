"""Providers that take everything, in a process of their own: ``python -m bench.sinks smtp|twilio``.

It writes its port and then, for each line on standard input, how many messages it has taken.
"""

import socketserver
import sys
import threading

from bench.lifeline import end_with_parent


class SmtpSink(socketserver.ThreadingTCPServer):
    """Speaks SMTP, reads letters and forgets them."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken = 0
        self.lock = threading.Lock()


class _Talk(socketserver.StreamRequestHandler):
    server: SmtpSink

    def handle(self) -> None:
        self._say(b"220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-sink\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                self._say(b"354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                with self.server.lock:
                    self.server.taken += 1
                self._say(b"250 taken")
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 ok")

    def _say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")


def _twilio() -> "tuple[int, object]":
    from django.conf import settings

    settings.configure(USE_TZ=True)
    from tests.twilio_server import TwilioServer

    server = TwilioServer()
    return int(server.server_address[1]), server


def _smtp() -> "tuple[int, object]":
    server = SmtpSink()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1]), server


def main(kind: str) -> None:
    end_with_parent()
    port, server = {"smtp": _smtp, "twilio": _twilio}[kind]()
    print(port, flush=True)
    for _line in sys.stdin:
        taken = server.taken if isinstance(server, SmtpSink) else len(server.texts)  # type: ignore[attr-defined]
        print(taken, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
