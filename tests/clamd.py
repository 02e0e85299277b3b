"""A virus scanner of forty lines for tests: clamd's INSTREAM on a local port or socket; misbehaves on request."""

import socketserver
import struct
import threading
from pathlib import Path

# The harmless test file every scanner knows (eicar.org), in two pieces so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Keeps what it was sent. ``answer`` replaces its judgement; "drop" hangs up without a word, "deaf" at once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.answer, self.heard = "", list[bytes]()
        if folder is None:
            self.server: socketserver.BaseServer = _TcpServer(("127.0.0.1", 0), _Talk)
            self.address = f"tcp://127.0.0.1:{self.server.server_address[1]}"
        else:
            self.server = _UnixServer(str(folder / "clamd.ctl"), _Talk)
            self.address = f"unix://{folder}/clamd.ctl"
        self.server.clamd = self
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        clamd: Clamd = self.server.clamd
        if clamd.answer == "deaf":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        clamd.heard.append(content)
        judgement = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
        if clamd.answer != "drop":
            self.wfile.write((clamd.answer or judgement).encode() + b"\0")
