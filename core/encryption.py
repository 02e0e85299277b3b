"""Words kept so that a copy of the database alone does not tell them: AES-256-GCM with keys outside of it. Pure.

A kept text reads ``enc:1:<key id>:<base64 of nonce, ciphertext and tag>``. It is bound to the field it stands in (the
associated data of NIST SP 800-38D), so nothing can be read by putting it where somebody is shown another field. Which
row it stands in is not bound: docs/adr/0034.
"""

import base64
import binascii
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "enc:1:"
KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}\Z")


class UnreadableKeys(ValueError):
    """The keys given are no keys; the words say which and why, never the key."""


class UnreadableSecret(Exception):
    """A kept text cannot be read: its key is not among those given, or it was changed, or stands in another field."""


@dataclass(frozen=True)
class KeyRing:
    """The keys that read, by id; the ``current`` one writes."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> str:
        return self.keys[0][0]

    @property
    def current_prefix(self) -> str:
        """What every text begins with that needs no other key than the current one."""
        return f"{PREFIX}{self.current}:"

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {name: AESGCM(key) for name, key in self.keys}

    def encrypt(self, text: str, field: str) -> str:
        """Return ``text`` as it is kept in ``field`` (``app.Model.field``), another one each time."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, text.encode(), field.encode())
        return self.current_prefix + base64.b64encode(nonce + sealed).decode()

    def decrypt(self, kept: str, field: str) -> str:
        """Return what was kept in ``field``. Raises UnreadableSecret."""
        name, _, coded = kept.removeprefix(PREFIX).partition(":")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise UnreadableSecret(f"{field} was written with the key “{name}”, which DATA_KEYS does not hold")
        try:
            sealed = base64.b64decode(coded, validate=True)
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], field.encode()).decode()
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise UnreadableSecret(f"{field} was changed since it was written, or belongs elsewhere") from error


def is_encrypted(kept: str) -> bool:
    """Whether a column's text is a kept one; another is of before it was encrypted, and stands as it is."""
    return kept.startswith(PREFIX)


def read_keys(given: Iterable[str]) -> KeyRing:
    """Return the keys written ``<id>=<base64 of 32 bytes>``, the first of which writes. Raises UnreadableKeys."""
    keys: dict[str, bytes] = {}
    for number, each in enumerate(given, start=1):
        name, separator, coded = each.strip().partition("=")
        if not separator or not _KEY_ID.match(name):
            raise UnreadableKeys(f"key {number} does not begin with an id of small letters and digits, and “=”")
        try:
            key = base64.b64decode(coded, altchars=b"-_", validate=True)
        except binascii.Error as error:
            raise UnreadableKeys(f"the key “{name}” is not base64") from error
        if len(key) != KEY_BYTES:
            raise UnreadableKeys(f"the key “{name}” has {len(key)} bytes instead of {KEY_BYTES}")
        if name in keys:
            raise UnreadableKeys(f"there are two keys “{name}”")
        keys[name] = key
    if not keys:
        raise UnreadableKeys("there is none")
    return KeyRing(tuple(keys.items()))
