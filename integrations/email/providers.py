"""Which mail providers may report to us, what proves that it is they, and how their bounces are to be read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings

from messaging.enums import ReportedEvent

# Enhanced status codes (RFC 3463) that say nothing against the address itself: mailbox full, policy, congestion.
_NOT_THE_ADDRESS = re.compile(r"\b5\.(?:2\.[0-9]|3\.\d|4\.\d|7\.\d{1,3})\b")
_CODES = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b|\b[45]\d\d\b")


@dataclass(frozen=True)
class Provider:
    """``webhook`` is django-anymail's view; it is served only while one of ``secrets`` is set.

    ``is_hard`` says of the provider's own event whether the address is dead: django-anymail's "bounced" is both.
    """

    webhook: str
    secrets: tuple[str, ...]
    is_hard: Callable[[Any], bool]

    @property
    def is_configured(self) -> bool:
        return any(settings.ANYMAIL.get(name) for name in self.secrets)


def _view(module: str, name: str) -> str:
    return f"anymail.webhooks.{module}.{name}TrackingWebhookView"


def _of_sparkpost(event: Any) -> bool:
    (inner,) = event["msys"].values()
    return str(inner.get("bounce_class")) in {"10", "30"}


_PASSWORD = ("WEBHOOK_SECRET",)
PROVIDERS = {
    "brevo": Provider(
        _view("brevo", "Brevo"), _PASSWORD, lambda event: event.get("event") in {"hard_bounce", "invalid_email"}
    ),
    "mailersend": Provider(
        _view("mailersend", "MailerSend"),
        ("MAILERSEND_SIGNING_SECRET",),
        lambda event: event["data"]["type"] == "hard_bounced",
    ),
    "mailgun": Provider(
        _view("mailgun", "Mailgun"),
        ("MAILGUN_WEBHOOK_SIGNING_KEY",),
        lambda event: event["event-data"].get("severity") == "permanent",
    ),
    "mailjet": Provider(_view("mailjet", "Mailjet"), _PASSWORD, lambda event: event.get("hard_bounce") is True),
    "postmark": Provider(
        _view("postmark", "Postmark"),
        _PASSWORD,
        lambda event: event.get("Type") in {"HardBounce", "BadEmailAddress"},
    ),
    "sendgrid": Provider(
        _view("sendgrid", "SendGrid"),
        (*_PASSWORD, "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY"),
        lambda event: event.get("event") == "bounce" and event.get("type") == "bounce",
    ),
    "sparkpost": Provider(_view("sparkpost", "SparkPost"), _PASSWORD, _of_sparkpost),
}

# What is not named here (opened, clicked, automatic answers …) is nothing we keep.
_PLAIN = {
    EventType.SENT: ReportedEvent.SENT,
    EventType.DEFERRED: ReportedEvent.SENT,
    EventType.DELIVERED: ReportedEvent.DELIVERED,
    EventType.FAILED: ReportedEvent.FAILED,
    EventType.COMPLAINED: ReportedEvent.COMPLAINED,
    EventType.UNSUBSCRIBED: ReportedEvent.UNSUBSCRIBED,
}


def reported(event: AnymailTrackingEvent, provider: Provider) -> ReportedEvent | None:
    """Return what an event means for the ledger, None: nothing."""
    if event.event_type == EventType.BOUNCED:
        is_hard = provider.is_hard(event.esp_event) and not _NOT_THE_ADDRESS.search(event.mta_response or "")
        return ReportedEvent.HARD_BOUNCED if is_hard else ReportedEvent.SOFT_BOUNCED
    if event.event_type == EventType.REJECTED:
        is_dead = event.reject_reason in (RejectReason.BOUNCED, RejectReason.INVALID)
        return ReportedEvent.HARD_BOUNCED if is_dead else ReportedEvent.FAILED
    return _PLAIN.get(event.event_type)


def reason_of(event: AnymailTrackingEvent) -> str:
    """Return why, in codes only: a server's sentence may hold the person's address."""
    codes = dict.fromkeys(_CODES.findall(event.mta_response or ""))
    return " ".join([event.reject_reason or event.event_type, *codes])[:100]
