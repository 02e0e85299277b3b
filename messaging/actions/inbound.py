"""What people text to us: STOP is done at once, answers go to whom settings name, the rest to a human."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from core import audit
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from messaging.stop_words import asks_to_start, asks_to_stop
from people.actions.consents import lift_suppression, suppress_address, withdraw_everything
from people.addresses import address_index
from people.canonical import canonical_email, canonical_phone
from people.enums import Channel, LiftReason, SuppressionReason
from people.models import ContactPoint, Suppression

KEEP_TEXT = timedelta(days=90)
LONGEST = 1600  # what a provider joins of one text
_REACHED = (MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNKNOWN)
_STOPPED_BY = "text:stop"


def receive_text(*, channel: Channel, address: str, text: str, provider_id: str, at: datetime) -> InboundMessage:
    """Keep a text somebody sent, do what it plainly asks, and return its row.

    STOP, in the languages we know, suppresses the address and takes back every consent on this channel; START lifts
    that suppression, no more: consents are given anew. Anything else is offered to settings.INBOUND_HANDLERS in turn;
    what none of them understands is FOR_A_HUMAN. The provider's repetition returns the first row and does nothing.
    Raises UnreadableAddress for an address of no kind.
    """
    canonical = (canonical_email if channel == Channel.EMAIL else canonical_phone)(address)
    try:
        with transaction.atomic():
            row = _keep(channel, canonical, text, provider_id, at)
            _handle(row, at)
            return row
    except IntegrityError:
        known = InboundMessage.objects.filter(provider_id=provider_id).first()
        if known is None:
            raise
        return known


def _keep(channel: Channel, canonical: str, text: str, provider_id: str, at: datetime) -> InboundMessage:
    index = address_index(channel, canonical)
    point = ContactPoint.objects.filter(channel=channel, canonical=canonical).first()
    answered = OutboundMessage.objects.filter(contact_point=point, channel=channel, status__in=_REACHED)
    last = answered.order_by("-pk").first() if point is not None else None
    return InboundMessage.objects.create(
        channel=channel,
        address=canonical,
        address_index=index,
        text=text[:LONGEST].replace("\x00", ""),
        provider_id=provider_id,
        contact_point=point,
        organisation_id=last.organisation_id if last is not None else None,
        status=InboundStatus.FOR_A_HUMAN,
        received_at=at,
    )


def _handle(row: InboundMessage, at: datetime) -> None:
    done = _stop_or_start(row, at)
    for path in () if done else settings.INBOUND_HANDLERS:
        done = import_string(path)(row, at)
        if done:
            break
    if done:
        row.status, row.handled_as, row.address = InboundStatus.HANDLED, done, ""
        row.save(update_fields=["status", "handled_as", "address"])


def _stop_or_start(row: InboundMessage, at: datetime) -> str | None:
    channel = Channel(row.channel)
    if asks_to_stop(row.text):
        suppress_address(channel=channel, canonical=row.address, reason=SuppressionReason.STOP, by=_STOPPED_BY, at=at)
        if row.contact_point is not None:
            withdraw_everything(contact_point=row.contact_point, source=_STOPPED_BY, at=at)
        return "stop"
    if asks_to_start(row.text):
        stops = Suppression.objects.in_force().filter(
            channel=channel, address_index=row.address_index, reason=SuppressionReason.STOP
        )
        for stop in stops:
            lift_suppression(suppression=stop, reason=LiftReason.ASKED, by="text:start", at=at)
        return "start"
    return None


@transaction.atomic
def settle_text(*, inbound: InboundMessage, by: audit.Actor, at: datetime) -> InboundMessage:
    """Write down that somebody dealt with a text, and forget where it came from. A second call changes nothing."""
    changed = (
        InboundMessage.objects.waiting()
        .filter(pk=inbound.pk)
        .update(status=InboundStatus.SETTLED, settled_at=at, address="")
    )
    inbound.refresh_from_db()
    if changed:
        audit.record("messaging.inbound_message.settled", by=by, target=inbound)
    return inbound


def forget_texts(*, at: datetime) -> int:
    """Blank texts older than ninety days that nobody waits for, and return how many. Safe to call twice."""
    old = InboundMessage.objects.filter(received_at__lt=at - KEEP_TEXT).exclude(text="")
    return old.exclude(status=InboundStatus.FOR_A_HUMAN).update(text="")
