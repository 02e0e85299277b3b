"""Who of an audience gets which variant: random to look at, the same whenever it is asked. Pure."""

from collections.abc import Sequence
from hashlib import sha256

_STEPS = 2**48


def lot_of(broadcast_id: int, point_id: int) -> float:
    """Return the lot one contact point draws in one broadcast: 0 ≤ lot < 1, spread evenly, never another one."""
    digest = sha256(f"broadcast:{broadcast_id}:{point_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / _STEPS


def variant_of(lot: float, variants: Sequence[int], test_percent: int | None) -> int | None:
    """Return which of ``variants`` goes to who drew ``lot``; None: they wait until the test is decided.

    Without ``test_percent`` (of the audience, 1 to 100) everybody is given one at once, the same number each.
    """
    part = 1.0 if test_percent is None else test_percent / 100
    if lot >= part:
        return None
    place = int(lot / part * len(variants))
    return variants[min(place, len(variants) - 1)]
