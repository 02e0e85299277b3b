"""How fast each sender may write, all workers together, and when it rests."""

import logging
import math
from datetime import datetime, timedelta

from django.db.models import Q

from messaging.models import SenderState
from messaging.senders import Sender

logger = logging.getLogger(__name__)

# What a sender did not use may be made up for so long, or for the time of one message where that is longer.
BURST = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
_TRIES = 10


def is_resting(*, sender: Sender, at: datetime) -> bool:
    """Whether the sender's provider asked to be left alone for now."""
    return SenderState.objects.filter(channel=sender.channel, sender=sender.name, paused_until__gt=at).exists()


def free_now(*, sender: Sender, wanted: int, at: datetime) -> int:
    """Return how many of ``wanted`` messages `take` would give at this moment, if nobody else were quicker."""
    return min(wanted, _free(sender, _used_until(sender, at), at)) if sender.rate else wanted


def take(*, sender: Sender, wanted: int, at: datetime) -> int:
    """Use up to ``wanted`` messages of the sender's rate and return how many it gave.

    Call it in the transaction that claims them. Workers that ask at the same moment share what there is: each takes by
    a conditional update, and whoever was slower looks again.
    """
    if not sender.rate:
        return wanted
    for _ in range(_TRIES):
        used = _used_until(sender, at)
        given = min(wanted, _free(sender, used, at))
        if given <= 0:
            return 0
        row = SenderState.objects.filter(channel=sender.channel, sender=sender.name, used_until=used)
        if row.update(used_until=_bounded(sender, used, at) + timedelta(seconds=given / sender.rate)):
            return given
    return 0  # so many others take that nothing is left anyway


def rest_sender(*, sender: Sender, pause: timedelta, reason: str, at: datetime) -> None:
    """Let a sender rest, for every worker, for an hour at most; a longer rest that is in force stays."""
    until = at + min(pause, LONGEST_PAUSE)
    SenderState.objects.get_or_create(channel=sender.channel, sender=sender.name, defaults={"used_until": at})
    row = SenderState.objects.filter(channel=sender.channel, sender=sender.name)
    if row.filter(Q(paused_until__isnull=True) | Q(paused_until__lt=until)).update(
        paused_until=until, pause_reason=reason[:200]
    ):
        logger.warning("%s %s rests until %s: %s", sender.channel, sender.name, until.isoformat(), reason)


def _burst(sender: Sender) -> timedelta:
    return max(BURST, timedelta(seconds=1 / sender.rate))


def _bounded(sender: Sender, used: datetime, at: datetime) -> datetime:
    """Return up to when the rate is used, forgetting what was not used long ago and a clock that was put back."""
    earliest = at - _burst(sender)
    return max(used, earliest) if used <= at + _burst(sender) else earliest


def _free(sender: Sender, used: datetime, at: datetime) -> int:
    # The last millionth is lost in the clock's microseconds.
    return math.floor((at - _bounded(sender, used, at)).total_seconds() * sender.rate + 1e-3)


def _used_until(sender: Sender, at: datetime) -> datetime:
    state, _created = SenderState.objects.get_or_create(
        channel=sender.channel, sender=sender.name, defaults={"used_until": at - _burst(sender)}
    )
    return state.used_until
