import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from integrations.twilio import codes
from integrations.twilio.client import KeepingHttpClient, new_client
from integrations.twilio.messaging_services import service_of
from messaging.ports import DeliveryError, Letter

# What Twilio takes for a validity period, in seconds; with less than the least the network has no time to try.
LEAST_VALIDITY = 5
MOST_VALIDITY = 36_000
MOST_RETRY = timedelta(hours=1)
_NOT_TAKEN = {"failed", "undelivered", "canceled"}


class TwilioSender:
    """Hands letters to Twilio's Messaging Services, one connection for many letters."""

    def __init__(self) -> None:
        self._http = KeepingHttpClient()
        self._client = new_client(self._http)

    def send(self, letter: Letter) -> str:
        validity = _validity(letter.expires_at, timezone.now())
        try:
            message = self._client.messages.create(
                to=letter.address,
                body=letter.text,
                messaging_service_sid=service_of(letter.organisation_slug),
                status_callback=status_callback(letter.reference),
                validity_period=validity,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refusal(int(error.code or 0), error.status, self._http.last_headers) from error
        except (requests.RequestException, OSError) as error:
            raise DeliveryError(type(error).__name__, uncertain=not _never_left(error)) from error
        except (TwilioException, ValueError, TypeError, KeyError) as error:
            # It answered "taken" in words nobody can read: the text may be on its way.
            raise DeliveryError(type(error).__name__, uncertain=True) from error
        if message.status in _NOT_TAKEN:
            raise _refusal(int(message.error_code or 0), HTTPStatus.BAD_REQUEST, self._http.last_headers)
        return str(message.sid or "")

    def close(self) -> None:
        self._http.close()


def status_callback(reference: str) -> str:
    """Return where Twilio reports what became of one message: it settles one whose id we never learnt, too."""
    return f"{settings.PUBLIC_URL}{reverse('twilio_status')}?r={reference}"


def _validity(expires_at: datetime | None, at: datetime) -> int:
    """Return for how many seconds the text is worth delivering.

    Too late to be useful: it goes back and becomes EXPIRED when it is taken up again, seconds later.
    """
    if expires_at is None:
        return MOST_VALIDITY
    seconds = int((expires_at - at).total_seconds())
    if seconds < LEAST_VALIDITY:
        raise DeliveryError("too late to be useful")
    return min(seconds, MOST_VALIDITY)


def _refusal(code: int, status: int, headers: Mapping[str, str]) -> DeliveryError:
    """Say what an answer of Twilio's means for the ledger."""
    reason = codes.in_words(code or status)
    if code in codes.BLOCKED:
        return DeliveryError(reason, blocks_sender=True)
    if codes.is_throttled(code, status):
        return DeliveryError(reason, retry_after=_retry_after(headers) or codes.RETRY_THROTTLED)
    if codes.is_misconfigured(code, status):
        return DeliveryError(reason, retry_after=codes.RETRY_MISCONFIGURED)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return DeliveryError(reason, uncertain=True)
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return DeliveryError(reason)
    return DeliveryError(reason, permanent=True)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return what Retry-After says (RFC 9110 §10.2.3: seconds or a date), an hour at most; None: it says nothing."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if text.isascii() and text.isdecimal():
        seconds = min(int(text[:9]), MOST_RETRY.total_seconds())
        return timedelta(seconds=max(seconds, 1))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - timezone.now(), timedelta(seconds=1)), MOST_RETRY)


def _never_left(error: BaseException) -> bool:
    """Whether the line broke before the request was on it: nobody was there, or it was not Twilio."""
    return any(
        isinstance(each, ConnectTimeoutError | NewConnectionError | ssl.SSLCertVerificationError)
        for each in _reasons(error)
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those it wraps, as requests and urllib3 do: as arguments, reasons and contexts."""
    waiting, seen = [error], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        wrapped = [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
        waiting += [one for one in wrapped if isinstance(one, BaseException)]
