"""From a row of the ledger to the words that ask an organiser for a report (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from events.enums import EventStatus
from events.models import Event
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, stored_context


def request_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of the request. Raises NotNeeded when the report is in or the event did not take place."""
    waits = (EventStatus.PUBLISHED, EventStatus.CLOSED)
    if not Event.objects.filter(pk=message.context["event"], status__in=waits).exists():
        raise NotNeeded
    return stored_context(message)
