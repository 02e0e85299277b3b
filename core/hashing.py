"""Keyed hashes: the same input gives the same text, and nobody without the key can try inputs."""

import hmac
from collections.abc import Callable

from django.conf import settings


def keyed_hash(purpose: str, *parts: str) -> str:
    """Return 32 hex digits (128 bits) of HMAC-SHA-256 over the parts, bound to ``purpose``.

    Two purposes never give the same hash for the same input, so one table cannot be matched against another.
    """
    *first, last = (purpose, *parts)
    return keyed_hasher(*first)(last)


def keyed_hasher(*first: str) -> Callable[[str], str]:
    """Return `keyed_hash` for many inputs that differ in their last part only."""
    key = settings.KEYED_HASH_SECRET.encode()
    start = "".join(f"{part}\x1f" for part in first).encode()

    def hash_last(last: str) -> str:
        return hmac.digest(key, start + last.encode(), "sha256").hex()[:32]

    return hash_last
