"""What a partner's public key must look like. Pure: no database, no clock."""

import hashlib


class NotAKeyError(ValueError):
    """The text is no public age key. ``is_secret``: it is the secret one, which belongs to nobody but the partner."""

    def __init__(self, *, is_secret: bool = False) -> None:
        super().__init__("not a public age key")
        self.is_secret = is_secret


def read_recipient(typed: str) -> str:
    """Return an age X25519 recipient (``age1…``) in its one spelling. Raises NotAKeyError."""
    from pyrage import RecipientError, x25519

    text = "".join(typed.split())
    if text.upper().startswith("AGE-SECRET-KEY-"):
        raise NotAKeyError(is_secret=True)
    try:
        return str(x25519.Recipient.from_str(text.lower() if text.isupper() else text))
    except RecipientError as error:
        raise NotAKeyError from error


def fingerprint_of(recipient: str) -> str:
    """Return what people compare on the telephone: 80 bits of SHA-256 in five groups of four hex digits."""
    digits = hashlib.sha256(recipient.encode()).hexdigest()[:20]
    return " ".join(digits[start : start + 4] for start in range(0, 20, 4))
