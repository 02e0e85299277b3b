"""What Twilio's error codes mean for the ledger (twilio.com/docs/api/errors). Pure. No reason names a number."""

from datetime import timedelta
from http import HTTPStatus

# The number takes no texts, now or ever: reports of it are about the number, not about us.
UNREACHABLE = {
    30003: "the phone is off, out of reach or not in use",
    30005: "there is no such number",
    30006: "a landline, or a network that takes no texts",
    21211: "not a number one can write to",
    21614: "not a mobile number",
    21217: "not a number one can write to",
    21421: "not a number one can write to",
}
BLOCKED = {21610: "the person told this sender to stop"}
# Sent again as it is it would be refused again.
REFUSED = {
    21408: "the account may not write to this country",
    21602: "there is no text",
    21612: "no sender of the service reaches this number",
    21617: "the text is too long",
    30001: "the queue was full",
    30004: "the number refuses texts of this sender",
    30007: "the network took it for spam",
    30008: "the network did not say why",
    30010: "it would have cost more than allowed",
    30022: "too many for the network",
    30034: "the sender is not registered with the networks",
    30036: "it was not delivered in time",
    30410: "the network did not answer in time",
    30450: "the account may not write to this country",
    60410: "the account may not write to this country",
}
# Too much at once. 30001 and 21611: the queue is full; 14107, 20429 and 63018: too many requests.
THROTTLED = {14107, 20429, 21611, 30001, 30022, 63018}
# Something about the account or the settings, not about this text: it waits until somebody has mended it.
MISCONFIGURED = {
    20003: "sign-in refused",
    20005: "the account is not active",
    20404: "no such account or service",
    20008: "test credentials",
    21604: "the sender is missing",
    21603: "the sender is missing",
    21606: "the sender is not ours",
    21609: "it cannot reach PUBLIC_URL",
    21701: "no such Messaging Service",
    21703: "the Messaging Service has no numbers",
    21704: "the Messaging Service has no numbers",
    21705: "no such Messaging Service",
    21706: "no such Messaging Service",
    30002: "the account is suspended",
    30039: "the account is closed",
}
RETRY_THROTTLED = timedelta(seconds=5)
RETRY_MISCONFIGURED = timedelta(minutes=5)
_REFUSED_SIGN_IN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def in_words(code: int) -> str:
    """Return the reason for the ledger: the code, and what it means where we know."""
    words = {**MISCONFIGURED, **REFUSED, **UNREACHABLE, **BLOCKED}.get(code, "")
    return f"Twilio {code}: {words}" if words else f"Twilio {code}"


def is_throttled(code: int, status: int = 0) -> bool:
    """Whether the answer asks to come back later."""
    return code in THROTTLED or status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


def is_misconfigured(code: int, status: int = 0) -> bool:
    """Whether the account or the settings are to blame, so that every other text would fare the same."""
    return code in MISCONFIGURED or status in _REFUSED_SIGN_IN
