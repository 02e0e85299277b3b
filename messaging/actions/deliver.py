"""Draining the ledger: claim, ask consent once more, hand over, write down what became of it."""

import logging
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.expressions import GivenByKey
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter, MessageSender, new_sender
from messaging.rendering import NotNeeded, render_message
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.consent import ContactPurpose, UnknownAddress, may_contact_each
from people.enums import Channel, Purpose
from people.models import ContactPoint

logger = logging.getLogger(__name__)

# A claim not begun after this time is free again: its worker died before it touched the provider.
CLAIM_FOR = timedelta(minutes=5)
# A message SENDING for longer has lost its worker in between: nobody knows whether the provider took it.
LOST_AFTER = timedelta(minutes=10)
MAX_ATTEMPTS = 8
BATCH = 200
# So many are SENDING at once, and for so long: what a killed worker leaves for a human to settle.
FIRST_PACK = 50
LARGEST_PACK = 100
PACK_SECONDS = 0.5
# What no letter says and no rule here asks for; it is not read with every message.
_UNREAD = (
    "created_at", "sent_at", "provider_id", "address_index",
    *(f"submission__{name}" for name in (
        "phone", "subject_index", "consents", "source", "bucket", "address_hash", "is_generated", "needs_confirmation",
        "queued_at", "confirmed_at", "last_resend_at", "reminders_sent", "resends", "supporter",
    )),
)  # fmt: skip


@transaction.atomic
def claim_messages(*, at: datetime, limit: int) -> list[OutboundMessage]:
    """Take up to ``limit`` READY messages for one drain and return them; no other drain gets the same ones."""
    claim = str(uuid.uuid4())
    free = (
        OutboundMessage.objects.filter(status=MessageStatus.READY, not_before__lte=at)
        .filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_FOR))
        .select_related("submission", "contact_point")
        .defer(*_UNREAD)
        .order_by("not_before", "id")
    )
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True, of=("self",))
    messages = list(free[:limit])
    for message in messages:
        message.claim, message.claimed_at = claim, at
    OutboundMessage.objects.filter(pk__any_of=[message.pk for message in messages]).update(claim=claim, claimed_at=at)
    return messages


def deliver_messages(*, at: datetime, limit: int = BATCH) -> int:
    """Deliver up to ``limit`` messages that are due and return how many were claimed.

    They leave in packs. A pack is small at first and then twice what the senders managed of the last one, so that with
    a slow provider few messages are SENDING at any moment.
    """
    claimed = claim_messages(at=at, limit=limit)
    senders = {channel: new_sender(channel) for channel in {message.channel for message in claimed}}
    waiting, size = claimed, FIRST_PACK
    try:
        while waiting:
            pack, rest = waiting[:size], waiting[size:]
            given_back = _deliver_pack(pack, senders, at=timezone.now())
            waiting, size = given_back + rest, min(2 * (len(pack) - len(given_back)), LARGEST_PACK)
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
    _deliver_pack([message], {message.channel: sender}, at=at)


def _deliver_pack(
    messages: list[OutboundMessage], senders: Mapping[str, MessageSender], at: datetime
) -> list[OutboundMessage]:
    """Deliver messages of one claim as `deliver_message` does, and return those given back untouched.

    They are made SENDING in one statement before the first is handed over, and settled in one after the last: half a
    second later or less, if no single call takes longer. Whatever was not handed over by then, or when the process is
    told to end, is READY again under the same claim. A killed process leaves the pack SENDING.
    """
    letters = _prepare(messages, at)
    begun = _begin([message for message in messages if message.pk in letters], at)
    sent: dict[int, str] = {}
    until = time.monotonic() + PACK_SECONDS
    try:
        while begun:
            message = begun.pop(0)
            provider_id = _hand_over(message, letters[message.pk], senders[message.channel], at)
            if provider_id is not None:
                sent[message.pk] = provider_id
            if time.monotonic() >= until:
                break
    finally:
        _settle(sent, begun)
    return begun


def _prepare(messages: list[OutboundMessage], at: datetime) -> dict[int, Letter]:
    """Return the letters of what may be sent, by message; write down why the others may not."""
    letters: dict[int, Letter] = {}
    for message, refusal in zip(messages, _refusals(messages, at), strict=True):
        if at > message.expires_at:
            _close(message, MessageStatus.EXPIRED, "too late to be useful")
            continue
        if refusal:
            _close(message, MessageStatus.SUPPRESSED, refusal)
            continue
        try:
            letters[message.pk] = render_message(message)
        except NotNeeded:
            _close(message, MessageStatus.CANCELLED, "not needed any more")
        except Exception as error:
            # One text that cannot be drawn must not hold up everybody else's; nothing has left the house yet.
            logger.exception("message %s cannot be rendered", message.pk)
            _put_back(message, f"cannot be rendered: {type(error).__name__}", at, was=MessageStatus.READY)
    return letters


def _refusals(messages: list[OutboundMessage], at: datetime) -> list[str]:
    """Return why each message may not be sent, or nothing: consent as it is at this moment."""
    points = [_contact_point(message) for message in messages]
    asked = [
        (point, ContactPurpose(Purpose(row.purpose), Channel(row.channel), row.organisation_id, row.scope))
        for row, point in zip(messages, points, strict=True)
        if point is not None
    ]
    decisions = iter(may_contact_each(asked, at))
    return ["unreadable address" if point is None else next(decisions).reason for point in points]


def _contact_point(message: OutboundMessage) -> ContactPoint | UnknownAddress | None:
    if message.contact_point is not None:
        return message.contact_point
    canonical = canonical_email if message.channel == Channel.EMAIL else canonical_phone
    try:
        return UnknownAddress(Channel(message.channel), canonical(message.address))
    except UnreadableAddress:
        return None


def _begin(messages: list[OutboundMessage], at: datetime) -> list[OutboundMessage]:
    """Make messages of one claim SENDING and return those that were still ours to send."""
    if not messages:
        return []
    rows = OutboundMessage.objects.filter(status=MessageStatus.READY, claim=messages[0].claim)
    sending = {"status": MessageStatus.SENDING, "claimed_at": at, "attempts": F("attempts") + 1}
    with transaction.atomic():
        if rows.filter(pk__any_of=[message.pk for message in messages]).update(**sending) == len(messages):
            return messages
        transaction.set_rollback(True)
    # Another drain has some of them: they are taken one by one, to know which.
    return [message for message in messages if rows.filter(pk=message.pk).update(**sending)]


def _hand_over(message: OutboundMessage, letter: Letter, sender: MessageSender, at: datetime) -> str | None:
    """Give one letter to its provider and return the provider's id for it; failures are written down at once."""
    try:
        return sender.send(letter)
    except DeliveryError as error:
        _write_failure(message, error, at)
    except Exception as error:
        # A sender that breaks its promise must not hold up the rest of the batch; what became of this one is open.
        logger.exception("the sender broke on message %s", message.pk)
        _write_failure(message, DeliveryError(type(error).__name__, uncertain=True), at)
    return None


@transaction.atomic
def _settle(sent: dict[int, str], untouched: list[OutboundMessage]) -> None:
    """Write down what was sent, by the provider's ids, and give back what was not handed over."""
    if sent:
        OutboundMessage.objects.filter(
            pk__any_of=sent, status__in=[MessageStatus.SENDING, MessageStatus.UNKNOWN]
        ).update(status=MessageStatus.SENT, sent_at=timezone.now(), provider_id=GivenByKey(sent))
    if untouched:
        OutboundMessage.objects.filter(
            pk__any_of=[message.pk for message in untouched], status=MessageStatus.SENDING, claim=untouched[0].claim
        ).update(status=MessageStatus.READY, attempts=F("attempts") - 1)


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
