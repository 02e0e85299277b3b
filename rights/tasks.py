import logging
import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from rights import erased_list
from rights.actions import letters, retention
from rights.actions.erased_again import JOB, RECENT, erase_again, note_unwritten
from rights.actions.past_requests import delete_past_requests
from rights.models import RetentionRun

logger = logging.getLogger(__name__)
# A drain gives way after a minute; the next beat goes on behind the last batch.
DRAIN_SECONDS = 60


@shared_task(name="rights.queue_request_alarms")
def queue_request_alarms(**_: Any) -> None:
    letters.queue_request_alarms(at=timezone.now())


@shared_task(name="rights.start_retention")
def start_retention(**_: Any) -> None:
    """Each night: begin a run for every rule whose time has come."""
    if begun := retention.start_due_runs(at=timezone.now()):
        logger.info("retention: %d runs begun", begun)


@shared_task(name="rights.drain_retention")
def drain_retention(**_: Any) -> None:
    """Go on with what was begun, batch by batch."""
    until = time.monotonic() + DRAIN_SECONDS
    for run in RetentionRun.objects.unfinished().order_by("pk"):
        try:
            while time.monotonic() < until and retention.drain_run(run=run, at=timezone.now()):
                pass
        except Exception:  # the other runs go on; this one begins again where it is with the next beat
            logger.exception("retention: run %d stopped", run.pk)


@shared_task(name="rights.note_erased")
def note_erased(**_: Any) -> None:
    """Every few minutes: write down what the list of the erased lacks."""
    at = timezone.now()
    note_unwritten(at=at, since=at - RECENT)


@shared_task(name="rights.keep_erased")
def keep_erased(**_: Any) -> None:
    """Each night: whoever a restored backup brought back goes again, and what no backup needs leaves the list."""
    at = timezone.now()
    note_unwritten(at=at)
    again = erase_again(by=JOB, at=at)
    erased_list.prune(at)
    if again.erased or again.failed or again.unread:
        logger.warning("erased again: %d; failed: %d; lines unread: %d", again.erased, again.failed, again.unread)


@shared_task(name="rights.delete_past_requests")
def delete_requests(**_: Any) -> None:
    """Each night: what proved an answer for three years need not any longer."""
    delete_past_requests(at=timezone.now())
