"""Twilio's own client against a server that speaks Twilio's API: what each ending means for the ledger."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from integrations.twilio.sender import TwilioSender
from messaging.ports import DeliveryError, Letter
from tests.twilio_server import ACCOUNT, SERVICE, TOKEN, Trouble, TwilioServer

PHONE = "+32470123456"


@pytest.fixture
def server(settings: Any) -> Iterator[TwilioServer]:
    server = TwilioServer()
    settings.TWILIO_API_URL = server.url
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    settings.PUBLIC_URL = "https://campaign.example"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sender(server: TwilioServer) -> Iterator[TwilioSender]:
    sender = TwilioSender()
    yield sender
    sender.close()


def letter(**changes: Any) -> Letter:
    given = {"text": "Réunion à 18 h, ça va ?", "reference": "5-abc", "organisation_slug": "", **changes}
    return Letter("a:b:1:c", "sms", PHONE, "fr", "", **given)


def failure(sender: TwilioSender, one: Letter | None = None) -> tuple[str, str]:
    with pytest.raises(DeliveryError) as caught:
        sender.send(one or letter())
    error = caught.value
    assert PHONE not in str(error), "a reason names no number"
    if error.retry_after is not None:
        return f"later {int(error.retry_after.total_seconds())}", str(error)
    kinds = {(True, False): "permanent", (False, True): "uncertain", (False, False): "temporary"}
    return ("blocked" if error.blocks_sender else kinds[error.permanent, error.uncertain]), str(error)


def test_send_hands_over_what_twilio_needs_and_returns_its_id(
    server: TwilioServer, sender: TwilioSender, at: datetime
) -> None:
    sid = sender.send(letter(expires_at=at + timedelta(minutes=30)))
    (text,) = server.texts
    assert text.sid == sid
    assert text.form == {
        "To": PHONE,
        "Body": "Réunion à 18 h, ça va ?",
        "MessagingServiceSid": SERVICE,
        "StatusCallback": "https://campaign.example/integrations/twilio/status?r=5-abc",
        "ValidityPeriod": "1800",
    }


def test_send_many_uses_one_connection(server: TwilioServer, sender: TwilioSender) -> None:
    for _ in range(3):
        sender.send(letter())
    assert {text.connection for text in server.texts} == {1}


def test_organisation_with_a_service_of_its_own_writes_from_it(
    server: TwilioServer, sender: TwilioSender, settings: Any
) -> None:
    settings.TWILIO_MESSAGING_SERVICES = ["house=MG222", "other=MG333"]
    for slug in ("house", "unknown", ""):
        sender.send(letter(organisation_slug=slug))
    assert [text.form["MessagingServiceSid"] for text in server.texts] == ["MG222", SERVICE, SERVICE]


@pytest.mark.parametrize(("seconds", "sent"), [(5, "5"), (3 * 86_400, "36000"), (None, "36000")])
def test_validity_ends_when_the_text_is_of_no_use(
    server: TwilioServer, sender: TwilioSender, at: datetime, seconds: int | None, sent: str
) -> None:
    sender.send(letter(expires_at=at + timedelta(seconds=seconds) if seconds else None))
    assert server.texts[0].form["ValidityPeriod"] == sent


@pytest.mark.parametrize("seconds", [-60, 0, 4])
def test_text_about_to_be_useless_is_not_handed_over(
    server: TwilioServer, sender: TwilioSender, at: datetime, seconds: int
) -> None:
    kind = failure(sender, letter(expires_at=at + timedelta(seconds=seconds)))
    assert (kind, server.requests) == (("temporary", "too late to be useful"), 0)


@pytest.mark.parametrize(
    ("trouble", "kind", "reason"),
    [
        (Trouble(400, 21610), "blocked", "Twilio 21610: the person told this sender to stop"),
        (Trouble(400, 21211), "permanent", "Twilio 21211: not a number one can write to"),
        (Trouble(400, 21614), "permanent", "Twilio 21614: not a mobile number"),
        (Trouble(400, 30005), "permanent", "Twilio 30005: there is no such number"),
        (Trouble(400, 30006), "permanent", "Twilio 30006: a landline, or a network that takes no texts"),
        (Trouble(400, 30003), "permanent", "Twilio 30003: the phone is off, out of reach or not in use"),
        (Trouble(400, 99999), "permanent", "Twilio 99999"),
        (Trouble(400, 30001), "later 5", "Twilio 30001: the queue was full"),
        (Trouble(429, 20429), "later 5", "Twilio 20429"),
        (Trouble(429, 20429, {"Retry-After": "90"}), "later 90", "Twilio 20429"),
        (Trouble(429, 20429, {"retry-after": "Mon, 02 Mar 2026 09:02:00 GMT"}), "later 120", "Twilio 20429"),
        (Trouble(429, 20429, {"Retry-After": "9999999999"}), "later 3600", "Twilio 20429"),
        (Trouble(429, 20429, {"Retry-After": "0"}), "later 1", "Twilio 20429"),
        (Trouble(429, 20429, {"Retry-After": "soon"}), "later 5", "Twilio 20429"),
        (Trouble(503, 20503), "later 5", "Twilio 20503"),
        (Trouble(500, 20500), "uncertain", "Twilio 20500"),
        (Trouble(502), "uncertain", "Twilio 502"),
        (Trouble(400, 21703), "later 300", "Twilio 21703: the Messaging Service has no numbers"),
        (Trouble(403, 20005), "later 300", "Twilio 20005: the account is not active"),
        (Trouble(told="failed", code=30006), "permanent", "Twilio 30006: a landline, or a network that takes no texts"),
        (Trouble(told="failed", code=30001), "later 5", "Twilio 30001: the queue was full"),
        (Trouble(cut=True), "uncertain", "ConnectionError"),
        (Trouble(garbage=True), "uncertain", "JSONDecodeError"),
    ],
    ids=lambda value: f"{value.status}-{value.code}" if isinstance(value, Trouble) else None,
)
def test_send_that_fails_says_what_it_means_and_the_next_goes_through(
    server: TwilioServer, sender: TwilioSender, at: datetime, trouble: Trouble, kind: str, reason: str
) -> None:
    server.troubles = [trouble]
    assert failure(sender) == (kind, reason)
    assert sender.send(letter()) == server.texts[-1].sid


def test_slow_answer_is_uncertain(server: TwilioServer, settings: Any) -> None:
    settings.TWILIO_TIMEOUT_SECONDS = 0.2
    server.troubles = [Trouble(seconds=0.6)]
    assert failure(TwilioSender()) == ("uncertain", "ReadTimeout")
    assert len(server.texts) == 1, "it was taken all the same"


def test_sender_without_a_network_is_temporary(server: TwilioServer, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        settings.TWILIO_API_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"
    assert failure(TwilioSender()) == ("temporary", "ConnectionError")


def test_wrong_token_holds_everything_until_it_is_mended(server: TwilioServer, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = "another"
    assert failure(TwilioSender()) == ("later 300", "Twilio 20003: sign-in refused")
    assert not server.texts


def test_api_key_signs_in_for_the_account(server: TwilioServer, settings: Any) -> None:
    settings.TWILIO_API_KEY_SID, settings.TWILIO_API_KEY_SECRET = ACCOUNT, TOKEN
    settings.TWILIO_AUTH_TOKEN = "only-for-signatures"
    assert TwilioSender().send(letter())
