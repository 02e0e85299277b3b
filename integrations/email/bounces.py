"""Mail that came back, read: reports of delivery (RFC 3464) and of complaints (RFC 5965). Pure.

What names the message is its own reference, in the address the mail came back to (VERP) or in its Message-ID; without
one a report is about nothing we know, so nobody can report on an address whose mail they have not seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from integrations.email.bounce_addresses import reference_in
from messaging.enums import ReportedEvent

# Enhanced status codes (RFC 3463) that say nothing against the address itself: mailbox full, policy, congestion.
_NOT_THE_ADDRESS = re.compile(r"5\.(?:2|3|4|7)\.\d{1,3}\Z")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"<([a-z0-9]{1,13}-[a-z0-9]{1,26})@", re.IGNORECASE)
_CAME_BACK_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_ACTIONS = {"delivered": ReportedEvent.DELIVERED, "relayed": ReportedEvent.SENT, "expanded": ReportedEvent.SENT,
            "delayed": ReportedEvent.SENT}  # fmt: skip
_FEEDBACK = {"abuse": ReportedEvent.COMPLAINED, "fraud": ReportedEvent.COMPLAINED, "virus": ReportedEvent.COMPLAINED,
             "other": ReportedEvent.COMPLAINED, "opt-out": ReportedEvent.UNSUBSCRIBED}  # fmt: skip


@dataclass(frozen=True)
class Returned:
    """What one report says of one message to one address (blank: the report does not name it)."""

    reference: str
    event: ReportedEvent
    address: str = ""
    reason: str = ""


def read_returned(mail: bytes, *, recipient: str = "") -> list[Returned]:
    """Return what a mail reports, one entry per recipient it speaks of; nothing where it is no report of ours.

    ``recipient``: the address it was delivered to, where the mail server says so.
    """
    message = message_from_bytes(mail)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    reference = _reference(message, recipient)
    if not reference:
        return []
    found: list[Returned] = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            found += _delivery(part, reference)
        elif part.get_content_type() == "message/feedback-report":
            found += _feedback(part, reference)
    return found


def _reference(message: Message, recipient: str) -> str:
    """Return the reference in the address the mail came back to, else in the returned letter's own headers."""
    addressed = [recipient, *(str(value) for name in _CAME_BACK_TO for value in message.get_all(name, []))]
    for text in addressed:
        if found := reference_in(text):
            return found
    for part in _parts(message):
        named = _MESSAGE_ID.search(_header(part, "Message-ID"))
        if found := named[1].lower() if named else reference_in(_header(part, "Return-Path")):
            return found
    return ""


def _parts(message: Message) -> Iterator[Message]:
    """Yield the returned letter, or its headers, as messages."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            yield part.get_payload(0)  # type: ignore[misc]
        elif kind == "text/rfc822-headers":
            yield message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]


def _header(part: Message, name: str) -> str:
    return str(part.get(name, ""))


def _delivery(part: Message, reference: str) -> Iterator[Returned]:
    for fields in part.get_payload() if part.is_multipart() else []:
        if not isinstance(fields, Message) or not fields.get("Action"):
            continue  # the first group speaks of the whole report
        action = _header(fields, "Action").strip().lower()
        status = _STATUS.search(_header(fields, "Status") or _header(fields, "Diagnostic-Code"))
        code = status[0] if status else ""
        event = _failure(code) if action == "failed" else _ACTIONS.get(action)
        if event is not None:
            yield Returned(reference, event, _address(fields), f"{action} {code}".strip())


def _failure(code: str) -> ReportedEvent:
    is_hard = code.startswith("5.") and not _NOT_THE_ADDRESS.match(code)
    return ReportedEvent.HARD_BOUNCED if is_hard else ReportedEvent.SOFT_BOUNCED


def _address(fields: Message) -> str:
    """Return whom the report speaks of: the address as it was written to, before anybody forwarded it."""
    typed = _header(fields, "Original-Recipient") or _header(fields, "Final-Recipient")
    return parseaddr(typed.partition(";")[2].strip())[1]


def _feedback(part: Message, reference: str) -> Iterator[Returned]:
    for fields in part.get_payload() if part.is_multipart() else []:
        if not isinstance(fields, Message):
            continue
        kind = _header(fields, "Feedback-Type").strip().lower()
        if event := _FEEDBACK.get(kind):
            # Providers black the address out; the reference says whose it is.
            address = parseaddr(_header(fields, "Original-Rcpt-To"))[1]
            is_plain = "@" in address and "redacted" not in address.lower()
            yield Returned(reference, event, address if is_plain else "", f"feedback {kind}")
