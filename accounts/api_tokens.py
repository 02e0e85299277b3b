"""What a token of the API looks like, and what is kept of it. Pure."""

import secrets

from core.hashing import keyed_hash

PREFIX = "carillon_"  # by which scanners of source code and people know what they found


def new_token() -> str:
    """Return a token of 256 random bits."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def hash_of(token: str) -> str:
    """Return what is kept of a token: keyed, so that whoever reads the table can neither use nor try it."""
    return keyed_hash("api-token", token)
