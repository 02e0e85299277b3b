"""Taking messages for one drain: who waits for an answer first, nobody left out, no faster than senders may write."""

import random
import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from messaging.actions import rates
from messaging.actions.queue import PRIORITIES
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.senders import Sender, senders

# A claim not begun after this time is free again: its worker died before it touched the provider.
CLAIM_FOR = timedelta(minutes=5)
# While more urgent messages come without end, one place in so many goes to each class that waits behind them.
SHARE = 10
_CLASSES = sorted(set(PRIORITIES.values()))
draw = random.Random()  # whose turn it is, no secret
# What no letter says and no rule here asks for; it is not read with every message.
_UNREAD = (
    "sent_at", "provider_id",
    *(f"submission__{name}" for name in (
        "phone", "subject_index", "consents", "source", "bucket", "address_hash", "is_generated", "needs_confirmation",
        "queued_at", "confirmed_at", "last_resend_at", "reminders_sent", "resends", "supporter",
    )),
)  # fmt: skip


@transaction.atomic
def claim_messages(*, at: datetime, limit: int, sender: Sender | None = None) -> list[OutboundMessage]:
    """Take up to ``limit`` READY messages for one drain and return them; no other drain gets the same ones.

    They are of one ``sender``, or of all in turn, and no more than its rate allows now. A sender that rests gets none.
    """
    claimed: list[OutboundMessage] = []
    for each in [sender] if sender else senders():
        if len(claimed) < limit and not rates.is_resting(sender=each, at=at):
            claimed += _claim_of(each, at, limit - len(claimed))
    return claimed


def release_claims(messages: list[OutboundMessage]) -> None:
    """Give claimed messages that were not begun back to whoever drains next."""
    if messages:
        OutboundMessage.objects.filter(
            pk__any_of=[message.pk for message in messages], status=MessageStatus.READY, claim=messages[0].claim
        ).update(claim="", claimed_at=None)


def _claim_of(sender: Sender, at: datetime, limit: int) -> list[OutboundMessage]:
    wanted = rates.free_now(sender=sender, wanted=limit, at=at)
    found = _pick(_free(sender, at), wanted) if wanted else []
    messages = found[: rates.take(sender=sender, wanted=len(found), at=at)] if found else []
    claim = str(uuid.uuid4())
    for message in messages:
        message.claim, message.claimed_at = claim, at
    if messages:
        rows = OutboundMessage.objects.filter(pk__any_of=[message.pk for message in messages])
        rows.update(claim=claim, claimed_at=at)
    return messages


def _pick(free: QuerySet[OutboundMessage], limit: int) -> list[OutboundMessage]:
    """Return the most urgent, and a tenth each of what waits behind them when they alone would fill the claim.

    Class by class and the longest due first.
    """
    picked: list[OutboundMessage] = []
    for number, priority in enumerate(_CLASSES):
        picked += _first(free.filter(priority=priority), limit - len(picked))
        if len(picked) >= limit:
            behind = [
                message
                for later in _sharing(_CLASSES[number + 1 :], limit)
                for message in _first(free.filter(priority=later), limit // SHARE or 1)
            ]
            return picked[: limit - len(behind)] + behind
    return picked


def _first(free: QuerySet[OutboundMessage], limit: int) -> list[OutboundMessage]:
    """Return the longest due in the order they were written; where more of one moment wait, any of those."""
    return sorted(free.order_by("not_before")[:limit], key=lambda message: (message.not_before, message.pk))


def _sharing(later: list[int], limit: int) -> list[int]:
    """Return the classes that get a part of a claim filled before them: all, or by lot one where it has no tenth."""
    if limit >= SHARE:
        return later
    return [draw.choice(later)] if later and draw.random() * SHARE < limit else []


def _free(sender: Sender, at: datetime) -> QuerySet[OutboundMessage]:
    free = (
        OutboundMessage.objects.filter(status=MessageStatus.READY, is_held=False, channel=sender.channel)
        .filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_FOR), not_before__lte=at)
        .select_related("submission", "contact_point__supporter", "organisation")
        .defer(*_UNREAD)
    )
    own = [each.name for each in senders() if each.channel == sender.channel and each.name]
    if sender.name:
        free = free.filter(organisation__slug=sender.name)
    elif own:
        free = free.filter(Q(organisation__isnull=True) | ~Q(organisation__slug__in=own))
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True, of=("self",))
    return free
