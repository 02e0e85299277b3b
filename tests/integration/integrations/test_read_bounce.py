"""Mail that came back through the mail server: delivery reports and complaints, by the message's own reference."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from integrations.email.bounces import read_returned
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import OutboundMessage
from messaging.references import sign_reference
from people.models import Suppression
from tests.factories.messaging import make_message
from tests.factories.people import ADA

REFERENCE = "1a-0123456789abcdef0123"
DSN = """\
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}> no such user

--b
Content-Type: {returned}

Message-ID: {message_id}
Subject: News
To: {address}

--b--
"""
ARF = """\
From: feedback@provider.example
To: abuse@campaign.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

A complaint.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1
Version: 1
Original-Rcpt-To: {address}

--b
Content-Type: message/rfc822

Message-ID: <{reference}@campaign.example>
From: Campaign <hello@campaign.example>
Subject: News

Hello
--b--
"""


def dsn(**changes: str) -> bytes:
    values = {
        "to": f"bounces+{REFERENCE}@campaign.example", "address": ADA, "action": "failed", "status": "5.1.1",
        "returned": "text/rfc822-headers", "message_id": "<elsewhere@example.org>",
    }  # fmt: skip
    return DSN.format(**{**values, **changes}).encode()


def arf(kind: str = "abuse", address: str = ADA, reference: str = REFERENCE) -> bytes:
    return ARF.format(kind=kind, address=address, reference=reference).encode()


@pytest.mark.parametrize(
    ("action", "status", "event"),
    [
        ("failed", "5.1.1", ReportedEvent.HARD_BOUNCED),
        ("failed", "5.0.0", ReportedEvent.HARD_BOUNCED),
        ("failed", "5.2.2", ReportedEvent.SOFT_BOUNCED),
        ("failed", "5.7.1", ReportedEvent.SOFT_BOUNCED),
        ("failed", "4.4.7", ReportedEvent.SOFT_BOUNCED),
        ("Delayed", "4.4.1", ReportedEvent.SENT),
        ("delivered", "2.0.0", ReportedEvent.DELIVERED),
        ("relayed", "2.0.0", ReportedEvent.SENT),
    ],
)
def test_delivery_report_says_what_became_of_the_message(action: str, status: str, event: ReportedEvent) -> None:
    (one,) = read_returned(dsn(action=action, status=status))
    assert (one.reference, one.event, one.address) == (REFERENCE, event, ADA)
    assert one.reason == f"{action.lower()} {status}"


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_reference_is_found_in_the_returned_letter_too(returned: str) -> None:
    mail = dsn(
        to="postmaster@campaign.example", returned=returned, message_id=f"<{REFERENCE.upper()}@campaign.example>"
    )
    assert read_returned(mail)[0].reference == REFERENCE


def test_reference_is_taken_from_the_address_the_server_names() -> None:
    mail = dsn(to="postmaster@campaign.example")
    assert read_returned(mail) == []
    assert read_returned(mail, recipient=f"bounces+{REFERENCE}@campaign.example")[0].reference == REFERENCE


def test_address_before_a_forward_is_whom_the_report_speaks_of() -> None:
    mail = dsn().replace(b"Action:", b"Original-Recipient: rfc822;ben@example.org\nAction:")
    assert read_returned(mail)[0].address == "ben@example.org"


@pytest.mark.parametrize(
    ("kind", "event"), [("abuse", ReportedEvent.COMPLAINED), ("opt-out", ReportedEvent.UNSUBSCRIBED)]
)
def test_complaint_is_about_the_message_it_returns(kind: str, event: ReportedEvent) -> None:
    (one,) = read_returned(arf(kind))
    assert (one.reference, one.event, one.address) == (REFERENCE, event, ADA)
    assert read_returned(arf(address="redacted@example.org"))[0].address == ""


def test_what_is_no_complaint_or_no_report_says_nothing() -> None:
    assert read_returned(arf("not-spam")) == []
    assert (
        read_returned(f"To: bounces+{REFERENCE}@campaign.example\nSubject: On holiday\n\nBack on Monday.".encode())
        == []
    )
    for broken in (
        b"",
        b"\xff\x00\n\n",
        dsn()[:300],
        dsn().replace(b"Final-Recipient", b"X"),
        b"Content-Type: multipart/report\n\nx",
    ):
        read_returned(broken)


@pytest.fixture
def message(at: datetime) -> OutboundMessage:
    row = make_message(at=at, address=ADA)
    OutboundMessage.objects.filter(pk=row.pk).update(status=MessageStatus.UNKNOWN)
    return row


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(mail: bytes, **options: str) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
        call_command("read_bounce", **options)
        return capsys.readouterr().out

    return run


@pytest.mark.django_db
def test_piped_report_settles_an_unknown_message_and_stops_the_address(
    message: OutboundMessage, pipe: Callable[..., str]
) -> None:
    mail = dsn(to=f"bounces+{sign_reference(message.pk)}@campaign.example")
    for _time in range(2):
        assert pipe(mail) == "1 reported, 1 of messages we know.\n"
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED
    assert Suppression.objects.get().reason == "bounce"


@pytest.mark.django_db
def test_piped_complaint_stops_the_address(message: OutboundMessage, pipe: Callable[..., str]) -> None:
    pipe(arf(reference=sign_reference(message.pk), address="redacted@x"))
    assert Suppression.objects.get().reason == "complaint"


@pytest.mark.django_db
def test_piped_forgery_does_nothing(message: OutboundMessage, pipe: Callable[..., str]) -> None:
    forged = f"{sign_reference(message.pk).partition('-')[0]}-{'0' * 20}"
    assert "0 of messages we know" in pipe(dsn(to=f"bounces+{forged}@campaign.example"))
    pipe(dsn(to=f"bounces+{sign_reference(message.pk)}@campaign.example", address="ben@example.org"))
    assert not Suppression.objects.exists()
    assert "left alone" in pipe(b"x" * 3_000_000)


def test_report_is_left_with_the_mail_server_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, pipe: Callable[..., str], settings: LazySettings
) -> None:
    from django.db import OperationalError

    def away(**_report: object) -> None:
        raise OperationalError

    monkeypatch.setattr("integrations.management.commands.read_bounce.take_report", away)
    with pytest.raises(SystemExit) as end:
        pipe(dsn())
    assert end.value.code == 75
