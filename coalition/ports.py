"""What hands files to partners' own systems. The implementation lives in `integrations`; settings name it."""

from typing import IO, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class DeliveryError(Exception):
    """The partner's system did not take the file. ``permanent``: it never will, as long as nobody changes something."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class PartnerCaller(Protocol):
    """Hands an encrypted file to an address that a partner typed, and to nothing inside our own network."""

    def refusal(self, url: str) -> str:
        """Return why this address is never called, in words for people, or nothing. Looks no name up."""

    def deliver(self, *, url: str, key: str, secret: str, body: IO[bytes], size: int, sha256: str, at: float) -> None:
        """Post ``body`` (``size`` bytes, ``sha256`` in hex), signed with ``secret``; raises DeliveryError.

        ``key`` is the same when a delivery is repeated; ``at`` is the moment in seconds since 1970 that is signed.
        """


def new_partner_caller() -> PartnerCaller:
    """Return a fresh caller."""
    caller: PartnerCaller = import_string(settings.PARTNER_CALLER)()
    return caller
