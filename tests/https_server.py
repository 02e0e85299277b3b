"""A partner's system over real TLS on this machine, with a certificate of its own made on the spot."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class PartnerServer:
    """What came in; ``status``, ``headers`` and ``body`` are what it answers."""

    port: int
    trust: ssl.SSLContext
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: list[bytes] = field(default_factory=list)
    pause: float = 0
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def url(self, name: str = "partner.example") -> str:
        return f"https://{name}:{self.port}/in"


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "certificate.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown, kept


@contextmanager
def partner_server(folder: Path, name: str = "partner.example") -> Iterator[PartnerServer]:
    """Serve as ``name`` at a free port of this machine until the block ends."""
    shown, kept = _certificate(folder, name)
    held: dict[str, PartnerServer] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server = held["server"]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.calls.append((self.path, dict(self.headers), body))
            self.send_response(server.status)
            for header, value in server.headers.items():
                self.send_header(header, value)
            self.end_headers()
            for piece in server.body:
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    return
                threading.Event().wait(server.pause)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(shown, kept)
    httpd.socket = inside.wrap_socket(httpd.socket, server_side=True)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    held["server"] = PartnerServer(httpd.server_port, ssl.create_default_context(cafile=str(shown)))
    try:
        yield held["server"]
    finally:
        httpd.shutdown()
        httpd.server_close()
