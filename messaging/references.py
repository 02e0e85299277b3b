"""What names a message to a provider: stable, not to be guessed, and fit for an address, a URL and a header."""

from hmac import compare_digest

from core.hashing import keyed_hash

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# 80 bits: nobody without the key hits one, and the whole stays short enough for the local part of an address.
_SEAL = 20


class InvalidReference(ValueError):
    """The reference was cut, mistyped or made up."""


def sign_reference(message_pk: int) -> str:
    """Return the reference of a row of the ledger: at most 40 characters of a to z, 0 to 9 and one hyphen.

    It is the same each time, so a report that comes back with it settles a message whose provider's id nobody learnt.
    It goes into bounce addresses (VERP), the URLs of status callbacks and mail headers.
    """
    return f"{_base36(message_pk)}-{_seal(message_pk)}"


def read_reference(reference: str) -> int:
    """Return the primary key a reference names; capitals are allowed, because mail servers change them.

    Raises InvalidReference for anything we did not sign.
    """
    text = reference.strip().lower()
    number, hyphen, _rest = text.partition("-")
    if not hyphen or not number.isascii() or not number.isalnum() or len(number) > 13:
        raise InvalidReference(reference)
    pk = int(number, 36)
    if not compare_digest(sign_reference(pk).encode(), text.encode()):
        raise InvalidReference(reference)
    return pk


def _seal(message_pk: int) -> str:
    return keyed_hash("message-reference", str(message_pk))[:_SEAL]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
