"""The one way out: whoever wants to reach someone queues a row here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from core import audit
from core.batch_inserts import insert_new_rows
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.addresses import address_index
from people.consent import (
    ContactPurpose,
    UnknownAddress,
    may_contact,
    may_contact_each,
    refusal_by_suppression,
    suppressions_among,
)
from people.enums import Channel, Purpose
from people.models import ContactPoint

# Who waits for an answer now is written to before who registered for tomorrow, and that before the news.
PRIORITIES = {
    Purpose.SERVICE: 0, Purpose.AGENDA: 1, Purpose.REMINDER: 1, Purpose.CAMPAIGN_NEWS: 2, Purpose.PARTNER_NEWS: 2,
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What to say to which address on which occasion. ``idempotency_key`` reads ``purpose:object:id:occasion``.

    ``batch`` names what the message is sent together with (``broadcast:12``), so that it can be held or stopped as one.
    """

    idempotency_key: str
    purpose: ContactPurpose
    template: str
    address: str
    canonical: str
    language: str
    not_before: datetime
    expires_at: datetime
    contact_point: ContactPoint | None = None
    submission_id: int | None = None
    batch: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def address_index(self) -> str:
        """The keyed hash under which the address is suppressed."""
        return address_index(self.purpose.channel, self.canonical)

    @property
    def destination(self) -> str:
        """Where it goes: a mail to the address as typed, a text to the number with its country, which networks need."""
        return self.canonical if self.purpose.channel == Channel.SMS else self.address

    def as_values(self, refusal: str) -> dict[str, Any]:
        """Return the values of its row by attribute: READY, or SUPPRESSED with what refuses it."""
        return {
            "idempotency_key": self.idempotency_key,
            "channel": self.purpose.channel,
            "purpose": self.purpose.purpose,
            "organisation_id": self.purpose.organisation_id,
            "scope": self.purpose.scope,
            "template": self.template,
            "context": self.context,
            "address": self.destination,
            "address_index": self.address_index,
            "language": self.language,
            "batch": self.batch,
            "priority": PRIORITIES[self.purpose.purpose],
            "submission_id": self.submission_id,
            "contact_point_id": self.contact_point.pk if self.contact_point else None,
            "status": MessageStatus.SUPPRESSED if refusal else MessageStatus.READY,
            "reason": refusal,
            "not_before": self.not_before,
            "expires_at": self.expires_at,
        }


@transaction.atomic
def queue_message(*, draft: Draft, at: datetime) -> OutboundMessage:
    """Write one message into the ledger, READY or SUPPRESSED with the reason, and return it.

    A second call with the same key returns the first row and changes nothing.
    """
    known = OutboundMessage.objects.filter(idempotency_key=draft.idempotency_key).first()
    if known is not None:
        return known
    decision = may_contact(
        draft.contact_point or UnknownAddress(draft.purpose.channel, draft.canonical), draft.purpose, at
    )
    insert_new_rows(OutboundMessage, [draft.as_values(decision.reason)])
    return OutboundMessage.objects.get(idempotency_key=draft.idempotency_key)


def queue_messages(*, drafts: Iterable[Draft], at: datetime) -> None:
    """Write many messages of any purpose, READY or SUPPRESSED with the reason; keys known already are left alone.

    Set-based: suppressions are read once per channel and consents once per purpose, however many drafts there are.
    """
    batch = list(drafts)
    points = [draft.contact_point or UnknownAddress(draft.purpose.channel, draft.canonical) for draft in batch]
    decisions = may_contact_each([(point, row.purpose) for point, row in zip(points, batch, strict=True)], at)
    rows = [draft.as_values(decision.reason) for draft, decision in zip(batch, decisions, strict=True)]
    insert_new_rows(OutboundMessage, rows)


def queue_service_messages(*, drafts: Iterable[Draft]) -> None:
    """Write many answers to what people just did (purpose SERVICE), set-based; keys known already are left alone.

    SERVICE needs no consent, so suppressions are the whole question; they are read once for the batch. Raises
    ValueError for any other purpose: consent is asked one by one, in `queue_message`.
    """
    batch = list(drafts)
    if any(draft.purpose.purpose != Purpose.SERVICE for draft in batch):
        raise ValueError("only SERVICE messages are queued in batches")
    stops: dict[str, set[str]] = {}
    for channel in {draft.purpose.channel for draft in batch}:
        stops |= suppressions_among(channel, {row.address_index for row in batch if row.purpose.channel == channel})
    refusals = [refusal_by_suppression(stops.get(draft.address_index, set()), Purpose.SERVICE) for draft in batch]
    insert_new_rows(OutboundMessage, [draft.as_values(refusal) for draft, refusal in zip(batch, refusals, strict=True)])


def cancel_messages_to(*, point: ContactPoint, by: audit.Actor) -> int:
    """Cancel what waits to be sent to an address that was given to another supporter, and return how many.

    Call it in the transaction that moves the address (settings.CONTACT_POINT_MOVERS).
    """
    waiting = OutboundMessage.objects.filter(contact_point=point, status=MessageStatus.READY)
    count = waiting.update(status=MessageStatus.CANCELLED, reason="the address is another supporter's now")
    if count:
        audit.record("messaging.outbound_message.cancelled", by=by, target=point, count=count)
    return count
