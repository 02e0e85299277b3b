"""What happens to recipients when two supporters become one (settings.SUPPORTER_MERGERS)."""

from audiences.enums import RecipientStatus
from audiences.models import BroadcastRecipient
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.models import Supporter

REASON = "the same person gets it at another address"


def move_recipients(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's places in broadcasts to the kept one, in the transaction that merges them.

    Where both are in one broadcast, the place whose message has not left is given up, so that one human is written to
    once. The rows are held first: a drain that has them in hand comes before or after.
    """
    both = (keep.pk, absorb.pk)
    held = BroadcastRecipient.objects.select_for_update(of=("self",)).select_related("message")
    places: dict[int, list[BroadcastRecipient]] = {}
    for row in held.filter(supporter__in=both).order_by("pk"):
        places.setdefault(row.broadcast_id, []).append(row)
    for rows in places.values():
        if len(rows) == 2:
            goes = next((row for row in rows if _is_open(row)), rows[1])
            _give_up(goes)
            rows.remove(goes)
        BroadcastRecipient.objects.filter(pk=rows[0].pk).update(supporter=keep)


def _is_open(row: BroadcastRecipient) -> bool:
    if row.status == RecipientStatus.WAITING:
        return True
    return row.message is not None and row.message.status == MessageStatus.READY


def _give_up(row: BroadcastRecipient) -> None:
    """Send nothing to this address, as far as it has not left, and forget whose it was."""
    if row.message_id is not None:
        ready = OutboundMessage.objects.filter(pk=row.message_id, status=MessageStatus.READY)
        ready.update(status=MessageStatus.CANCELLED, reason=REASON)
    BroadcastRecipient.objects.filter(pk=row.pk, status=RecipientStatus.WAITING).update(
        status=RecipientStatus.LEFT_OUT, reason="merged"
    )
    BroadcastRecipient.objects.filter(pk=row.pk).update(supporter=None)
