"""Pausing, going on and stopping, also while workers are in the middle of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from audiences.actions.broadcasts import lock_broadcast
from audiences.actions.snapshots import JOB
from audiences.enums import BroadcastStatus, RecipientStatus
from audiences.models import Broadcast
from campaigns.models import Partnership
from core import audit
from messaging.actions.batches import cancel_batches, hold_batches, release_batches

if TYPE_CHECKING:
    from accounts.models import User

STOPPED = "the broadcast was stopped"
# For so long after a stop a provider may still give a message back.
SWEPT_FOR = timedelta(days=2)


class BroadcastNotUnderWay(Exception):
    """It is not being sent."""


@transaction.atomic
def pause_broadcast(*, broadcast: Broadcast, by: "User", at: datetime) -> Broadcast:
    """Hold what has not left and queue nothing more; return the broadcast. A second call changes nothing.

    What a worker has in its hands at this moment (half a second's worth) leaves; what it gives back stays held.
    Raises BroadcastNotUnderWay.
    """
    held = lock_broadcast(broadcast.pk)
    if held.status == BroadcastStatus.PAUSED:
        return held
    if held.status != BroadcastStatus.SENDING:
        raise BroadcastNotUnderWay
    held.status, held.paused_at = BroadcastStatus.PAUSED, at
    held.save(update_fields=["status", "paused_at"])
    hold_batches(held.batches)
    audit.record("audiences.broadcast.paused", by=by, target=held)
    return held


@transaction.atomic
def resume_broadcast(*, broadcast: Broadcast, by: "User") -> Broadcast:
    """Let a paused broadcast go on and return it. A second call changes nothing. Raises BroadcastNotUnderWay."""
    held = lock_broadcast(broadcast.pk)
    if held.status == BroadcastStatus.SENDING:
        return held
    if held.status != BroadcastStatus.PAUSED:
        raise BroadcastNotUnderWay
    held.status, held.paused_at = BroadcastStatus.SENDING, None
    held.save(update_fields=["status", "paused_at"])
    release_batches(held.batches)
    audit.record("audiences.broadcast.resumed", by=by, target=held)
    return held


@transaction.atomic
def stop_broadcast(*, broadcast: Broadcast, by: audit.Actor, at: datetime) -> Broadcast:
    """End a broadcast for good and return it: what has not left is cancelled, who waits is left out.

    A second call changes nothing. Raises BroadcastNotUnderWay for one that never started or is over.
    """
    held = lock_broadcast(broadcast.pk)
    if held.status == BroadcastStatus.STOPPED:
        return held
    if not held.is_under_way:
        raise BroadcastNotUnderWay
    held.status, held.finished_at, held.paused_at = BroadcastStatus.STOPPED, at, None
    held.save(update_fields=["status", "finished_at", "paused_at"])
    cancelled = cancel_batches(held.batches, reason=STOPPED)
    waiting = held.recipients.filter(status=RecipientStatus.WAITING)
    left_out = waiting.update(status=RecipientStatus.LEFT_OUT, reason="stopped")
    audit.record("audiences.broadcast.stopped", by=by, target=held, cancelled=cancelled, left_out=left_out)
    return held


def stop_of_those_who_left(*, at: datetime) -> int:
    """Stop what organisations send that take no part in the campaign any more, and return how many. Safe to repeat."""
    taking_part = Partnership.objects.active().filter(
        campaign=OuterRef("campaign"), organisation=OuterRef("organisation")
    )
    leading = Q(campaign__organisation=F("organisation"))
    under_way = Broadcast.objects.filter(status__in=[BroadcastStatus.SENDING, BroadcastStatus.PAUSED])
    left = list(under_way.exclude(leading).filter(~Exists(taking_part)))
    for broadcast in left:
        stop_broadcast(broadcast=broadcast, by=JOB, at=at)
    return len(left)


def sweep_stopped(*, at: datetime) -> int:
    """Cancel what workers gave back after its broadcast was stopped, and return how many."""
    stopped = Broadcast.objects.filter(status=BroadcastStatus.STOPPED, finished_at__gt=at - SWEPT_FOR)
    return cancel_batches([batch for broadcast in stopped for batch in broadcast.batches], reason=STOPPED)
