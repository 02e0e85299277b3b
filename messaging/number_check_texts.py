"""From a row of the ledger to the words that ask a number whether it is its author's (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.utils import timezone

from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from messaging.sms_text import cut, plain_letters
from people.consent import grants_in_force
from people.enums import Purpose

# What is left of 160 characters beside the longest English sentence, and for whom.
_ORGANISATION, _CAMPAIGN = 24, 36


def question_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of the question. Raises NotNeeded once the number is proved, or nothing is agreed to any more.

    ``is_reminders``: nothing but reminders was agreed to.
    """
    point = message.contact_point
    if point is None or point.verified_at is not None:
        raise NotNeeded
    purposes = {event.purpose for event in grants_in_force(point, timezone.now())}
    if not purposes:
        raise NotNeeded
    told = message.context
    return {
        "organisation_name": cut(plain_letters(told["organisation_name"]), _ORGANISATION),
        "campaign_name": cut(plain_letters(told["campaign_name"]), _CAMPAIGN),
        "is_reminders": purposes == {Purpose.REMINDER},
        "language": message.language,
    }
