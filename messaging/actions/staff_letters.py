"""Letters to staff on behalf of packages below (settings.STAFF_LETTERS): through the one ledger, like any other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.languages import language_of
from accounts.models import User
from messaging.actions.queue import Draft, queue_message, queue_service_messages
from messaging.models import OutboundMessage
from messaging.rendering import stored_context
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

USEFUL_FOR = timedelta(days=3)
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


@dataclass(frozen=True)
class StaffLetter:
    """A mail to the sign-in address of the user with this id, in ``language``; ``context`` as `queue_staff_letter`."""

    user_id: int
    email: str
    language: str
    context: dict[str, Any] = field(default_factory=dict)


def queue_staff_letter(*, key: str, template: str, user: User, context: dict[str, Any], at: datetime) -> None:
    """Queue a mail to somebody's sign-in address, in their language, once per ``key``. ``context`` holds words, never a
    citizen's data.

    A ``path`` among them becomes the address of a page behind the sign-in.
    """
    letter = StaffLetter(user.pk, user.email, language_of(user), context)
    queue_message(draft=_draft(key, template, letter, at), at=at)


def queue_staff_letters(
    *, key: str, template: str, letters: Iterable[StaffLetter], at: datetime, batch: str = ""
) -> None:
    """Queue the same mail to many, each person once per ``key``, in a number of queries that does not grow with them.

    ``batch``: what they are sent together as, so that they can be counted and stopped.
    """
    queue_service_messages(drafts=[_draft(key, template, letter, at, batch) for letter in letters])


def _draft(key: str, template: str, letter: StaffLetter, at: datetime, batch: str = "") -> Draft:
    return Draft(
        idempotency_key=f"{key}-u{letter.user_id}",
        purpose=_SERVICE_MAIL,
        template=template,
        address=letter.email,
        canonical=canonical_email(letter.email),
        language=letter.language,
        not_before=at,
        expires_at=at + USEFUL_FOR,
        context=letter.context,
        batch=batch,
    )


def letter_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what a letter to staff says (settings.MESSAGE_CONTEXTS)."""
    told = stored_context(message)
    return {**told, "url": settings.PUBLIC_URL + str(told.get("path", "/"))}
