"""Draining the ledger: claim, ask consent once more, hand over, write down what became of it."""

import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.expressions import GivenByKey
from messaging.actions import rates
from messaging.actions.claims import CLAIM_FOR, claim_messages, release_claims
from messaging.actions.may_go import held_until, is_unchanged, refusals
from messaging.actions.sender_blocks import block_sender
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter, MessageSender, new_sender
from messaging.rendering import NotNeeded, render_message
from messaging.senders import Sender, sender_of, senders

__all__ = ["BATCH", "CLAIM_FOR", "claim_messages", "deliver_message", "deliver_messages", "settle_lost_messages"]

logger = logging.getLogger(__name__)

# A message SENDING for longer has lost its worker in between: nobody knows whether the provider took it.
LOST_AFTER = timedelta(minutes=10)
MAX_ATTEMPTS = 8
BATCH = 200
# So many are SENDING at once, and for so long: what a killed worker leaves for a human to settle.
FIRST_PACK = 50
LARGEST_PACK = 100
PACK_SECONDS = 0.5
# What a slow provider did not take by then is given back, so that what is more urgent now comes before it.
CLAIM_SECONDS = 5.0
# A letter that finds the provider busy again and again lets the others pass, for so long at most.
LONGEST_PUT_OFF = timedelta(minutes=10)


class SenderRests(Exception):
    """The provider takes nothing more for now; ``untouched`` are the messages not handed over, READY again."""

    def __init__(self, untouched: list[OutboundMessage]) -> None:
        super().__init__()
        self.untouched = untouched


def deliver_messages(*, at: datetime, limit: int = BATCH, channel: str = "") -> int:
    """Deliver up to ``limit`` messages of each sender, of one ``channel`` or all, and return how many were claimed.

    They leave in packs. A pack is small at first and then twice what the sender managed of the last one, so that with
    a slow provider few messages are SENDING at any moment. What is not handed over after five seconds, or when the
    provider asks to be left alone, is free for the next drain.
    """
    return sum(_drain(sender, at, limit) for sender in senders() if channel in ("", sender.channel))


def deliver_message(*, message: OutboundMessage, sender: MessageSender, at: datetime) -> None:
    """Deliver one claimed message, at most once.

    The row is SENDING, and committed so, before the provider is called; whatever happens after that call, the machine
    never sends it again by itself. Refusals, lateness and needlessness are written down instead of sending. A
    temporary failure puts it back with a growing pause, eight times at most; a provider that is busy costs no attempt.
    """
    with suppress(SenderRests):  # written down: the message is READY again
        _deliver_pack([message], sender, at)


def _drain(sender: Sender, at: datetime, limit: int) -> int:
    claimed = claim_messages(sender=sender, at=at, limit=limit)
    if claimed:
        line = new_sender(sender.channel)
        try:
            _deliver_in_packs(claimed, sender, line)
        finally:
            line.close()
    return len(claimed)


def _deliver_in_packs(claimed: list[OutboundMessage], sender: Sender, line: MessageSender) -> None:
    waiting, size, until = claimed, FIRST_PACK, time.monotonic() + CLAIM_SECONDS
    try:
        while waiting and time.monotonic() < until:
            pack, waiting = waiting[:size], waiting[size:]
            given_back = _deliver_pack(pack, line, at=timezone.now())
            waiting, size = given_back + waiting, min(2 * (len(pack) - len(given_back)), LARGEST_PACK)
            if waiting and rates.is_resting(sender=sender, at=timezone.now()):
                break  # another worker was asked to leave the provider alone
    except SenderRests as rest:
        waiting = rest.untouched + waiting
    finally:
        release_claims(waiting)


def _deliver_pack(messages: list[OutboundMessage], line: MessageSender, at: datetime) -> list[OutboundMessage]:
    """Deliver messages of one claim and one channel as `deliver_message` does, and return those given back untouched.

    They are made SENDING in one statement before the first is handed over, and settled in one after the last: half a
    second later or less, if no single call takes longer. Whatever was not handed over by then, or when the process is
    told to end, is READY again under the same claim. A killed process leaves the pack SENDING. Raises SenderRests.

    Right before each letter it is asked whether anything was said since. A withdrawal committed later than that finds
    the row SENDING (`messaging.selectors.may_be_under_way`), and its acknowledgement says so.
    """
    letters = _prepare(messages, at)
    begun = _begin([message for message in messages if message.pk in letters], at)
    sent: dict[int, str] = {}
    until = time.monotonic() + PACK_SECONDS
    try:
        while begun:
            # Taken off only when the answer is there: a question that fails leaves the letter with those given back.
            may_go = _may_still_go(begun[0])
            message = begun.pop(0)
            if not may_go:
                continue
            provider_id = _hand_over(message, letters[message.pk], line, at, untouched=begun)
            if provider_id is not None:
                sent[message.pk] = provider_id
            if time.monotonic() >= until:
                break
    finally:
        _settle(sent, begun)
    return begun


def _prepare(messages: list[OutboundMessage], at: datetime) -> dict[int, Letter]:
    """Return the letters of what may be sent, by message; write down why the others may not, or not yet."""
    letters: dict[int, Letter] = {}
    held: dict[datetime, list[OutboundMessage]] = {}
    for message, refusal in zip(messages, refusals(messages, at), strict=True):
        if at > message.expires_at:
            _close(message, MessageStatus.EXPIRED, "too late to be useful")
        elif refusal:
            _close(message, MessageStatus.SUPPRESSED, refusal)
        elif until := held_until(message, at):
            held.setdefault(until, []).append(message)
        elif letter := _letter(message, at):
            letters[message.pk] = letter
    for until, texts in held.items():
        _hold(texts, until)
    return letters


def _letter(message: OutboundMessage, at: datetime) -> Letter | None:
    try:
        return render_message(message)
    except NotNeeded:
        _close(message, MessageStatus.CANCELLED, "not needed any more")
    except Exception as error:
        # One text that cannot be drawn must not hold up everybody else's; nothing has left the house yet.
        logger.exception("message %s cannot be rendered", message.pk)
        _put_back(message, f"cannot be rendered: {type(error).__name__}", at, was=MessageStatus.READY)
    return None


def _hold(messages: list[OutboundMessage], until: datetime) -> None:
    """Let texts wait for the end of the recipients' night; that costs no attempt."""
    OutboundMessage.objects.filter(
        pk__any_of=[message.pk for message in messages], status=MessageStatus.READY, claim=messages[0].claim
    ).update(not_before=until, reason="quiet hours", claim="", claimed_at=None)


def _begin(messages: list[OutboundMessage], at: datetime) -> list[OutboundMessage]:
    """Make messages of one claim SENDING and return those that were still ours to send."""
    if not messages:
        return []
    rows = OutboundMessage.objects.filter(status=MessageStatus.READY, is_held=False, claim=messages[0].claim)
    sending = {"status": MessageStatus.SENDING, "claimed_at": at, "attempts": F("attempts") + 1}
    with transaction.atomic():
        if rows.filter(pk__any_of=[message.pk for message in messages]).update(**sending) == len(messages):
            return messages
        transaction.set_rollback(True)
    # Another drain has some of them, or their batch was paused: they are taken one by one, to know which.
    begun = [message for message in messages if rows.filter(pk=message.pk).update(**sending)]
    release_claims([message for message in messages if message not in begun])
    return begun


def _may_still_go(message: OutboundMessage) -> bool:
    """Whether a letter in hand may leave at this moment; if consent or a stop forbids it now, write down why."""
    if is_unchanged(message):
        return True
    (refusal,) = refusals([message], timezone.now())
    in_hand = OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.SENDING, claim=message.claim)
    if not refusal:
        return in_hand.exists()  # held for so long that it was given up as UNKNOWN: a human's now
    in_hand.update(status=MessageStatus.SUPPRESSED, reason=refusal, attempts=F("attempts") - 1)
    return False


def _hand_over(
    message: OutboundMessage, letter: Letter, line: MessageSender, at: datetime, untouched: list[OutboundMessage]
) -> str | None:
    """Give one letter to its provider and return the provider's id for it; failures are written down at once.

    Raises SenderRests when the provider takes nothing for now.
    """
    try:
        return line.send(letter)
    except DeliveryError as error:
        _write_failure(message, error, at)
        if error.retry_after is not None:
            raise SenderRests(untouched) from error
    except Exception as error:
        # A sender that breaks its promise must not hold up the rest of the batch; what became of this one is open.
        logger.exception("the sender broke on message %s", message.pk)
        _write_failure(message, DeliveryError(type(error).__name__, uncertain=True), at)
    return None


@transaction.atomic
def _settle(sent: dict[int, str], untouched: list[OutboundMessage]) -> None:
    """Write down what was sent, by the provider's ids, and give back what was not handed over.

    A report may have been quicker and moved the status further: it stays, and learns the provider's id.
    """
    if sent:
        not_told = When(status__in=[MessageStatus.SENDING, MessageStatus.UNKNOWN], then=Value(MessageStatus.SENT))
        OutboundMessage.objects.filter(pk__any_of=sent).update(
            status=Case(not_told, default=F("status")),
            reason=Case(When(not_told.condition, then=Value("")), default=F("reason")),
            sent_at=Coalesce(F("sent_at"), timezone.now()),
            provider_id=GivenByKey(sent),
        )
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
    elif error.retry_after is not None:
        _put_off(message, str(error), error.retry_after, at)
    else:
        _put_back(message, str(error), at, was=MessageStatus.SENDING)
    if error.blocks_sender:
        block_sender(
            channel=message.channel,
            sender=sender_of(message),
            address_index=message.address_index,
            by="deliver:sender-blocked",
            at=at,
        )


@transaction.atomic
def _put_off(message: OutboundMessage, reason: str, pause: timedelta, at: datetime) -> None:
    """Let the sender rest and make the message READY again as if it had not been tried.

    The older it is the longer it lets others pass, so that a letter which is itself the trouble does not stand in
    everybody's way; but it is tried once more before it is of no use.
    """
    _rest(message, reason, pause, at)
    age = min((at - message.created_at) / 2, LONGEST_PUT_OFF, (message.expires_at - at) / 2)
    OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.SENDING, claim=message.claim).update(
        status=MessageStatus.READY,
        reason=reason[:200],
        attempts=F("attempts") - 1,
        not_before=at + max(min(pause, rates.LONGEST_PAUSE), age),
        claimed_at=None,
        claim="",
    )


def _rest(message: OutboundMessage, reason: str, pause: timedelta, at: datetime) -> None:
    name = sender_of(message)
    for sender in senders():
        if (sender.channel, sender.name) == (message.channel, name):
            rates.rest_sender(sender=sender, pause=pause, reason=reason, at=at)


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
