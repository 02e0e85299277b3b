"""What mail providers report: only by whom the settings know, only of our messages, and harmless when repeated."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from integrations.email.webhooks import LARGEST_BODY
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.references import sign_reference
from people.models import Suppression
from tests.factories.messaging import make_message
from tests.factories.people import ADA, BEN

pytestmark = pytest.mark.django_db

PASSWORD = "carillon:long-secret"
KEY = "mailgun-signing-key"


@pytest.fixture(autouse=True)
def secrets(settings: LazySettings) -> None:
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": PASSWORD,
        "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
        "MAILERSEND_SIGNING_SECRET": KEY,
    }


@pytest.fixture
def message(at: datetime) -> OutboundMessage:
    row = make_message(at=at, address=ADA)
    OutboundMessage.objects.filter(pk=row.pk).update(status=MessageStatus.UNKNOWN)
    return row


def report(provider: str, body: Any, **headers: str) -> int:
    if "authorization" not in headers:
        headers["authorization"] = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
    typed = body if isinstance(body, str | bytes) else json.dumps(body)
    return (
        Client()
        .post(f"/integrations/email/{provider}/tracking", typed, content_type="application/json", headers=headers)
        .status_code
    )


def postmark(message: OutboundMessage, kind: str, address: str = ADA, **more: Any) -> dict[str, Any]:
    metadata = {"reference": sign_reference(message.pk)}
    return {
        "RecordType": kind,
        "Email": address,
        "Recipient": address,
        "MessageID": "pm-1",
        "Metadata": metadata,
        **more,
    }


def mailgun(
    message: OutboundMessage, event: str, at: datetime, *, token: str = "t" * 50, **more: Any
) -> dict[str, Any]:
    stamp = str(int(at.timestamp()))
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": event, "timestamp": at.timestamp(), "recipient": ADA,
            "user-variables": {"reference": sign_reference(message.pk)}, **more,
        },
    }  # fmt: skip


def events(message: OutboundMessage, at: datetime) -> dict[str, dict[str, Any]]:
    """Return each provider's way to say that the message arrived and that there is no such address."""
    metadata = {"reference": sign_reference(message.pk)}
    named, sparkpost = json.dumps(metadata), {"rcpt_to": ADA, "rcpt_meta": metadata}
    return {
        "postmark": {
            "delivered": postmark(message, "Delivery"), "bounced": postmark(message, "Bounce", Type="HardBounce"),
        },
        "mailgun": {
            "delivered": mailgun(message, "delivered", at),
            "bounced": mailgun(message, "failed", at, token="u" * 50, severity="permanent", reason="bounce"),
        },
        "brevo": {
            "delivered": {"event": "delivered", "email": ADA, "X-Mailin-custom": named},
            "bounced": {"event": "hard_bounce", "email": ADA, "X-Mailin-custom": named},
        },
        "mailjet": {
            "delivered": [{"event": "sent", "email": ADA, "Payload": named}],
            "bounced": [{"event": "bounce", "hard_bounce": True, "email": ADA, "Payload": named}],
        },
        "sendgrid": {
            "delivered": [{"event": "delivered", "email": ADA, **metadata}],
            "bounced": [{"event": "bounce", "type": "bounce", "email": ADA, "reason": "550 5.1.1 no", **metadata}],
        },
        "sparkpost": {
            "delivered": [{"msys": {"message_event": {"type": "delivery", **sparkpost}}}],
            "bounced": [{"msys": {"message_event": {"type": "bounce", "bounce_class": "10", **sparkpost}}}],
        },
    }  # fmt: skip


PROVIDERS = ["postmark", "mailgun", "brevo", "mailjet", "sendgrid", "sparkpost"]


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_provider_settles_a_message_nobody_knew_of(message: OutboundMessage, at: datetime, provider: str) -> None:
    assert report(provider, events(message, at)[provider]["delivered"]) == 200
    message.refresh_from_db()
    assert message.status == MessageStatus.DELIVERED
    assert not Suppression.objects.exists()


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_hard_bounce_fails_the_message_and_stops_its_address_once(
    message: OutboundMessage, at: datetime, provider: str
) -> None:
    for _time in range(2):
        assert report(provider, events(message, at)[provider]["bounced"]) == 200
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED
    assert Suppression.objects.get().address_index == message.address_index
    assert ADA not in message.reason


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_forged_report_is_refused_and_changes_nothing(message: OutboundMessage, at: datetime, provider: str) -> None:
    body = events(message, at)[provider]["bounced"]
    if provider == "mailgun":
        body["signature"]["signature"] = "0" * 64
    wrong = {"authorization": "Basic " + base64.b64encode(b"carillon:guessed").decode()}
    assert report(provider, body, **wrong) == 403
    assert report(provider, body, authorization="") == 403
    message.refresh_from_db()
    assert message.status == MessageStatus.UNKNOWN
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", [*PROVIDERS, "mailersend", "nobody"])
def test_provider_without_a_secret_is_not_served(
    settings: LazySettings, message: OutboundMessage, at: datetime, provider: str
) -> None:
    settings.ANYMAIL = {"MAILGUN_API_KEY": "key", "WEBHOOK_SECRET": ""}
    assert report(provider, events(message, at).get(provider, {"bounced": {}})["bounced"]) == 404


def test_signature_under_another_body_or_of_long_ago_is_refused(message: OutboundMessage, at: datetime) -> None:
    body = mailgun(message, "delivered", at)
    assert report("mailgun", body) == 200
    assert report("mailgun", body) == 200
    body["event-data"] |= {"event": "failed", "severity": "permanent"}
    assert report("mailgun", body) == 403
    old = mailgun(message, "failed", at.replace(day=1, month=1), token="o" * 50, severity="permanent")
    assert report("mailgun", old) == 403
    assert not Suppression.objects.exists()


def test_body_of_more_than_a_megabyte_is_refused_unread(message: OutboundMessage) -> None:
    assert report("postmark", b"{" + b" " * LARGEST_BODY + b"}") == 413
    assert report("postmark", b"{" + b" " * 10 * LARGEST_BODY + b"}") == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"event-data": 3}', b"[" * 5000])
@pytest.mark.parametrize("provider", ["postmark", "brevo", "mailjet", "sparkpost"])
def test_unreadable_report_is_refused_plainly(provider: str, body: bytes) -> None:
    assert report(provider, body) in (200, 400)
    assert report("mailgun", body) == 403


def test_report_of_several_people_concerns_each_by_its_own_message(message: OutboundMessage, at: datetime) -> None:
    other = make_message(at=at, address=BEN)
    OutboundMessage.objects.filter(pk=other.pk).update(status=MessageStatus.SENT)
    sent = events(message, at)["mailjet"]["delivered"] + events(other, at)["mailjet"]["bounced"]
    sent[1]["email"] = BEN
    assert report("mailjet", sent) == 200
    statuses = dict(OutboundMessage.objects.values_list("address", "status"))
    assert statuses == {ADA: MessageStatus.DELIVERED, BEN: MessageStatus.FAILED}
    assert Suppression.objects.get().address_index == other.address_index


def test_bounce_of_another_address_stops_nobody(message: OutboundMessage) -> None:
    assert report("postmark", postmark(message, "Bounce", BEN, Type="HardBounce")) == 200
    assert not Suppression.objects.exists()


def test_soft_bounce_and_full_mailbox_stop_nobody(message: OutboundMessage, at: datetime) -> None:
    assert report("postmark", postmark(message, "Bounce", Type="SoftBounce")) == 200
    full = {"message": "5.2.2 mailbox full"}
    assert report("mailgun", mailgun(message, "failed", at, severity="permanent", **{"delivery-status": full})) == 200
    assert not Suppression.objects.exists()


def test_complaint_stops_the_address(message: OutboundMessage) -> None:
    assert report("postmark", postmark(message, "SpamComplaint", Type="SpamComplaint")) == 200
    assert Suppression.objects.get().reason == "complaint"


@pytest.mark.parametrize("kind", ["Open", "Click"])
def test_openings_and_clicks_are_not_kept(message: OutboundMessage, kind: str) -> None:
    assert report("postmark", postmark(message, kind)) == 200
    message.refresh_from_db()
    assert message.status == MessageStatus.UNKNOWN


def test_report_of_no_message_of_ours_is_taken_and_does_nothing(message: OutboundMessage) -> None:
    stranger = {**postmark(message, "Bounce", Type="HardBounce"), "Metadata": {"reference": "1-made-up"}}
    assert report("postmark", stranger) == 200
    assert not Suppression.objects.exists()


def test_provider_asks_whether_the_address_is_there() -> None:
    assert Client().head("/integrations/email/postmark/tracking").status_code == 200
    assert Client().get("/integrations/email/postmark/tracking").status_code == 405
