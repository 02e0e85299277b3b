"""Rows of the ledger for tests, and senders that stand in for a provider."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.addresses import address_index
from people.canonical import canonical_email, canonical_phone
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import Submission
from tests.factories.people import ADA

SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


def make_draft(address: str = ADA, *, at: datetime, **changes: Any) -> Draft:
    """Return the draft of a confirmation that may be sent for two days from ``at``."""
    fields: dict[str, Any] = {
        "idempotency_key": f"confirmation:submission:{uuid.uuid4()}:first",
        "purpose": SERVICE_MAIL,
        "template": "confirm_signature",
        "address": address,
        "canonical": canonical_email(address),
        "language": "en",
        "not_before": at,
        "expires_at": at + timedelta(days=2),
    }
    return Draft(**{**fields, **changes})


def make_message(submission: Submission | None = None, *, at: datetime, **changes: Any) -> OutboundMessage:
    """Queue one message, about ``submission`` if there is one."""
    address = changes.pop("address", submission.email if submission else ADA)
    draft = make_draft(address, at=at, submission_id=submission.pk if submission else None, **changes)
    return queue_message(draft=draft, at=at)


class RecordingSender:
    """Takes every letter and remembers it, for all senders made in one test; ``failures`` are raised first, in turn."""

    letters: ClassVar[list[Letter]] = []
    failures: ClassVar[list[Exception]] = []

    def send(self, letter: Letter) -> str:
        self.letters.append(letter)
        if self.failures:
            raise self.failures.pop(0)
        return f"sent-{len(self.letters)}"

    def close(self) -> None:
        """Nothing is held open."""


def make_sent(at: datetime, status: str = "sent", **columns: Any) -> OutboundMessage:
    """Return a row of the ledger as if a worker had handed it over; ``columns`` change what it says."""
    address, channel = columns.pop("address", ADA), columns.get("channel", "email")
    canonical = canonical_phone(address) if channel == "sms" else canonical_email(address)
    fields: dict[str, Any] = {
        "idempotency_key": f"news:{uuid.uuid4()}", "channel": channel, "purpose": "campaign_news", "template": "news",
        "address": address, "address_index": address_index(channel, canonical), "language": "en",
        "not_before": at, "expires_at": at + timedelta(days=1),
    }  # fmt: skip
    return OutboundMessage.objects.create(status=status, **{**fields, **columns})
