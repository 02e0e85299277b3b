"""HELP: who we are and how to make it stop, in the person's language."""

from datetime import datetime, timedelta

from django.conf import settings

from messaging.actions.queue import Draft, queue_message
from messaging.models import InboundMessage, OutboundMessage
from messaging.threads import thread_of
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

USEFUL_FOR = timedelta(hours=1)
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def queue_help(*, inbound: InboundMessage, language: str, at: datetime) -> OutboundMessage:
    """Queue the answer to HELP and return it; ``language``: the one the word is of, for whom we do not know.

    One an hour to one number: two machines that answer each other end there.
    """
    draft = Draft(
        idempotency_key=f"help:{inbound.address_index}:{at:%Y%m%d%H}",
        purpose=ContactPurpose(Purpose.SERVICE, Channel(inbound.channel), inbound.organisation_id),
        template="inbox_help",
        address=inbound.address,
        canonical=inbound.address,
        language=language_of(inbound, language),
        not_before=at,
        expires_at=at + USEFUL_FOR,
        contact_point=inbound.contact_point,
    )
    return queue_message(draft=draft, at=at)


def language_of(inbound: InboundMessage, otherwise: str = "") -> str:
    """Return the language to answer in: the person's, else the one they were written to in, else ``otherwise``."""
    point = inbound.contact_point
    theirs = point.supporter.language if point is not None else ""
    if theirs not in _LANGUAGES:
        sent = thread_of(inbound).sent(point).order_by("-pk")
        theirs = sent.values_list("language", flat=True).first() or otherwise
    return theirs if theirs in _LANGUAGES else settings.LANGUAGE_CODE
