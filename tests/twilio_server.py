"""A server that speaks the part of Twilio's API we use, for tests: it takes texts, refuses, dawdles, and reports back.

It checks what Twilio checks (sign-in, form encoding, the parameters of a message), answers in Twilio's JSON, and its
reports carry right signatures. Twilio's own client talks to it, by settings.TWILIO_API_URL.
"""

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils.http import urlencode
from twilio.request_validator import RequestValidator

from messaging.sms_text import segments

ACCOUNT, TOKEN, SERVICE = "AC" + "0" * 32, "token-of-tests", "MG" + "1" * 32
FORM = "application/x-www-form-urlencoded"


@dataclass
class Trouble:
    """How the server treats one request instead of taking it.

    ``cut``: it takes the text and closes the line without an answer. ``seconds``: it waits before it answers.
    ``garbage``: it takes the text and answers what is no JSON.
    """

    status: int = 0
    code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    garbage: bool = False
    seconds: float = 0
    told: str = ""


@dataclass
class TakenText:
    """One text the server took, with the form as it came."""

    sid: str
    form: dict[str, str]
    connection: int

    @property
    def callback(self) -> str:
        return self.form["StatusCallback"]


class TwilioServer(ThreadingHTTPServer):
    """Keeps the texts it took; ``troubles`` happen to the next requests, in turn."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.texts: list[TakenText] = []
        self.troubles: list[Trouble] = []
        self.requests = 0
        self.connections = 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_trouble(self) -> Trouble:
        with self.lock:
            self.requests += 1
            return self.troubles.pop(0) if self.troubles else Trouble()

    def take(self, form: dict[str, str], connection: int) -> TakenText:
        with self.lock:
            text = TakenText(f"SM{len(self.texts):032x}", form, connection)
            self.texts.append(text)
            return text

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Talk(BaseHTTPRequestHandler):
    server: TwilioServer
    protocol_version = "HTTP/1.1"
    # Head and body of an answer are two writes: the second would wait 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1
        self.number = self.server.connections

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        trouble = self.server.next_trouble()
        refusal = self._refusal(body)
        if refusal:
            self._refuse(*refusal)
            return
        if trouble.status:
            self._refuse(trouble.status, trouble.code, trouble.headers)
            return
        text = self.server.take({name: values[-1] for name, values in parse_qs(body).items()}, self.number)
        time.sleep(trouble.seconds)
        if trouble.cut:
            self.close_connection = True
            self.connection.close()
            return
        if trouble.garbage:
            self._answer(201, b"<html>busy</html>")
            return
        self._answer(201, json.dumps(_described(text, trouble)).encode())

    def _refusal(self, body: str) -> tuple[int, int] | None:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        form = parse_qs(body, keep_blank_values=True)
        if self.headers.get("Authorization") != wanted:
            return 401, 20003
        if self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, 20404
        if self.headers.get("Content-Type") != FORM:
            return 400, 21602
        if not form.get("To", [""])[0].startswith("+"):
            return 400, 21211
        if not form.get("MessagingServiceSid", [""])[0].startswith("MG"):
            return 400, 21603
        if not form.get("Body", [""])[0]:
            return 400, 21602
        if not 1 <= int(form["ValidityPeriod"][0]) <= 36_000:
            return 400, 21624
        return None

    def _refuse(self, status: int, code: int, headers: dict[str, str] | None = None) -> None:
        told = {"code": code, "message": f"No, +32470123456 ({code})", "status": status, "more_info": "https://…"}
        self._answer(status, json.dumps(told).encode(), headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _described(text: TakenText, trouble: Trouble) -> dict[str, Any]:
    """Return a message as the API describes it, columns we never read included."""
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": text.form["Body"], "sid": text.sid,
        "date_created": "Mon, 02 Mar 2026 09:00:00 +0000", "date_sent": None, "date_updated": None,
        "direction": "outbound-api", "error_code": trouble.code or None, "error_message": None, "from": None,
        "messaging_service_sid": text.form["MessagingServiceSid"], "num_media": "0",
        "num_segments": str(segments(text.form["Body"])), "price": None, "price_unit": "EUR",
        "status": trouble.told or "accepted", "subresource_uris": {"media": "/x"}, "to": text.form["To"], "uri": "/x",
    }  # fmt: skip


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Return the signature Twilio puts on a request to ``url``."""
    signature: str = RequestValidator(token).compute_signature(url, form)
    return signature


def report(client: Client, text: TakenText, status: str, code: int = 0, **changes: str) -> int:
    """Report what became of a text, as Twilio does, and return the answer's status; parameters nobody knows as well."""
    form = {
        "MessageSid": text.sid, "SmsSid": text.sid, "MessageStatus": status, "SmsStatus": status,
        "AccountSid": ACCOUNT, "MessagingServiceSid": SERVICE, "To": text.form["To"], "RawDlrDoneDate": "2603020900",
        "ANewParameter": "é & =", **({"ErrorCode": str(code)} if code else {}), **changes,
    }  # fmt: skip
    return post_signed(client, text.callback, form).status_code


def text_in(client: Client, url: str, body: str, sender: str = "+32470123456", **changes: str) -> Any:
    """Report a text somebody sent, as Twilio does, and return the answer."""
    form = {
        "MessageSid": f"SM{abs(hash(body)):032x}"[:34], "From": sender, "To": "+32460000000", "Body": body,
        "NumMedia": "0", "NumSegments": "1", "AccountSid": ACCOUNT, "FromCountry": "BE", "ApiVersion": "2010-04-01",
        **changes,
    }  # fmt: skip
    return post_signed(client, url, form)


def post_signed(client: Client, url: str, form: dict[str, str], **extra: Any) -> Any:
    """Post a form to an address of ours the way a proxy hands it on: with a host and scheme of its own."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    signed = extra.pop("signature", None) or sign(url, form)
    return client.post(path, urlencode(form), content_type=FORM, headers={"X-Twilio-Signature": signed, **extra})
