"""Holding, releasing and stopping messages that are sent together (``OutboundMessage.batch``)."""

from collections.abc import Sequence

from django.db import transaction

from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.querysets import OutboundMessageQuerySet

# One that a worker has in its hands leaves; what the provider makes it give back is held as the others are.
_OPEN = (MessageStatus.READY, MessageStatus.SENDING)


@transaction.atomic
def hold_batches(batches: Sequence[str]) -> None:
    """Let nothing more of these batches leave until they are released. Safe to call twice."""
    _rows(batches).filter(status__in=_OPEN).update(is_held=True)


@transaction.atomic
def release_batches(batches: Sequence[str]) -> None:
    """Let them leave again. Safe to call twice."""
    _rows(batches).filter(status__in=_OPEN).update(is_held=False)


@transaction.atomic
def cancel_batches(batches: Sequence[str], *, reason: str) -> int:
    """Cancel what waits of batches for good, and return how many.

    What a worker gives back afterwards stays held; whoever cancels calls this again for it (a sweep of its own).
    """
    _rows(batches).filter(status=MessageStatus.SENDING).update(is_held=True)
    return cancel_waiting(batches, reason=reason)


def cancel_waiting(batches: Sequence[str], *, reason: str) -> int:
    """Cancel what waits of batches whose texts ask themselves, right before each leaves, whether it is still needed.

    Returns how many. What a worker gives back afterwards is asked like any other.
    """
    return _rows(batches).filter(status=MessageStatus.READY).update(status=MessageStatus.CANCELLED, reason=reason)


def _rows(batches: Sequence[str]) -> OutboundMessageQuerySet:
    if not all(batches):
        raise ValueError("a batch has a name")
    return OutboundMessage.objects.filter(batch__in=list(batches))
