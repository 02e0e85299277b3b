"""Sending once more to whom the message failed, as a new occasion: never to who has it, or may have it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, QuerySet

from audiences.actions.broadcasts import lock_broadcast
from audiences.actions.snapshots import USEFUL_FOR
from audiences.enums import BroadcastStatus, RecipientStatus
from audiences.models import Broadcast, BroadcastRecipient
from core import audit
from messaging.enums import MessageStatus

if TYPE_CHECKING:
    from accounts.models import User

MOST_RESENDS = 3


class NothingToResend(Exception):
    """Nobody's message failed, it is not over yet, or it was sent again often enough."""


def failed_of(broadcast: Broadcast) -> QuerySet[BroadcastRecipient]:
    """Return those whose newest message failed: not those who have it, nor those of whom nobody knows."""
    return broadcast.recipients.filter(status=RecipientStatus.QUEUED, message__status=MessageStatus.FAILED)


@transaction.atomic
def resend_failed(*, broadcast: Broadcast, by: "User", at: datetime) -> Broadcast:
    """Put those whose message failed back into the queue and return the broadcast, which is being sent again.

    Their new message has a key and a batch of its own, and is useful until the first was, or if that is past for as
    long as the first was. Who turns out to
    have the first one after all is left alone when it is queued. Raises NothingToResend; so does a second press before
    the first is through.
    """
    held = lock_broadcast(broadcast.pk)
    if held.status != BroadcastStatus.SENT or held.resends >= MOST_RESENDS:
        raise NothingToResend
    count = failed_of(held).update(status=RecipientStatus.WAITING, round=F("round") + 1)
    if not count:
        raise NothingToResend
    useful = held.expires_at - held.started_at if held.expires_at and held.started_at else USEFUL_FOR
    held.status, held.finished_at = BroadcastStatus.SENDING, None
    # What is useful until Friday is not so on Saturday because it failed on Thursday; what is past is sent on purpose.
    still_useful = held.expires_at is not None and held.expires_at > at
    held.resends, held.expires_at = held.resends + 1, held.expires_at if still_useful else at + useful
    held.save(update_fields=["status", "finished_at", "resends", "expires_at"])
    audit.record("audiences.broadcast.resent", by=by, target=held, people=count)
    return held
