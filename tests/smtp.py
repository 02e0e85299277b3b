"""A mail server of forty lines for tests: speaks SMTP on a local port and misbehaves on request."""

import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import ClassVar


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps the letters it took. ``answers`` maps a verb (MAIL, RCPT, DATA, TEXT) to the replies it gives in turn.

    The reply "drop" closes the line instead; a verb without one is answered kindly.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answers: dict[str, list[str]] = {}
        self.letters: list[EmailMessage] = []
        self.lines: list[str] = []
        self.connections = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def reply(self, verb: str, kindly: str) -> str:
        waiting = self.answers.get(verb, [])
        return waiting.pop(0) if waiting else kindly


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer
    kindly: ClassVar[dict[str, str]] = {"DATA": "354 go on", "QUIT": "221 bye"}

    def handle(self) -> None:
        self.server.connections += 1
        with suppress(ConnectionError):
            self._say("220 ready")
            while line := self.rfile.readline():
                verb = line[:4].decode().upper()
                self.server.lines.append(line.decode().strip())
                if not self._say(self.server.reply(verb, self.kindly.get(verb, "250 ok"))):
                    return
                if verb == "QUIT" or (verb == "DATA" and not self._read_letter()):
                    return

    def _read_letter(self) -> bool:
        if not self._last.startswith("354"):
            return True
        lines = list(iter(self.rfile.readline, b".\r\n"))
        answer = self.server.reply("TEXT", "250 taken")
        if answer.startswith("250"):
            parse: Callable[..., EmailMessage] = message_from_bytes  # type: ignore[assignment]
            self.server.letters.append(parse(b"".join(lines), policy=policy.default))
        return self._say(answer)

    def _say(self, reply: str) -> bool:
        self._last = reply
        if reply == "drop":
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        return not reply.startswith("421")
