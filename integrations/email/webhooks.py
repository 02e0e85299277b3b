"""What mail providers report: ``/integrations/email/<provider>/tracking``."""

import hashlib
import json
import logging
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.bodies import says_at_most
from integrations.email.providers import PROVIDERS, Provider, reason_of, reported
from messaging.actions.reports import take_report
from people.enums import Channel

logger = logging.getLogger(__name__)

# SendGrid's batches, the largest, stay below 768 kB.
LARGEST_BODY = 1024 * 1024
# What reading a body that is not what the provider sends ends in.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError, RecursionError)
_KEEP_SIGNATURES = 2 * 24 * 3600
_OLDEST_SIGNATURE = 24 * 3600


@csrf_exempt  # the provider proves itself by a signature or a password, as django-anymail checks it
@require_http_methods(["POST", "HEAD"])
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a provider's report on messages, each by its own reference and address.

    404 for a provider without a secret in the settings, 413 for a body above a megabyte, 403 for what is forged or a
    signature used again for other words, 400 for what cannot be read. What is about no message of ours is answered 200:
    the provider has nothing to repeat.
    """
    known = PROVIDERS.get(provider)
    if known is None or not known.is_configured:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    if not says_at_most(request, LARGEST_BODY):
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    view = import_string(known.webhook)()
    at = timezone.now()
    try:
        view.run_validators(request)
        _refuse_borrowed_signature(request, provider)
    except (AnymailWebhookValidationFailure, *_UNREADABLE):
        logger.warning("a report in the name of %s was refused", provider)
        return HttpResponse("Refused.", status=403, content_type="text/plain")
    try:
        found = [_told(event, known, at) for event in view.parse_events(request)]
    except (AnymailConfigurationError, *_UNREADABLE):
        logger.warning("a report of %s could not be read", provider)
        return HttpResponse("Not understood.", status=400, content_type="text/plain")
    for told in found:
        if told["event"] is not None:
            take_report(channel=Channel.EMAIL, **told)
    return HttpResponse()


def _told(event: AnymailTrackingEvent, provider: Provider, at: datetime) -> dict[str, Any]:
    """Return what `take_report` is to be told of an event."""
    return {
        "event": reported(event, provider),
        "at": min(event.timestamp, at) if _is_moment(event.timestamp) else at,
        "provider_id": _words(event.message_id)[:120],
        "reference": _words((event.metadata or {}).get("reference")),
        "address": _words(event.recipient),
        "reason": reason_of(event),
    }


def _words(value: Any) -> str:
    """Return what a database can be asked about: JSON may hold null characters and halves of others."""
    return str(value or "").encode(errors="replace").decode().replace("\x00", "")


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime) and timezone.is_aware(value)


def _refuse_borrowed_signature(request: HttpRequest, provider: str) -> None:
    """Refuse Mailgun's signature of long ago, or under another body than before: it covers a time and a token alone."""
    if provider != "mailgun":
        return
    try:
        signature = json.loads(request.body)["signature"]
        token, age = str(signature["token"]), abs(timezone.now().timestamp() - float(signature["timestamp"]))
    except (ValueError, LookupError, TypeError) as error:
        raise AnymailWebhookValidationFailure from error
    key = f"mailgun:{hashlib.sha256(token.encode()).hexdigest()}"
    body = hashlib.sha256(request.body).hexdigest()
    if age > _OLDEST_SIGNATURE or cache.get_or_set(key, body, _KEEP_SIGNATURES) != body:
        raise AnymailWebhookValidationFailure
