"""Settling by hand what the machine cannot know."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from core import audit
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage

if TYPE_CHECKING:
    from accounts.models import User


class NotUnknown(ValueError):
    """The message's fate is known already."""


@transaction.atomic
def settle_message(*, message: OutboundMessage, was_sent: bool, by: "User", at: datetime) -> OutboundMessage:
    """Write down what became of an UNKNOWN message: SENT, or FAILED (it is not sent again), and return it.

    Safe to call twice with the same answer. Raises NotUnknown when a provider's report, or somebody else with another
    answer, was quicker.
    """
    wanted = MessageStatus.SENT if was_sent else MessageStatus.FAILED
    rows = OutboundMessage.objects.filter(pk=message.pk, status=MessageStatus.UNKNOWN)
    changed = rows.update(status=wanted, sent_at=at) if was_sent else rows.update(status=wanted)
    message.refresh_from_db()
    if changed:
        audit.record("messaging.message.settled", by=by, target=message, status=wanted.value)
    elif message.status != wanted:
        raise NotUnknown
    return message
