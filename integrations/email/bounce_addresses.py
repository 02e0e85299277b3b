"""Addresses that mail comes back to, one for each message (VERP): ``bounces+<reference>@domain``."""

import re

from django.conf import settings

_DETAIL = re.compile(r"\+([a-z0-9]{1,13}-[a-z0-9]{1,26})@", re.IGNORECASE)


def bounce_address(reference: str) -> str:
    """Return the envelope sender of the message with this reference."""
    local, _at, domain = settings.MAIL_BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{reference}@{domain}"


def reference_in(text: str) -> str:
    """Return what looks like a message's reference in an address of ours within ``text``, or nothing."""
    found = _DETAIL.search(text)
    return found[1].lower() if found else ""
