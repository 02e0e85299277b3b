"""Sending a wording to oneself before it goes to others."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core import audit
from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage, Wording
from messaging.previews import sample_name
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

_USEFUL_FOR = timedelta(hours=1)


class NoMail(ValueError):
    """Only mails are sent to oneself: of a login no phone number is known."""


@transaction.atomic
def send_test(*, wording: Wording, by: User, at: datetime) -> OutboundMessage:
    """Queue a wording to the signed-in person's own address, its subject marked, and return the message.

    Twice within a second is once. Raises NoMail for a text message.
    """
    text = wording.text
    if text.channel != Channel.EMAIL:
        raise NoMail
    draft = Draft(
        idempotency_key=f"test:wording:{wording.pk}:{by.pk}:{at:%Y%m%dT%H%M%S}",
        purpose=ContactPurpose(Purpose.SERVICE, Channel.EMAIL, text.organisation_id, text.scope),
        template="written",
        address=by.email,
        canonical=canonical_email(by.email),
        language=wording.language,
        not_before=at,
        expires_at=at + _USEFUL_FOR,
        context={"wording": wording.pk, "is_test": True, "words": {"full_name": sample_name(wording.language)}},
    )
    message = queue_message(draft=draft, at=at)
    audit.record("messaging.wording.sent_to_oneself", by=by, target=text, language=wording.language)
    return message
