"""Signed links that carry a submission: the salt says what the link may do."""

import base64
import binascii
import uuid

from django.core import signing

CONFIRM = "people.submission.confirm"
SENT = "people.submission.sent"


class InvalidToken(ValueError):
    """The link was cut, mistyped or made up."""


def sign_uuid(value: uuid.UUID, salt: str) -> str:
    """Return a URL-safe token that only we can make and that only `read_uuid` with the same salt accepts."""
    name = base64.urlsafe_b64encode(value.bytes).rstrip(b"=").decode()
    return signing.Signer(salt=salt, sep=".").sign(name)


def read_uuid(token: str, salt: str) -> uuid.UUID:
    """Return the signed id. Raises InvalidToken for anything we did not sign for this purpose."""
    try:
        name = signing.Signer(salt=salt, sep=".").unsign(token)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(name + "=="))
    except (signing.BadSignature, ValueError, binascii.Error, UnicodeError) as error:
        raise InvalidToken from error
