"""A message as staff may read it: its words, without the links that only its recipient may press."""

import re
from dataclasses import dataclass

from messaging.models import OutboundMessage
from messaging.rendering import render_message

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class ShownLetter:
    """Its subject and words; each link is ``[…]``, because whoever has it may confirm or cancel for the person."""

    subject: str
    text: str


def shown_letter(message: OutboundMessage) -> ShownLetter | None:
    """Return what a message says, None when it cannot be drawn any more (what it was for was done or forgotten)."""
    try:
        letter = render_message(message)
    except Exception:  # noqa: BLE001 - not needed any more, a text or a row gone since: the rest of the page is of use
        return None
    return ShownLetter(_LINK.sub("[…]", letter.subject), _LINK.sub("[…]", letter.text))
