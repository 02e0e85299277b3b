"""Messages for tests: READY rows that are due and may still be useful for a day."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from model_bakery import baker

from messaging.models import OutboundMessage
from people.enums import Channel, Purpose

_numbers = count(1)


def make_message(*, at: datetime, **fields: Any) -> OutboundMessage:
    """Make a message due at ``at``, to an address of its own, about an occasion of its own."""
    number = next(_numbers)
    defaults = {
        "idempotency_key": f"test:message:{number}:once",
        "channel": Channel.EMAIL,
        "purpose": Purpose.SERVICE,
        "template": "confirm-submission",
        "address": f"person.{number}@example.org",
        "address_index": f"{number:032x}",
        "language": "en",
        "not_before": at,
        "expires_at": at + timedelta(days=1),
    }
    return baker.make(OutboundMessage, **{**defaults, **fields})
