"""The one message after an identified conversation, and what its two buttons do (docs/adr/0013)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime

from core import audit
from messaging.actions.queue import Draft, queue_message
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from outreach.actions.identities import confirmed_source, follow_up_points, message_key, stopped_source
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity
from people.consent import ContactPurpose, event_in_force
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint
from people.tokens import InvalidToken, read_uuid, sign_uuid

TEMPLATE = "outreach_follow_up"
USEFUL_FOR = timedelta(days=7)


@dataclass(frozen=True)
class FollowUp:
    """One conversation as the person's page and message tell it. ``point``: the address the link went to."""

    identity: ContactIdentity
    channel: Channel
    point: ContactPoint
    texts: list[ConsentText]

    @property
    def words(self) -> dict[str, Any]:
        """What is said of the conversation: who, when, for which campaign, and what was agreed to."""
        contact = self.identity.contact
        return {
            "mobiliser_name": contact.mobiliser.first_name if contact.mobiliser else "",
            "organisation_name": contact.organisation.name,
            "campaign_name": contact.effort.campaign.title,
            "spoken_date": localtime(contact.occurred_at).date(),
            "texts": self.texts,
        }


def _salt(channel: str) -> str:
    return f"outreach.follow-up.{channel}"


def follow_up_token(identity: ContactIdentity, channel: str) -> str:
    """Return the signed part of the link one message carries; it proves that its channel was read."""
    return sign_uuid(identity.contact.client_id, _salt(channel))


def queue_follow_ups(
    *, identity: ContactIdentity, points: dict[str, ContactPoint], texts: list[ConsentText], at: datetime
) -> None:
    """Queue one message per channel somebody agreed to be reached on; a second call with the same identity adds none.

    It answers what the person just did, so it asks no consent (SERVICE); a suppression still stops it.
    """
    for channel in sorted({text.channel for text in texts}):
        point = points[channel]
        contact = identity.contact
        queue_message(
            draft=Draft(
                idempotency_key=message_key(identity, channel),
                purpose=ContactPurpose(
                    Purpose.SERVICE, Channel(channel), contact.organisation_id, contact.effort.campaign.slug
                ),
                template=TEMPLATE,
                address=point.as_typed if channel == Channel.EMAIL else point.canonical,
                canonical=point.canonical,
                language=_language(identity, texts),
                not_before=at,
                expires_at=at + USEFUL_FOR,
                contact_point=point,
                context={"identity": identity.pk},
            ),
            at=at,
        )


def _language(identity: ContactIdentity, texts: list[ConsentText]) -> str:
    """Return the person's language as far as we write it, else that of the wording they heard."""
    ours = dict(settings.LANGUAGES)
    spoken = [identity.language, identity.language.split("-")[0], *(text.language for text in texts)]
    return next((language for language in spoken if language in ours), settings.LANGUAGE_CODE)


def message_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what the template of a follow-up needs (settings.MESSAGE_CONTEXTS). Raises NotNeeded once taken back."""
    identity = _identities().filter(pk=message.context.get("identity")).first()
    if identity is None or identity.status not in (MatchStatus.MATCHED, MatchStatus.CREATED):
        raise NotNeeded
    if identity.contact.revocation_id is not None:  # an organiser took the session out: it may never have happened
        raise NotNeeded
    point = message.contact_point
    if point is None:
        raise NotNeeded
    channel = Channel(message.channel)
    follow_up = FollowUp(identity, channel, point, _texts(identity, {channel}))
    with translation.override(message.language):
        path = reverse("outreach_follow_up", args=[follow_up_token(identity, channel)])
    return {**follow_up.words, "language": message.language, "follow_up_url": settings.PUBLIC_URL + path}


def _identities() -> Any:
    return ContactIdentity.objects.select_related(
        "contact__mobiliser", "contact__organisation", "contact__effort__campaign"
    )


def _texts(identity: ContactIdentity, channels: set[Channel]) -> list[ConsentText]:
    granted = [choice["text"] for choice in identity.consents if choice["granted"]]
    texts = ConsentText.objects.filter(pk__in=granted, channel__in=channels).select_related("organisation")
    return list(texts.order_by("organisation_id", "purpose", "pk"))


def find_follow_up(token: str) -> FollowUp:
    """Return the conversation a link speaks of; changes nothing. Raises InvalidToken."""
    for channel in Channel:
        try:
            client_id = read_uuid(token, _salt(channel))
        except InvalidToken:
            continue
        identity = _identities().filter(contact__client_id=client_id).first()
        point = follow_up_points(identity).get(channel) if identity else None
        if identity is None or point is None:
            break
        return FollowUp(identity, channel, point, _texts(identity, {channel}))
    raise InvalidToken


@transaction.atomic
def confirm_follow_up(*, token: str, at: datetime) -> FollowUp:
    """ "Yes, that was me": the address is proved, and what was agreed to aloud is agreed to in writing.

    Works also after the mobiliser took the record back, and after an own "Stop": it is the person who speaks. Safe to
    call twice: consents in force through this page are not written again. Raises InvalidToken.
    """
    follow_up = find_follow_up(token)
    _lock(follow_up)
    ContactPoint.objects.filter(pk=follow_up.point.pk, verified_at__isnull=True).update(verified_at=at)
    source = confirmed_source(follow_up.identity.contact.client_id)
    _write(follow_up.point, follow_up.texts, ConsentState.GRANTED, source, at)
    audit.record("outreach.contact_identity.confirmed", target=follow_up.identity, channel=follow_up.channel.value)
    return follow_up


@transaction.atomic
def stop_follow_up(*, token: str, at: datetime) -> FollowUp:
    """ "Stop": take back everything agreed to in this conversation, on both channels. Safe to call twice.

    A follow-up on the other channel that still waits is cancelled. Raises InvalidToken.
    """
    follow_up = find_follow_up(token)
    _lock(follow_up)
    identity = follow_up.identity
    source = stopped_source(identity.contact.client_id)
    for channel, point in follow_up_points(identity).items():
        _write(point, _texts(identity, {Channel(channel)}), ConsentState.WITHDRAWN, source, at)
    keys = [message_key(identity, channel) for channel in Channel.values]
    OutboundMessage.objects.filter(idempotency_key__in=keys, status=MessageStatus.READY).update(
        status=MessageStatus.CANCELLED, reason="the person said stop"
    )
    audit.record("outreach.contact_identity.declined", target=identity, channel=follow_up.channel.value)
    return follow_up


def _lock(follow_up: FollowUp) -> None:
    """Let one press of a button pass at a time."""
    ContactIdentity.objects.select_for_update().order_by().filter(pk=follow_up.identity.pk).values_list("pk").first()


def _write(point: ContactPoint, texts: list[ConsentText], state: ConsentState, source: str, at: datetime) -> None:
    """Write one event per wording, unless the newest that speaks of it says the same from here already."""
    for text in texts:
        latest = event_in_force(point, text, at)
        if latest is not None and latest.state == state and latest.source == source:
            continue
        ConsentEvent.objects.create(
            contact_point=point,
            state=state,
            purpose=text.purpose,
            channel=text.channel,
            organisation_id=text.organisation_id,
            scope=text.scope,
            text=text,
            source=source,
            at=at,
        )
