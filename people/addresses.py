"""Keyed indexes of addresses: find an address, or a suppression of it, without writing the address down."""

from core.hashing import keyed_hash


def address_index(channel: str, canonical: str) -> str:
    """Return the keyed hash under which an address is suppressed and rate-limited."""
    return keyed_hash("address", channel, canonical)


def subject_index(kind: str, target_id: int, canonical: str) -> str:
    """Return the keyed hash of one person's submissions of one kind to one target."""
    return keyed_hash("subject", kind, str(target_id), canonical)
