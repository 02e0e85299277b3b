"""How fast a broadcast leaves, and how far ahead of that its messages are queued."""

from datetime import timedelta
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


def minutes_for(people: int, rate: float) -> int | None:
    """Return for how many whole minutes so many messages leave at a rate per second; None: nobody can say."""
    return ceil(people / rate / 60) if rate else None
