"""Keyed indexes of addresses: find an address, or a suppression of it, without writing the address down."""

from collections.abc import Iterable

from core.hashing import keyed_hash, keyed_hasher


def address_index(channel: str, canonical: str) -> str:
    """Return the keyed hash under which an address is suppressed and rate-limited."""
    return keyed_hash("address", channel, canonical)


def addresses_by_index(channel: str, canonicals: Iterable[str]) -> dict[str, str]:
    """Return many addresses by their `address_index`."""
    index_of = keyed_hasher("address", channel)
    return {index_of(canonical): canonical for canonical in canonicals}


def subject_index(kind: str, target_id: int, canonical: str) -> str:
    """Return the keyed hash of one person's submissions of one kind to one target."""
    return keyed_hash("subject", kind, str(target_id), canonical)


def masked_address(channel: str, typed: str) -> str:
    """Return an address so that its owner recognises it and nobody else can use it: ``a…@g….org``, ``+32…56``."""
    if channel == "sms":
        digits = typed.replace(" ", "")
        return f"{digits[:3]}…{digits[-2:]}" if len(digits) > 7 else "…"
    local, at, domain = typed.rpartition("@")
    if not at:
        return "…" if typed else ""
    _name, dot, ending = domain.rpartition(".")
    return f"{local[:1]}…@{domain[:1]}….{ending}" if dot else f"{local[:1]}…@…"
