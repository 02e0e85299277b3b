"""Texts staff write, and messages that say them."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organisation
from messaging.actions.queue import Draft, queue_message
from messaging.actions.wordings import save_wording
from messaging.models import MessageText, OutboundMessage, Wording
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint

BODY = [
    {"kind": "heading", "value": "The doors stay open"},
    {"kind": "paragraph", "value": "Dear {first_name|friend},\n\n**Thank you**: the council has [voted](https://a.org/x?y=1&z=2)."},
    {"kind": "button", "value": {"label": "See what comes next", "url": "https://doors.example.org/next"}},
    {"kind": "divider", "value": ""},
    {"kind": "paragraph", "value": "Bring:\n- a pen\n- a friend"},
]  # fmt: skip


def make_text(organisation: Organisation, **columns: Any) -> MessageText:
    """Return a mail without a wording, by default of no campaign."""
    return MessageText.objects.create(
        organisation=organisation, **{"name": "News", "channel": Channel.EMAIL, **columns}
    )


def make_wording(text: MessageText, language: str = "en", *, at: datetime, **words: Any) -> Wording:
    """Save a wording of a text, by default one with a block of each kind."""
    if text.channel == Channel.SMS:
        words = {"body": [{"kind": "sms", "value": words.pop("words", "{first_name|Friend}, come at noon.")}]} | words
    else:
        words = {"subject": "News for {first_name|you}", "preheader": "The vote is over", "body": BODY} | words
    return save_wording(text=text, language=language, by="tests", at=at, **words)


def queue_written(
    wording: Wording, point: ContactPoint, *, at: datetime, purpose: Purpose = Purpose.CAMPAIGN_NEWS, **changes: Any
) -> OutboundMessage:
    """Queue a wording to one address, as a broadcast does; consent is the caller's to have recorded."""
    text = wording.text
    fields: dict[str, Any] = {
        "idempotency_key": f"broadcast:1:{point.pk}:{wording.pk}",
        "purpose": ContactPurpose(purpose, Channel(text.channel), text.organisation_id, text.scope),
        "template": "written",
        "address": point.as_typed,
        "canonical": point.canonical,
        "language": wording.language,
        "not_before": at,
        "expires_at": at + timedelta(days=2),
        "contact_point": point,
        "context": {"wording": wording.pk},
        "batch": "broadcast:1",
    }
    return queue_message(draft=Draft(**{**fields, **changes}), at=at)
