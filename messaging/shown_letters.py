"""A message as staff may read it: its words, without the links that only its recipient may press."""

import logging
import re
from dataclasses import dataclass

from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message

logger = logging.getLogger(__name__)
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
    except NotNeeded:
        return None
    except Exception:
        # A text or a row that is gone since: the rest of the page is still of use.
        logger.exception("message %s cannot be shown", message.pk)
        return None
    return ShownLetter(_LINK.sub("[…]", letter.subject), _LINK.sub("[…]", letter.text))
