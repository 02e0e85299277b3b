"""A fresh link to somebody's own page, for whoever comes by one that is too old."""

from datetime import datetime, timedelta

from django.conf import settings

from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint

TEMPLATE = "own_page_link"
USEFUL_FOR = timedelta(hours=6)


def queue_fresh_link(*, point: ContactPoint, language: str, at: datetime) -> OutboundMessage:
    """Queue the link to the address it is for, and return the message; ``language``: of the page it was asked on.

    One an hour to one address: a second call in that hour returns the first.
    """
    draft = Draft(
        idempotency_key=f"own-page:contact_point:{point.pk}:{at:%Y%m%d%H}",
        purpose=ContactPurpose(Purpose.SERVICE, Channel(point.channel)),
        template=TEMPLATE,
        address=point.as_typed,
        canonical=point.canonical,
        language=language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE,
        not_before=at,
        expires_at=at + USEFUL_FOR,
        contact_point=point,
    )
    return queue_message(draft=draft, at=at)
