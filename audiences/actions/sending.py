"""From the snapshot to the ledger, a little ahead of the rate, so that a stop is quick; and when it is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from audiences.actions.broadcasts import lock_broadcast
from audiences.actions.snapshots import JOB
from audiences.enums import BroadcastStatus, RecipientStatus, Split
from audiences.models import Broadcast, BroadcastRecipient
from audiences.pace import room_ahead
from core import audit
from core.locks import write_with_retries
from messaging.actions.queue import Draft, queue_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.written import TEMPLATE
from people.consent import ContactPurpose
from people.models import ContactPoint

BATCH = 1_000
OPEN = (MessageStatus.READY, MessageStatus.SENDING)


class _Words(NamedTuple):
    """What one variant says: the wording by language, the text's fallback, and the code of its links."""

    wordings: Mapping[str, int]
    fallback: str
    source: str

    def in_language(self, language: str) -> tuple[str, int]:
        """Return the language and the wording for somebody who reads ``language``."""
        code = next(code for code in (language, self.fallback, *self.wordings) if code in self.wordings)
        return code, self.wordings[code]


def send_broadcasts(*, at: datetime) -> int:
    """Queue what there is room for, of every broadcast under way, and return how many people were dealt with."""
    total = 0
    for pk in list(Broadcast.objects.under_way().order_by("pk").values_list("pk", flat=True)):
        while done := queue_recipients(broadcast_id=pk, at=at):
            total += done
        finish_broadcast(broadcast_id=pk, at=at)
    return total


def queue_recipients(*, broadcast_id: int, at: datetime, limit: int = BATCH) -> int:
    """Hand the next people to the ledger and return how many were dealt with; 0: nobody waits, or enough is ahead.

    The broadcast is held meanwhile: whoever pauses or stops it comes before or after, never in between. Keys are unique
    and the mark stands in the same transaction, so nobody is queued twice, whatever crashes.
    """
    # One of them may be erased at this moment.
    return write_with_retries(lambda: _queue_once(broadcast_id, at, limit))


@transaction.atomic
def _queue_once(broadcast_id: int, at: datetime, limit: int) -> int:
    held = lock_broadcast(broadcast_id)
    if held.status != BroadcastStatus.SENDING or held.snapshot_done_at is None:
        return 0
    if held.is_late(at):
        return _leave_out(held.recipients.filter(status=RecipientStatus.WAITING), "late")
    room = min(room_ahead(held), limit)
    waiting = held.recipients.filter(status=RecipientStatus.WAITING, variant__isnull=False)
    # Held too: a merge of two people changes their rows.
    waiting = waiting.select_for_update(of=("self",)).select_related("contact_point__supporter", "message")
    rows = list(waiting.order_by("pk")[:room]) if room > 0 else []
    gone = {row.pk for row in rows if row.contact_point is None or row.contact_point.supporter_id != row.supporter_id}
    reached = {row.pk for row in rows if _has_it_after_all(row)} - gone
    if gone:
        _leave_out(BroadcastRecipient.objects.filter(pk__any_of=gone), "moved")
    if reached:
        BroadcastRecipient.objects.filter(pk__any_of=reached).update(status=RecipientStatus.QUEUED)
    _queue(held, [row for row in rows if row.pk not in gone | reached], at)
    return len(rows)


def _has_it_after_all(row: BroadcastRecipient) -> bool:
    """Whether what was to be sent again, because it failed, turned out not to have failed."""
    return row.message is not None and row.message.status != MessageStatus.FAILED


def _leave_out(rows: QuerySet[BroadcastRecipient], reason: str) -> int:
    return rows.update(status=RecipientStatus.LEFT_OUT, reason=reason)


def _queue(held: Broadcast, rows: list[BroadcastRecipient], at: datetime) -> None:
    if not rows:
        return
    words = {
        variant.pk: _Words(
            variant.wordings, variant.text.fallback_language, variant.source.code if variant.source else ""
        )
        for variant in held.variants.select_related("text", "source")
    }
    purpose, expires_at = held.contact_purpose, held.expires_at or at
    drafts = [
        _draft(held, row, row.contact_point, words[row.variant_id], purpose, at, expires_at)
        for row in rows
        if row.contact_point is not None and row.variant_id is not None
    ]
    queue_messages(drafts=drafts, at=at)
    queued = OutboundMessage.objects.filter(batch=held.batch, contact_point=OuterRef("contact_point")).values("pk")[:1]
    BroadcastRecipient.objects.filter(pk__any_of=[row.pk for row in rows]).update(
        status=RecipientStatus.QUEUED, message=Subquery(queued)
    )


def _draft(
    held: Broadcast,
    row: BroadcastRecipient,
    point: ContactPoint,
    words: _Words,
    purpose: ContactPurpose,
    at: datetime,
    expires_at: datetime,
) -> Draft:
    language, wording = words.in_language(row.language)
    again = f":again-{row.round}" if row.round else ""
    return Draft(
        idempotency_key=f"broadcast:{held.pk}:{point.pk}{again}",
        purpose=purpose,
        template=TEMPLATE,
        address=point.as_typed,
        canonical=point.canonical,
        language=language,
        not_before=at,
        expires_at=expires_at,
        contact_point=point,
        batch=held.batch,
        context={"wording": wording, "source": words.source, "words": {"full_name": point.supporter.full_name}},
    )


@transaction.atomic
def finish_broadcast(*, broadcast_id: int, at: datetime) -> bool:
    """Mark a broadcast as sent once nobody waits and nothing is about to leave, and return whether it is.

    One whose test has left the house is marked so, and goes on when it is decided.
    """
    held = lock_broadcast(broadcast_id)
    if held.status != BroadcastStatus.SENDING or held.snapshot_done_at is None:
        return False
    waiting = held.recipients.filter(status=RecipientStatus.WAITING)
    if waiting.filter(variant__isnull=False).exists() or _is_leaving(held):
        return False
    if held.split == Split.TEST and held.winner_id is None and waiting.exists():
        if held.tested_at is None:
            held.tested_at = at
            held.save(update_fields=["tested_at"])
            audit.record("audiences.broadcast.tested", by=JOB, target=held)
        return False
    held.status, held.finished_at = BroadcastStatus.SENT, at
    held.save(update_fields=["status", "finished_at"])
    audit.record("audiences.broadcast.sent", by=JOB, target=held)
    return True


def _is_leaving(held: Broadcast) -> bool:
    return messages_of(held).filter(status__in=OPEN).exists()


def messages_of(broadcast: Broadcast) -> QuerySet[OutboundMessage]:
    """Return everything the ledger holds of a broadcast."""
    return OutboundMessage.objects.filter(batch__in=broadcast.batches)
