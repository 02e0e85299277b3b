"""No address is sent more confirmations than its owner can have asked for, whatever the targets."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings

from core.batch_inserts import insert_new_rows
from messaging.actions.queue import Draft
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.addresses import address_index
from people.enums import Purpose

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def suppress_excess(*, drafts: list[Draft], at: datetime) -> list[Draft]:
    """Return the drafts that keep within what one address may be sent in an hour and a day; write down the others.

    The limits are settings (CONFIRMATIONS_PER_ADDRESS_HOUR and _DAY). What is beyond them leaves a SUPPRESSED row and
    is not lost: its author may ask for the mail again, and is reminded after two days. Counted is every answer to a
    form that was to be sent to the address, and each draft let through here.
    """
    indexes = [address_index(draft.purpose.channel, draft.canonical) for draft in drafts]
    sent = _lately_sent_to(set(indexes), at)
    allowed: list[Draft] = []
    excess: list[Draft] = []
    for draft, index in zip(drafts, indexes, strict=True):
        if _is_within_limits(sent[index], at):
            sent[index].append(at)
            allowed.append(draft)
        else:
            excess.append(draft)
    insert_new_rows(OutboundMessage, [draft.as_values("sent often enough") for draft in excess])
    return allowed


def _is_within_limits(moments: list[datetime], at: datetime) -> bool:
    in_hour = sum(moment > at - HOUR for moment in moments)
    return in_hour < settings.CONFIRMATIONS_PER_ADDRESS_HOUR and len(moments) < settings.CONFIRMATIONS_PER_ADDRESS_DAY


def _lately_sent_to(indexes: set[str], at: datetime) -> defaultdict[str, list[datetime]]:
    """Return when each address was sent an answer to a form during the last day."""
    rows = OutboundMessage.objects.filter(
        address_index__any_of=indexes, purpose=Purpose.SERVICE, submission__isnull=False, created_at__gt=at - DAY
    ).exclude(status=MessageStatus.SUPPRESSED)
    sent: defaultdict[str, list[datetime]] = defaultdict(list)
    for index, moment in rows.order_by().values_list("address_index", "created_at"):
        sent[index].append(moment)
    return sent
