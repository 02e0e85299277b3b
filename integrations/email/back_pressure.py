"""When a mail server's answer means: leave me alone for a while. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# Without word of when to come back.
PAUSE = timedelta(minutes=1)
LOGIN_PAUSE = timedelta(minutes=5)

# RFC 5321 §3.8: 421 is about the line; 454 (RFC 4954 §6, and what providers say above their rate) about who writes.
_ABOUT_US = {421, 454}
_ABOUT_SPACE = {450, 451, 452}
# RFC 3463 §3.4: X.3.X is the state of the mail system, whoever the letter is for.
_SYSTEM = re.compile(rb"^4\.3\.\d+")
_TOO_MANY, _UNAVAILABLE = 429, 503


def pause_after_reply(code: int, text: bytes | str, *, names_recipient: bool) -> timedelta | None:
    """Return for how long to leave an SMTP server alone after its reply, None when the reply is about one letter.

    450, 451 and 452 are about us as long as no recipient was named; then they speak of that recipient's mailbox or a
    greylist, unless their enhanced code says that it is the server.
    """
    words = text.encode(errors="replace") if isinstance(text, str) else text
    if code in _ABOUT_US:
        return PAUSE
    if code in _ABOUT_SPACE and (not names_recipient or _SYSTEM.match(words)):
        return PAUSE
    return None


def pause_after_answer(status: int, headers: Mapping[str, str], at: datetime) -> timedelta | None:
    """Return for how long a provider's API asks to be left alone (RFC 9110 §10.2.3), None when it does not."""
    if status not in (_TOO_MANY, _UNAVAILABLE):
        return None
    return _retry_after(headers.get("Retry-After", ""), at) or PAUSE


def _retry_after(text: str, at: datetime) -> timedelta | None:
    """Read seconds or a date; None for anything else, and for what is over."""
    if text.strip().isdecimal() and len(text.strip()) < 7:
        pause = timedelta(seconds=int(text))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        pause = moment - at if moment.tzinfo is not None else timedelta(0)
    return pause if pause > timedelta(0) else None
