"""Keyed hashes: the same input gives the same text, and nobody without the key can try inputs."""

import hmac

from django.conf import settings


def keyed_hash(purpose: str, *parts: str) -> str:
    """Return 32 hex digits (128 bits) of HMAC-SHA-256 over the parts, bound to ``purpose``.

    Two purposes never give the same hash for the same input, so one table cannot be matched against another.
    """
    message = "\x1f".join((purpose, *parts)).encode()
    return hmac.digest(settings.KEYED_HASH_SECRET.encode(), message, "sha256").hex()[:32]
