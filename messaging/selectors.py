"""Reads of the ledger shaped for screens."""

from datetime import datetime

from django.db.models import Min

from messaging.models import OutboundMessage


def backlog_minutes(*, at: datetime) -> int | None:
    """Return for how many whole minutes the oldest message due has waited, over the whole ledger; None: none waits."""
    oldest = OutboundMessage.objects.due(at).aggregate(oldest=Min("not_before"))["oldest"]
    return None if oldest is None else int((at - oldest).total_seconds() // 60)
