"""Draining the ledger: claim, ask consent once more, hand over, write down what became of it."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter, MessageSender, new_sender
from messaging.rendering import NotNeeded, render_message
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.consent import ContactPurpose, UnknownAddress, may_contact
from people.enums import Channel, Purpose

logger = logging.getLogger(__name__)

# A claim not begun after this time is free again: its worker died before it touched the provider.
CLAIM_FOR = timedelta(minutes=5)
# A message SENDING for longer has lost its worker in between: nobody knows whether the provider took it.
LOST_AFTER = timedelta(minutes=10)
MAX_ATTEMPTS = 8
BATCH = 200


@transaction.atomic
def claim_messages(*, at: datetime, limit: int) -> list[OutboundMessage]:
    """Take up to ``limit`` READY messages for one drain and return them; no other drain gets the same ones."""
    claim = str(uuid.uuid4())
    free = (
        OutboundMessage.objects.filter(status=MessageStatus.READY, not_before__lte=at)
        .filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_FOR))
        .order_by("not_before", "id")
    )
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True, of=("self",))
    ids = list(free.values_list("pk", flat=True)[:limit])
    OutboundMessage.objects.filter(pk__in=ids, status=MessageStatus.READY).update(claim=claim, claimed_at=at)
    return list(
        OutboundMessage.objects.filter(pk__in=ids, claim=claim)
        .select_related("submission", "contact_point")
        .order_by("not_before", "id")
    )


def deliver_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Deliver up to ``limit`` messages that are due and return how many were claimed."""
    claimed = claim_messages(at=at, limit=limit)
    senders = {channel: new_sender(channel) for channel in {message.channel for message in claimed}}
    try:
        for message in claimed:
            deliver_message(message=message, sender=senders[message.channel], at=timezone.now())
    finally:
        for sender in senders.values():
            sender.close()
    return len(claimed)


def deliver_message(*, message: OutboundMessage, sender: MessageSender, at: datetime) -> None:
    """Deliver one claimed message, at most once.

    The row is SENDING, and committed so, before the provider is called; whatever happens after that call, the machine
    never sends it again by itself. Refusals, lateness and needlessness are written down instead of sending. A
    temporary failure puts it back with a growing pause, eight times at most.
    """
    letter = _prepare(message, at)
    if letter is None:
        return
    if not _begin(message, at):
        return  # another drain has it
    try:
        provider_id = sender.send(letter)
    except DeliveryError as error:
        _write_failure(message, error, at)
        return
    except Exception as error:
        # A sender that breaks its promise must not hold up the rest of the batch; what became of this one is open.
        logger.exception("the sender broke on message %s", message.pk)
        _write_failure(message, DeliveryError(type(error).__name__, uncertain=True), at)
        return
    OutboundMessage.objects.filter(pk=message.pk, status__in=[MessageStatus.SENDING, MessageStatus.UNKNOWN]).update(
        status=MessageStatus.SENT, sent_at=timezone.now(), provider_id=provider_id
    )


def _prepare(message: OutboundMessage, at: datetime) -> Letter | None:
    if at > message.expires_at:
        _close(message, MessageStatus.EXPIRED, "too late to be useful")
        return None
    refusal = _refusal(message, at)
    if refusal:
        _close(message, MessageStatus.SUPPRESSED, refusal)
        return None
    try:
        return render_message(message)
    except NotNeeded:
        _close(message, MessageStatus.CANCELLED, "not needed any more")
    except Exception as error:
        # One text that cannot be drawn must not hold up everybody else's; nothing has left the house yet.
        logger.exception("message %s cannot be rendered", message.pk)
        _put_back(message, f"cannot be rendered: {type(error).__name__}", at, was=MessageStatus.READY)
    return None


def _refusal(message: OutboundMessage, at: datetime) -> str:
    purpose = ContactPurpose(Purpose(message.purpose), Channel(message.channel), message.organisation_id, message.scope)
    if message.contact_point is not None:
        return may_contact(message.contact_point, purpose, at).reason
    canonical = canonical_email if message.channel == Channel.EMAIL else canonical_phone
    try:
        unknown = UnknownAddress(Channel(message.channel), canonical(message.address))
    except UnreadableAddress:
        return "unreadable address"
    return may_contact(unknown, purpose, at).reason


def _begin(message: OutboundMessage, at: datetime) -> bool:
    return bool(
        OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.READY, claim=message.claim).update(
            status=MessageStatus.SENDING, claimed_at=at, attempts=F("attempts") + 1
        )
    )


def _close(message: OutboundMessage, status: MessageStatus, reason: str) -> None:
    OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.READY, claim=message.claim).update(
        status=status, reason=reason
    )


def _write_failure(message: OutboundMessage, error: DeliveryError, at: datetime) -> None:
    rows = OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.SENDING)
    if error.uncertain:
        rows.update(status=MessageStatus.UNKNOWN, reason=str(error)[:200])
        logger.warning("nobody knows whether message %s was taken: %s", message.pk, error)
    elif error.permanent:
        rows.update(status=MessageStatus.FAILED, reason=str(error)[:200])
        logger.warning("message %s failed for good: %s", message.pk, error)
    else:
        _put_back(message, str(error), at, was=MessageStatus.SENDING)


def _put_back(message: OutboundMessage, reason: str, at: datetime, *, was: MessageStatus) -> None:
    """Make a message READY again after a growing pause (a minute, two, four … an hour), or FAILED the eighth time."""
    attempts = message.attempts + 1
    rows = OutboundMessage.objects.filter(pk=message.pk, status=was, claim=message.claim)
    if attempts >= MAX_ATTEMPTS:
        rows.update(status=MessageStatus.FAILED, reason=reason[:200], attempts=attempts)
        logger.warning("message %s failed %d times, for good: %s", message.pk, attempts, reason)
        return
    rows.update(
        status=MessageStatus.READY,
        reason=reason[:200],
        attempts=attempts,
        not_before=at + timedelta(seconds=min(30 * 2**attempts, 3600)),
        claimed_at=None,
        claim="",
    )


def settle_lost_messages(*, at: datetime) -> int:
    """Mark messages whose worker died while sending as UNKNOWN, for a human or a status callback to settle."""
    return OutboundMessage.objects.filter(status=MessageStatus.SENDING, claimed_at__lt=at - LOST_AFTER).update(
        status=MessageStatus.UNKNOWN, reason="the worker died while sending"
    )
