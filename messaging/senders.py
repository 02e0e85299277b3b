"""Who writes: the channel's own sender, or one of an organisation's own (settings.MESSAGE_RATES)."""

from dataclasses import dataclass

from django.conf import settings

from messaging.models import OutboundMessage
from people.enums import Channel


@dataclass(frozen=True)
class Sender:
    """One account at a provider as far as rates, pauses and blocks go. ``name`` is blank for the channel's own.

    ``rate``: messages per second over all workers, 0: as many as the provider takes.
    """

    channel: str
    name: str
    rate: float


def senders() -> list[Sender]:
    """Return every sender there is, each channel's own first."""
    own = [Sender(channel, "", settings.MESSAGE_RATES.get(channel, 0)) for channel in Channel.values]
    named = [key.partition(":") for key in settings.MESSAGE_RATES if ":" in key]
    return own + [Sender(channel, name, settings.MESSAGE_RATES[f"{channel}:{name}"]) for channel, _, name in named]


def sender_name(channel: str, organisation_slug: str) -> str:
    """Return which sender writes for an organisation: its slug where it has a rate of its own, else blank."""
    return organisation_slug if f"{channel}:{organisation_slug}" in settings.MESSAGE_RATES else ""


def sender_of(message: OutboundMessage) -> str:
    """Return the name of the sender that writes, or wrote, a message."""
    return sender_name(message.channel, message.organisation.slug if message.organisation is not None else "")
