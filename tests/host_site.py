"""Somebody else's website, on an address of its own: a strict policy, and styles that were never meant for a form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

UGLY = """
* { all: unset !important; font-family: "Comic Sans MS", cursive !important; text-transform: uppercase !important;
    color: yellow !important; background: magenta !important; transform: rotate(1deg) !important; }
input, select, button, textarea, label { display: none !important; }
:focus { outline: none !important; }
carillon-form, carillon-count { display: none !important; position: fixed !important; opacity: .1 !important; }
html { direction: rtl; }
"""


@dataclass
class HostSite:
    """Serves ``pages`` (path → HTML body) under ``policy``, and remembers what it was asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    policy: str = ""
    requests: list[str] = field(default_factory=list)
    url: str = ""

    def show(self, body: str, *, styles: str = UGLY, language: str = "en") -> str:
        """Put ``body`` on the front page and return its address."""
        self.pages["/host.css"] = styles
        head = '<meta charset="utf-8"><title>A partner</title><link rel="stylesheet" href="/host.css">'
        self.pages["/"] = (
            f'<!doctype html><html lang="{language}"><head>{head}'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
            f"<body><main><h1>A partner's own page</h1>{body}</main></body></html>"
        )
        return f"{self.url}/?visitor=secret-42"


@pytest.fixture
def host_site() -> Iterator[HostSite]:
    site = HostSite()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.requests.append(path)
            found = site.pages.get(path)
            body = (found or "").encode()
            self.send_response(200 if found is not None else 404)
            kind = "text/css" if path.endswith(".css") else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Referrer-Policy", "unsafe-url")  # the least careful website there can be
            if site.policy:
                self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join(10)
