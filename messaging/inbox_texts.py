"""The words of what goes back to people who texted (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings

from messaging.models import OutboundMessage


def help_context(message: OutboundMessage) -> dict[str, Any]:
    """Return who we are: the organisation the person was in touch with, else the whole house."""
    organisation = message.organisation
    if organisation is None:
        return {"name": settings.WAGTAIL_SITE_NAME, "where": settings.PUBLIC_URL}
    return {
        "name": organisation.name,
        "where": organisation.contact_email or organisation.website or settings.PUBLIC_URL,
    }


def answer_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what somebody of the staff wrote."""
    return {"text": message.answer}
