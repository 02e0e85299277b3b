"""Telling other systems what journeys came to: rows with a status, each handed over at most once without a doubt."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from audiences.journey_enums import CallStatus
from audiences.models import WebhookCall
from audiences.ports import CallError, WebhookCaller, new_caller

logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 8
LOST_AFTER = timedelta(minutes=10)


def make_calls(*, at: datetime, limit: int = BATCH) -> int:
    """Make up to ``limit`` calls that are due and return how many were. Safe to run at once."""
    due = WebhookCall.objects.filter(status=CallStatus.READY, not_before__lte=at).order_by("not_before", "pk")
    calls = list(due[:limit])
    caller = new_caller()
    for call in calls:
        make_call(call=call, caller=caller, at=at)
    return len(calls)


def make_call(*, call: WebhookCall, caller: WebhookCaller, at: datetime) -> None:
    """Hand one call over, unless another worker took it.

    The row is SENDING, and committed so, before the other system hears of it. A temporary refusal puts it back with a
    growing pause, eight times at most; where nobody knows whether it arrived it is UNKNOWN and not made again.
    """
    rows = WebhookCall.objects.filter(pk=call.pk)
    claimed = rows.filter(status=CallStatus.READY).update(
        status=CallStatus.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    try:
        caller.call(key=call.key, url=call.url, payload=call.payload)
    except CallError as error:
        _write_refusal(call, error, at)
        return
    rows.filter(status=CallStatus.SENDING).update(status=CallStatus.SENT, sent_at=at, reason="")


def _write_refusal(call: WebhookCall, error: CallError, at: datetime) -> None:
    attempts = call.attempts + 1
    if error.uncertain:
        status = CallStatus.UNKNOWN
    elif error.permanent or attempts >= MAX_ATTEMPTS:
        status = CallStatus.FAILED
    else:
        status = CallStatus.READY
    pause = timedelta(seconds=min(30 * 2**attempts, 3600))
    WebhookCall.objects.filter(pk=call.pk, status=CallStatus.SENDING).update(
        status=status, reason=str(error)[:200], not_before=at + pause
    )
    logger.warning("call %s: %s (%s)", call.pk, error, status)


def settle_lost_calls(*, at: datetime) -> int:
    """Mark calls whose worker died in the middle as UNKNOWN, and return how many."""
    lost = WebhookCall.objects.filter(status=CallStatus.SENDING, claimed_at__lt=at - LOST_AFTER)
    return lost.update(status=CallStatus.UNKNOWN, reason="the worker died while calling")
