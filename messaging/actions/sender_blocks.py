"""Addresses that one sender may not write to: an opt-out per sender, not of the person everywhere."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from messaging.models import SenderBlock
from people.addresses import address_index
from people.enums import Channel


@transaction.atomic
def block_sender(*, channel: str, sender: str, address_index: str, by: audit.Actor, at: datetime) -> SenderBlock:
    """Remember that ``sender`` may not write to this address. Safe to call twice: the block in force is returned."""
    block, created = SenderBlock.objects.get_or_create(
        channel=channel, sender=sender, address_index=address_index, lifted_at=None, defaults={"at": at}
    )
    if created:
        audit.record("messaging.sender_block.set", by=by, target=block)
    return block


@transaction.atomic
def lift_sender_blocks(
    *, channel: Channel, canonical: str, by: audit.Actor, at: datetime, sender: str | None = None
) -> int:
    """End the blocks of one address, of one ``sender`` or of all, and return how many. Safe to call twice."""
    blocks = SenderBlock.objects.filter(
        channel=channel, address_index=address_index(channel, canonical), lifted_at__isnull=True
    )
    if sender is not None:
        blocks = blocks.filter(sender=sender)
    lifted = 0
    for block in blocks.order_by("pk"):
        if SenderBlock.objects.filter(pk=block.pk, lifted_at__isnull=True).update(lifted_at=at):
            audit.record("messaging.sender_block.lifted", by=by, target=block)
            lifted += 1
    return lifted


def blocked_among(*, channel: str, sender: str, indexes: Iterable[str]) -> set[str]:
    """Return those of ``indexes`` (keyed hashes of addresses) that ``sender`` may not write to."""
    blocks = SenderBlock.objects.filter(
        channel=channel, sender=sender, address_index__any_of=indexes, lifted_at__isnull=True
    )
    return set(blocks.values_list("address_index", flat=True))
