"""Letters to staff on behalf of packages below (settings.STAFF_LETTERS): through the one ledger, like any other."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from messaging.rendering import stored_context
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

USEFUL_FOR = timedelta(days=3)
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


def queue_staff_letter(*, key: str, template: str, user: User, context: dict[str, Any], at: datetime) -> None:
    """Queue a mail to somebody's sign-in address, once per ``key``. ``context`` holds words, never a citizen's data.

    A ``path`` among them becomes the address of a page behind the sign-in.
    """
    queue_message(
        draft=Draft(
            idempotency_key=f"{key}-u{user.pk}",
            purpose=_SERVICE_MAIL,
            template=template,
            address=user.email,
            canonical=canonical_email(user.email),
            language=settings.LANGUAGE_CODE,
            not_before=at,
            expires_at=at + USEFUL_FOR,
            context=context,
        ),
        at=at,
    )


def letter_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what a letter to staff says (settings.MESSAGE_CONTEXTS)."""
    told = stored_context(message)
    return {**told, "url": settings.PUBLIC_URL + str(told.get("path", "/"))}
