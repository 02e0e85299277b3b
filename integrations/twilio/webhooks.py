"""What Twilio tells us: what became of a text we sent, and what somebody texted. One call inward each."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from core.bodies import says_at_most
from integrations.twilio import codes
from integrations.twilio.messaging_services import owner_of
from integrations.twilio.signatures import is_signed
from messaging.actions.inbound import receive_text
from messaging.actions.reports import take_report
from messaging.enums import ReportedEvent, Told
from people.canonical import UnreadableAddress
from people.enums import Channel

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]
# A report has a few hundred bytes, a text of 1,600 characters and its attachments' addresses some ten thousand.
LARGEST_BODY = 64 * 1024
NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_EVENTS = {
    "accepted": ReportedEvent.SENT,
    "scheduled": ReportedEvent.SENT,
    "queued": ReportedEvent.SENT,
    "sending": ReportedEvent.SENT,
    "sent": ReportedEvent.SENT,
    "delivered": ReportedEvent.DELIVERED,
    "read": ReportedEvent.DELIVERED,
    "undelivered": ReportedEvent.FAILED,
    "failed": ReportedEvent.FAILED,
    "canceled": ReportedEvent.FAILED,
}


def from_twilio(view: View) -> View:
    """Let nothing in but a form of a decent size that Twilio signed: others learn 413, 400 or 403 and no more."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not says_at_most(request, LARGEST_BODY):
            return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            signed = is_signed(request)
        except (UnicodeError, ValueError, BadRequest):
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        if not signed:
            logger.warning("a request to %s was not signed by Twilio", request.path)
            return HttpResponse(status=HTTPStatus.FORBIDDEN)
        return view(request)

    return csrf_exempt(require_POST(guarded))


@from_twilio
def status(request: HttpRequest) -> HttpResponse:
    """Hand on what became of a message; one we do not know, or a word Twilio invented since, is no error."""
    told = request.POST.get("MessageStatus") or request.POST.get("SmsStatus") or ""
    event = _EVENTS.get(told.lower())
    code = _number(request.POST.get("ErrorCode", ""))
    if event is None:
        logger.warning("Twilio reports a status nobody here knows")
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if event == ReportedEvent.FAILED:
        event = _failure(code)
    take_report(
        channel=Channel.SMS,
        event=event,
        at=timezone.now(),
        provider_id=_sid(request, "MessageSid"),
        reference=request.GET.get("r", "")[:60],
        reason=codes.in_words(code) if code else "",
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _failure(code: int) -> ReportedEvent:
    if code in codes.BLOCKED:
        return ReportedEvent.SENDER_BLOCKED
    return ReportedEvent.UNREACHABLE if code in codes.UNREACHABLE else ReportedEvent.FAILED


@from_twilio
def inbound(request: HttpRequest) -> HttpResponse:
    """Take a text somebody sent, and answer nothing: whatever is to be said goes through the ledger.

    ``OptOutType``: Twilio understood STOP, START or HELP and answered it already. What comes from no number (a short
    code, a name, another channel) has nobody who could be answered and is let go.
    """
    told = request.POST.get("OptOutType", "").lower()
    owner = owner_of(request.POST.get("MessagingServiceSid", ""))
    try:
        receive_text(
            channel=Channel.SMS,
            address=_number_of(request.POST.get("From", "")),
            text=_words(request),
            provider_id=_sid(request, "MessageSid") or _sid(request, "SmsMessageSid"),
            at=timezone.now(),
            told=Told(told) if told in Told.values else None,
            organisation=Organisation.objects.filter(slug=owner).first() if owner else None,
        )
    except UnreadableAddress:
        logger.warning("a text came from no number and was let go")
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


def _number_of(sender: str) -> str:
    """Return a sender that is a number, blank for a name, a short code or another channel's ``whatsapp:+32…``."""
    return sender[:40] if sender.startswith("+") else ""


def _words(request: HttpRequest) -> str:
    """Return the text; pictures are not fetched, and the reader learns that there were some."""
    text = request.POST.get("Body", "")
    pictures = _number(request.POST.get("NumMedia", ""))
    return f"{text} [+ {pictures} pictures, not kept]".strip() if pictures else text


def _sid(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:120]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
