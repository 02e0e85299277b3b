"""How fast a broadcast leaves, and how far ahead of that its messages are queued."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings

from audiences.models import Broadcast
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.senders import sender_name

# A few minutes' worth stands ready: enough for the drains, little to take back when somebody presses stop.
AHEAD = timedelta(minutes=5)
# Without a rate of its own a channel takes what it is given.
AHEAD_WITHOUT_RATE = 2_000
# What says no moment until which it is useful is not sent later than this after it began.
USEFUL_FOR = timedelta(days=3)


def rate_of(broadcast: Broadcast) -> float:
    """Return how many of its messages may leave in a second, 0: as many as the provider takes."""
    slug = sender_name(broadcast.channel, broadcast.organisation.slug)
    name = f"{broadcast.channel}:{slug}" if slug else broadcast.channel
    return float(settings.MESSAGE_RATES.get(name, 0))


def most_ahead(rate: float) -> int:
    """Return how many messages may stand ready at a rate per second."""
    return max(ceil(rate * AHEAD.total_seconds()), 1) if rate else AHEAD_WITHOUT_RATE


def room_ahead(broadcast: Broadcast) -> int:
    """Return how many messages may be queued now."""
    ready = OutboundMessage.objects.filter(batch=broadcast.batch, status=MessageStatus.READY).count()
    return max(most_ahead(rate_of(broadcast)) - ready, 0)


def is_too_slow(broadcast: Broadcast, minutes: int | None, at: datetime) -> bool:
    """Whether what needs so many minutes more is not finished before the moment until which it is useful."""
    begins = broadcast.started_at is None and broadcast.scheduled_at
    begins = max(at, begins) if begins else at
    until = broadcast.expires_at or begins + USEFUL_FOR
    return minutes is not None and begins + timedelta(minutes=minutes) > until


def minutes_for(people: int, rate: float) -> int | None:
    """Return for how many whole minutes so many messages leave at a rate per second; None: nobody can say."""
    return ceil(people / rate / 60) if rate else None
