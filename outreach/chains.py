"""Chains of records: which one is the last word, and whose identity is in force. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outreach.enums import RecordType


@dataclass(frozen=True)
class Link:
    """One record of a chain, as far as its place in it goes."""

    pk: int
    client_id: UUID
    root_id: UUID
    record_type: str
    device_at: datetime
    occurred_at: datetime
    is_current: bool

    @property
    def place(self) -> tuple[datetime, int]:
        """Where the record stands in its chain: later by the phone's clock, then greater by its id."""
        return self.device_at, self.client_id.int


def by_root(links: Iterable[Link]) -> dict[UUID, list[Link]]:
    """Return the chains, each from its first to its last word."""
    chains: dict[UUID, list[Link]] = defaultdict(list)
    for link in links:
        chains[link.root_id].append(link)
    for chain in chains.values():
        if len(chain) > 1:
            chain.sort(key=lambda link: link.place)
    return chains


def identity_in_force(chain: list[Link], identified: set[int]) -> int | None:
    """Return which record's person stands for a chain (sorted), None: nobody.

    The latest record that came with a person does, because a phone forgets the person once it is acknowledged and a
    later correction comes without; an undo as the last word leaves nobody. ``identified``: the records with a person.
    """
    if not chain or chain[-1].record_type == RecordType.UNDO:
        return None
    return next((link.pk for link in reversed(chain) if link.pk in identified), None)
