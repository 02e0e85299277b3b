"""Keeping chains of records right: which record is the last word, and when the conversation was."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from outreach.chains import Link, by_root
from outreach.models import OutreachContact

if TYPE_CHECKING:
    from accounts.models import User


def put_chains_right(*, mobiliser: "User", roots: set[UUID]) -> dict[UUID, list[Link]]:
    """Work out ``is_current`` and ``occurred_at`` of one mobiliser's chains and return them by root.

    From the chain alone, so that any order of arrival ends the same: the last word is the record with the greatest
    (``device_at``, ``client_id``), and a correction counts when the conversation was, which its first record says.
    Call in the transaction that holds the mobiliser's lock. Safe to call twice.
    """
    rows = OutreachContact.objects.filter(mobiliser=mobiliser, root_id__in=roots).order_by()
    links = [
        Link(*row)
        for row in rows.values_list(
            "pk", "client_id", "root_id", "record_type", "device_at", "occurred_at", "is_current"
        )
    ]
    chains = by_root(links)
    raised, lowered, moved = _differences(chains.values())
    if lowered:
        OutreachContact.objects.filter(pk__in=lowered).update(is_current=False)
    if raised:
        OutreachContact.objects.filter(pk__in=raised).update(is_current=True)
    if moved:
        OutreachContact.objects.bulk_update(
            [OutreachContact(pk=pk, occurred_at=occurred_at) for pk, occurred_at in moved.items()], ["occurred_at"]
        )
    return chains


def _differences(chains: Iterable[list[Link]]) -> tuple[list[int], list[int], dict[int, datetime]]:
    """Return which records become current, which stop to be, and which happened at another time than they say."""
    raised: list[int] = []
    lowered: list[int] = []
    moved: dict[int, datetime] = {}
    for chain in chains:
        last = chain[-1]
        if not last.is_current:
            raised.append(last.pk)
        if len(chain) == 1:
            continue
        lowered += [link.pk for link in chain[:-1] if link.is_current]
        first = next((link for link in chain if link.client_id == link.root_id), None)
        if first is not None:
            moved |= {link.pk: first.occurred_at for link in chain if link.occurred_at != first.occurred_at}
    return raised, lowered, moved
