"""What providers report of messages they took: repeated, out of order, sometimes before our own commit."""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from messaging.actions.sender_blocks import block_sender
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import DeliveryReport, OutboundMessage
from messaging.references import InvalidReference, read_reference
from messaging.senders import sender_of
from people.actions.consents import record_word, suppress_address
from people.addresses import address_index
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.enums import Channel, ConsentState, Purpose, SuppressionReason

logger = logging.getLogger(__name__)

# So many messages in a row that did not arrive, and the address is taken for dead.
SOFT_BOUNCES = 5
_SOFT = (ReportedEvent.SOFT_BOUNCED, ReportedEvent.UNREACHABLE)
_FAILING = (
    ReportedEvent.FAILED, ReportedEvent.HARD_BOUNCED, ReportedEvent.UNREACHABLE, ReportedEvent.SENDER_BLOCKED,
)  # fmt: skip
# Who complains of a message, or asks for no more of them, has received it.
_ARRIVED = (ReportedEvent.DELIVERED, ReportedEvent.COMPLAINED, ReportedEvent.UNSUBSCRIBED)
_UNTOLD = (MessageStatus.READY, MessageStatus.SENDING, MessageStatus.UNKNOWN)
_HANDED_OVER = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED)
_WITHDRAWN_WITH = {Purpose.AGENDA: Purpose.REMINDER}


@transaction.atomic
def take_report(
    *,
    channel: Channel,
    event: ReportedEvent,
    at: datetime,
    provider_id: str = "",
    reference: str = "",
    address: str = "",
    reason: str = "",
    sender: str = "",
) -> OutboundMessage | None:
    """Write down what a provider says became of one message, do what follows from it, and return the message.

    The row is found by its ``reference``, else by ``provider_id`` (and ``address``, where one id is of several). None
    for what is no message of ours on this channel. A status never moves downwards: SENDING or UNKNOWN < SENT <
    DELIVERED < FAILED, so reports may come repeated, in any order, and before the worker wrote down that it sent the
    message. SOFT_BOUNCED leaves it SENT, for it may yet arrive.

    HARD_BOUNCED and COMPLAINED suppress the row's own address, five messages in a row that SOFT_BOUNCED or were
    UNREACHABLE too; COMPLAINED and UNSUBSCRIBED take back the consent the message was sent by. Nothing of that happens
    when the report names another ``address`` than the row's (a forwarded mail). SENDER_BLOCKED stops ``sender``, by
    default the one that wrote.
    """
    message = _find(channel, provider_id, reference, address)
    if message is None:
        logger.warning("a report of %s by %s is about no message we know", event, channel)
        return None
    _keep(message, event, reason, at)
    _move(message, event, reason, at)
    if provider_id:
        OutboundMessage.objects.filter(pk=message.pk, provider_id="").update(provider_id=provider_id[:120])
    if not address or _index(channel, address) == message.address_index:
        _follow(message, event, address or message.address, sender, at)
    message.refresh_from_db()
    return message


def _find(channel: Channel, provider_id: str, reference: str, address: str) -> OutboundMessage | None:
    # Locked: of two reports at once the second must see what the first made of the message.
    rows = OutboundMessage.objects.filter(channel=channel).select_related("organisation", "contact_point")
    rows = rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows
    if reference:
        try:
            return rows.filter(pk=read_reference(reference)).first()
        except (InvalidReference, OverflowError):
            return None
    if not provider_id:
        return None
    named = rows.filter(provider_id=provider_id)
    if address:
        named = named.filter(address_index=_index(channel, address))
    return named.order_by("-pk").first()


def _canonical(channel: Channel, address: str) -> str:
    return canonical_email(address) if channel == Channel.EMAIL else canonical_phone(address)


def _index(channel: Channel, address: str) -> str:
    try:
        return address_index(channel, _canonical(channel, address))
    except UnreadableAddress:
        return ""


def _keep(message: OutboundMessage, event: ReportedEvent, reason: str, at: datetime) -> None:
    report, created = DeliveryReport.objects.get_or_create(
        message=message, event=event, defaults={"at": at, "reason": reason[:200]}
    )
    if not created:
        DeliveryReport.objects.filter(pk=report.pk).update(times=F("times") + 1)


def _move(message: OutboundMessage, event: ReportedEvent, reason: str, at: datetime) -> None:
    """Move the status upwards, in one statement that does nothing where it stands there or higher."""
    row = OutboundMessage.objects.filter(pk=message.pk)
    sent_at = Coalesce(F("sent_at"), at)
    if event in _FAILING:
        lower = row.filter(status__in=[*_UNTOLD, MessageStatus.SENT, MessageStatus.DELIVERED])
        lower.update(status=MessageStatus.FAILED, reason=(reason or event.value)[:200])
    elif event in _ARRIVED:
        lower = row.filter(Q(status__in=[*_UNTOLD, MessageStatus.SENT]) | _failed_by_guess())
        lower.update(status=MessageStatus.DELIVERED, reason="", sent_at=sent_at)
    else:
        row.filter(status__in=_UNTOLD).update(status=MessageStatus.SENT, reason="", sent_at=sent_at)
        if event == ReportedEvent.SOFT_BOUNCED:
            row.filter(status=MessageStatus.SENT).update(reason=(reason or event.value)[:200])


def _failed_by_guess() -> Q:
    """FAILED because a person said so, or the worker gave up, while no provider did: who reports knows better."""
    told = DeliveryReport.objects.filter(message=OuterRef("pk"), event__in=_FAILING)
    return Q(~Exists(told), status=MessageStatus.FAILED)


def _follow(message: OutboundMessage, event: ReportedEvent, address: str, sender: str, at: datetime) -> None:
    by = f"report:{event.value}"
    if event == ReportedEvent.HARD_BOUNCED or (event in _SOFT and _bounced_in_a_row(message)):
        _suppress(message, address, SuppressionReason.BOUNCE, by, at)
    elif event == ReportedEvent.COMPLAINED:
        _suppress(message, address, SuppressionReason.COMPLAINT, by, at)
        _withdraw(message, by, at)
    elif event == ReportedEvent.UNSUBSCRIBED:
        _withdraw(message, by, at)
    elif event == ReportedEvent.SENDER_BLOCKED:
        name = sender or sender_of(message)
        block_sender(channel=message.channel, sender=name, address_index=message.address_index, by=by, at=at)


def _bounced_in_a_row(message: OutboundMessage) -> bool:
    """Whether the last messages handed over for this address did not arrive, one after the other."""
    latest = _to_the_same_address(message).filter(status__in=_HANDED_OVER).order_by("-pk")[:SOFT_BOUNCES]
    reports = DeliveryReport.objects.filter(message=OuterRef("pk"))
    bounced = Exists(reports.filter(event__in=_SOFT)) & ~Exists(reports.filter(event__in=_ARRIVED))
    found = list(latest.annotate(has_bounced=bounced).values_list("has_bounced", flat=True))
    return len(found) == SOFT_BOUNCES and all(found)


def _to_the_same_address(message: OutboundMessage) -> QuerySet[OutboundMessage]:
    """Return the messages to one address that an index finds: a contact point's, or the answers to forms."""
    rows = OutboundMessage.objects.filter(channel=message.channel, address_index=message.address_index)
    if message.contact_point_id is not None:
        return rows.filter(contact_point=message.contact_point_id)
    return rows.filter(purpose=Purpose.SERVICE)


def _suppress(message: OutboundMessage, address: str, reason: SuppressionReason, by: str, at: datetime) -> None:
    channel = Channel(message.channel)
    try:
        canonical = _canonical(channel, address)
    except UnreadableAddress:  # forgotten meanwhile, and the report does not name it
        return
    suppress_address(channel=channel, canonical=canonical, reason=reason, by=by, at=at)


def _withdraw(message: OutboundMessage, by: str, at: datetime) -> None:
    """Take back the consent a message was sent by: its purpose, channel and organisation."""
    purpose = Purpose(message.purpose)
    if message.contact_point is None or message.organisation is None or purpose == Purpose.SERVICE:
        return
    record_word(
        contact_point=message.contact_point,
        state=ConsentState.WITHDRAWN,
        purpose=_WITHDRAWN_WITH.get(purpose, purpose),
        organisation=message.organisation,
        scope=message.scope,
        source=by,
        at=at,
    )
