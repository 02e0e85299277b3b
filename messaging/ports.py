"""What a provider must do for us. Implementations live in `integrations` and are named by settings.MESSAGE_SENDERS."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Letter:
    """One finished message: nothing is left to look up. ``html`` and ``subject`` are empty for an SMS.

    After ``expires_at`` it is of no use: a sender whose provider knows a validity period hands it on. ``reference``
    (messaging/references.py) names the row to whoever reports on it: a sender gives it to its provider wherever there
    is room (bounce address, callback URL, metadata). ``organisation_slug``: for whom it is written, blank for an answer
    of the whole house; a sender may choose its account by it.
    """

    idempotency_key: str
    channel: str
    address: str
    language: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    reference: str = ""
    organisation_slug: str = ""


class DeliveryError(Exception):
    """The message was not delivered, as far as we know.

    ``permanent``: the provider never will take it, trying again is useless. ``uncertain``: the line broke after the
    message was handed over and before the answer came, so nobody knows; it must not be sent again by the machine.
    ``retry_after``: it is not this letter, the provider takes nothing from us for so long (too many at once, its queue
    is full, it is away): the letter spends no attempt and the sender rests, for all workers. ``blocks_sender``: this
    sender may not write to this address any more (an opt-out per sender): permanent, and remembered.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        retry_after: timedelta | None = None,
        blocks_sender: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent or blocks_sender
        self.uncertain = uncertain
        self.retry_after = retry_after
        self.blocks_sender = blocks_sender


class MessageSender(Protocol):
    """Hands letters to one provider."""

    def send(self, letter: Letter) -> str:
        """Hand over one letter and return the provider's id for it (may be empty). Raises DeliveryError."""

    def close(self) -> None:
        """Give back connections; the sender is not used after it."""


def new_sender(channel: str) -> MessageSender:
    """Return a fresh sender that settings name for ``channel``; one thread uses it for one batch."""
    sender: MessageSender = import_string(settings.MESSAGE_SENDERS[channel])()
    return sender
