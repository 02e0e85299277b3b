"""The mail sender against a real SMTP conversation: what each ending means for the ledger."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from django.core.mail import EmailMultiAlternatives
from requests import Response

from integrations.email.back_pressure import PAUSE, pause_after_answer
from integrations.email.sender import EmailSender
from messaging.ports import DeliveryError, Letter
from tests.smtp import MailServer


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.DEFAULT_FROM_EMAIL = "Campaign <hello@campaign.example>"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sender(server: MailServer) -> Iterator[EmailSender]:
    sender = EmailSender()
    yield sender
    sender.close()


def letter(address: str = "ada@example.org", **changes: str) -> Letter:
    words = {"subject": "Ça va ?", "text": "Bonjour Ada.\n", "html": "<p>Bonjour <b>Ada</b>.</p>", **changes}
    return Letter("a:b:1:c", "email", address, "fr", headers={"Auto-Submitted": "auto-generated"}, **words)


def failure(sender: EmailSender, one: Letter | None = None) -> tuple[str, str]:
    with pytest.raises(DeliveryError) as error:
        sender.send(one or letter())
    kinds = {(True, False): "permanent", (False, True): "uncertain", (False, False): "temporary"}
    return kinds[error.value.permanent, error.value.uncertain], str(error.value)


def test_send_hands_over_text_html_and_headers_and_returns_the_message_id(
    server: MailServer, sender: EmailSender
) -> None:
    identity = sender.send(letter())
    (mail,) = server.letters
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "Ça va ?",
        "ada@example.org",
        "Campaign <hello@campaign.example>",
    )
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (identity, "auto-generated")
    assert identity.endswith("@campaign.example>")
    assert "Bonjour Ada." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "<b>Ada</b>" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_send_many_uses_one_connection(server: MailServer, sender: EmailSender) -> None:
    for number in range(3):
        sender.send(letter(f"citizen{number}@example.org"))
    assert (len(server.letters), server.connections) == (3, 1)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "TEXT"])
@pytest.mark.parametrize(("code", "kind"), [(450, "temporary"), (550, "permanent")])
def test_send_that_is_refused_says_for_how_long_and_the_next_goes_through(
    server: MailServer, sender: EmailSender, verb: str, code: int, kind: str
) -> None:
    server.answers[verb] = [f"{code} no"]
    assert failure(sender) == (kind, f"SMTP {code}")
    sender.send(letter("ben@example.org"))
    assert [mail["To"] for mail in server.letters] == ["ben@example.org"]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "TEXT"])
def test_send_that_is_told_the_server_closes_is_temporary_and_the_next_connects_anew(
    server: MailServer, sender: EmailSender, verb: str
) -> None:
    server.answers[verb] = ["421 too many letters on this line"]
    assert failure(sender) == ("temporary", "SMTP 421")
    sender.send(letter("ben@example.org"))
    assert [mail["To"] for mail in server.letters] == ["ben@example.org"]
    assert server.connections == 2


@pytest.mark.parametrize(("verb", "kind"), [("MAIL", "temporary"), ("RCPT", "temporary"), ("TEXT", "uncertain")])
def test_send_whose_line_breaks_is_uncertain_only_once_the_text_has_left(
    server: MailServer, sender: EmailSender, verb: str, kind: str
) -> None:
    sender.send(letter("cleo@example.org"))
    server.answers[verb] = ["drop"]
    assert failure(sender) == (kind, "SMTPServerDisconnected")
    sender.send(letter("ben@example.org"))
    assert [mail["To"] for mail in server.letters] == ["cleo@example.org", "ben@example.org"]


def test_send_while_the_server_is_away_is_temporary(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    assert failure(EmailSender()) == ("temporary", "ConnectionRefusedError")


@pytest.mark.parametrize(
    "address", ["ada@example.org\nBcc: all@example.org", "ada@ex ample.org>, ben@example.org", "ada@münchen..example"]
)
def test_send_to_what_smtp_cannot_write_is_permanent_and_hands_over_nothing(
    server: MailServer, sender: EmailSender, address: str
) -> None:
    kind, _reason = failure(sender, letter(address))
    assert kind == "permanent"
    sender.send(letter("ben@example.org"))
    assert [mail["To"] for mail in server.letters] == ["ben@example.org"]


def test_send_with_a_line_break_in_the_subject_is_permanent(server: MailServer, sender: EmailSender) -> None:
    assert failure(sender, letter(subject="Hello\r\nBcc: all@example.org"))[0] == "permanent"
    assert not server.letters


def _answer(code: int) -> Response:
    response = Response()
    response.status_code = code
    response.reason = "because"
    return response


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AnymailRecipientsRefused(), "permanent"),
        (AnymailUnsupportedFeature("no"), "permanent"),
        (AnymailAPIError("no answer"), "uncertain"),
        (AnymailAPIError("bad", status_code=400, response=_answer(400)), "permanent"),
        (AnymailAPIError("slow", status_code=429, response=_answer(429)), "temporary"),
        (AnymailAPIError("broken", status_code=500, response=_answer(500)), "uncertain"),
        (AnymailAPIError("away", status_code=503, response=_answer(503)), "temporary"),
    ],
)
def test_send_through_a_provider_reads_its_answer(
    settings, monkeypatch: pytest.MonkeyPatch, error: AnymailError, kind: str
) -> None:
    def fail(mail: EmailMultiAlternatives) -> None:
        raise error

    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    monkeypatch.setattr(EmailMultiAlternatives, "send", fail)
    assert failure(EmailSender())[0] == kind


def test_send_through_a_provider_returns_its_id(settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"  # numbers its letters from 0
    sender = EmailSender()
    sender.send(letter())
    assert sender.send(letter()) == "1"


@pytest.mark.parametrize(
    ("verb", "reply", "rests"),
    [
        ("MAIL", "421 busy", True),
        ("TEXT", "421 busy", True),
        ("RCPT", "454 4.7.0 maximum sending rate exceeded", True),
        ("TEXT", "454 throttling failure", True),
        ("MAIL", "450 too many letters from you", True),
        ("MAIL", "452 no space", True),
        ("RCPT", "452 4.3.1 insufficient system storage", True),
        ("TEXT", "451 4.3.0 queue file write error", True),
        ("RCPT", "450 4.2.0 greylisted", False),
        ("RCPT", "452 4.2.2 mailbox full", False),
        ("TEXT", "451 try later", False),
    ],
)
def test_send_to_a_busy_server_rests_unless_the_answer_is_about_one_recipient(
    server: MailServer, sender: EmailSender, verb: str, reply: str, rests: bool
) -> None:
    server.answers[verb] = [reply]
    with pytest.raises(DeliveryError) as error:
        sender.send(letter())
    assert (error.value.retry_after is not None, error.value.permanent) == (rests, False)


def test_send_while_the_server_is_away_rests(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with pytest.raises(DeliveryError) as error:
        EmailSender().send(letter())
    assert error.value.retry_after == PAUSE


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, "7", 7),
        (503, "120", 120),
        (429, "", 60),
        (429, "soon", 60),
        (429, "-5", 60),
        (503, "Mon, 02 Mar 2026 09:00:30 GMT", 30),
        (503, "Mon, 02 Mar 2026 08:00:00 GMT", 60),
        (503, "9" * 400, 60),
        (500, "7", None),
        (400, "7", None),
    ],
)
def test_provider_that_is_busy_says_for_how_long(at: datetime, status: int, said: str, seconds: int | None) -> None:
    pause = pause_after_answer(status, {"Retry-After": said}, at)
    assert pause == (timedelta(seconds=seconds) if seconds else None)
