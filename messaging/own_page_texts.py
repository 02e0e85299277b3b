"""From a row of the ledger to the words that bring a fresh link to somebody's own page (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings

from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from messaging.wishes import preferences_url


def link_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the link, made when the letter leaves. Raises NotNeeded once whose it was is gone."""
    if message.contact_point is None:
        raise NotNeeded
    return {
        "own_url": preferences_url(message.contact_point, message.language),
        "organisation_name": settings.WAGTAIL_SITE_NAME,
        "website": settings.PUBLIC_URL,
        "language": message.language,
    }
