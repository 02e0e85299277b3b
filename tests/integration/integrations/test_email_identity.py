"""What names a mail to whoever reports on it, and what a provider is told not to do with it."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from integrations.email.sender import EmailSender
from messaging.ports import Letter
from tests.smtp import MailServer


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
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


REFERENCE = "1a-0123456789abcdef0123"


def named(address: str = "ada@example.org") -> Letter:
    return Letter("a:b:1:c", "email", address, "fr", "Ça va ?", "Bonjour.\n", "<p>Bonjour.</p>", reference=REFERENCE)


def test_send_names_the_message_in_its_id_and_in_the_address_it_comes_back_to(
    settings, server: MailServer, sender: EmailSender
) -> None:
    settings.MAIL_BOUNCE_ADDRESS = "bounces@campaign.example"
    assert sender.send(named()) == f"<{REFERENCE}@campaign.example>"
    assert f"MAIL FROM:<bounces+{REFERENCE}@campaign.example>" in "\n".join(server.lines).replace(
        "mail FROM", "MAIL FROM"
    )
    assert server.letters[0]["From"] == "Campaign <hello@campaign.example>"
    assert "bounces" not in server.letters[0].as_string()


def test_send_without_a_bounce_address_leaves_the_envelope_as_it_is(server: MailServer, sender: EmailSender) -> None:
    sender.send(named())
    assert "<hello@campaign.example>" in "\n".join(server.lines)


@pytest.mark.parametrize(
    ("backend", "secrets", "off"),
    [
        ("postmark", {"POSTMARK_SERVER_TOKEN": "x"}, {"TrackOpens": False, "TrackLinks": "None"}),
        ("mailgun", {"MAILGUN_API_KEY": "x"}, {"o:tracking-opens": "no", "o:tracking-clicks": "no"}),
        (
            "mailjet",
            {"MAILJET_API_KEY": "x", "MAILJET_SECRET_KEY": "x"},
            {"TrackOpens": "disabled", "TrackClicks": "disabled"},
        ),
        ("brevo", {"BREVO_API_KEY": "x"}, {}),
        ("mailersend", {"MAILERSEND_API_TOKEN": "x"}, {"track_opens": False, "track_clicks": False}),
    ],
)
def test_provider_is_told_not_to_track_and_given_the_reference(
    settings, backend: str, secrets: dict[str, str], off: dict[str, object]
) -> None:
    settings.ANYMAIL = {**secrets, "SEND_DEFAULTS": {"track_opens": True, "track_clicks": True} if off else {}}
    settings.EMAIL_BACKEND = f"anymail.backends.{backend}.EmailBackend"
    settings.MAIL_BOUNCE_ADDRESS = "bounces@campaign.example"
    sender = EmailSender()
    mail = sender._compose(named())
    payload = mail.connection.build_message_payload(mail, {})
    told = repr(payload.data)
    for name, value in off.items():
        assert f"{name!r}: {value!r}" in told
    assert (REFERENCE in told) or backend == "mailersend"
    assert "bounces+" not in told
