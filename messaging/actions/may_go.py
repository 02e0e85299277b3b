"""What is asked of a message once more when it is about to leave: may it, and may it now."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from core.statements import compiled_select
from messaging.actions.sender_blocks import blocked_among
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage, SenderBlock
from messaging.quiet_hours import hold_until, read_quiet_hours
from messaging.recipient_clocks import zones_of_number
from messaging.senders import sender_of
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.consent import ContactPurpose, UnknownAddress, may_contact_each, nothing_against
from people.enums import Channel, Purpose
from people.models import ContactPoint

_AWAITED = frozenset({Purpose.AGENDA, Purpose.REMINDER})


def refusals(messages: list[OutboundMessage], at: datetime) -> list[str]:
    """Return why each message may not be sent, or nothing: consent as it is at this moment, and blocked senders."""
    points = [_contact_point(message) for message in messages]
    asked = [
        (point, ContactPurpose(Purpose(row.purpose), Channel(row.channel), row.organisation_id, row.scope))
        for row, point in zip(messages, points, strict=True)
        if point is not None
    ]
    decisions = iter(may_contact_each(asked, at))
    reasons = ["unreadable address" if point is None else next(decisions).reason for point in points]
    blocked = _blocked(messages)
    return [
        reason or ("sender-blocked" if message.pk in blocked else "")
        for message, reason in zip(messages, reasons, strict=True)
    ]


def is_unchanged(message: OutboundMessage) -> bool:
    """Whether a message in hand is still in hand, and nothing was said since `refusals` allowed it; one quick query.

    False only means that it is to be asked in full.
    """
    return bool(_unchanged(pk=message.pk, claim=message.claim, sender=sender_of(message)))


@compiled_select
def _unchanged(*, pk: int, claim: str, sender: str) -> QuerySet[OutboundMessage, tuple[int]]:
    blocks = SenderBlock.objects.filter(
        channel=OuterRef("channel"), sender=sender, address_index=OuterRef("address_index"), lifted_at__isnull=True
    )
    rows = OutboundMessage.objects.filter(nothing_against(), ~Exists(blocks), pk=pk, claim=claim)
    return rows.filter(status=MessageStatus.SENDING).order_by().values_list("pk")


def held_until(message: OutboundMessage, at: datetime) -> datetime | None:
    """Return until when the recipient's night holds a text back, None when it may go: answers may at any hour."""
    quiet = read_quiet_hours(settings.QUIET_HOURS)
    if quiet is None or message.channel != Channel.SMS or message.purpose == Purpose.SERVICE:
        return None
    zones = zones_of_number(canonical_phone(message.address))
    return hold_until(at, zones, quiet, expires_at=message.expires_at, is_awaited=message.purpose in _AWAITED)


def _blocked(messages: list[OutboundMessage]) -> set[int]:
    """Return the ids of messages whose sender may not write to their address."""
    by_sender: dict[tuple[str, str], dict[int, str]] = {}
    for message in messages:
        found = by_sender.setdefault((message.channel, sender_of(message)), {})
        found[message.pk] = message.address_index
    blocked: set[int] = set()
    for (channel, sender), indexes in by_sender.items():
        stopped = blocked_among(channel=channel, sender=sender, indexes=set(indexes.values()))
        blocked |= {pk for pk, index in indexes.items() if index in stopped}
    return blocked


def _contact_point(message: OutboundMessage) -> ContactPoint | UnknownAddress | None:
    if message.contact_point is not None:
        return message.contact_point
    canonical = canonical_email if message.channel == Channel.EMAIL else canonical_phone
    try:
        return UnknownAddress(Channel(message.channel), canonical(message.address))
    except UnreadableAddress:
        return None
