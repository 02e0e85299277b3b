import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from campaigns.actions import pledge_tallies, tallies, transparency, transparency_alarms
from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.models import Ledger

logger = logging.getLogger(__name__)


@shared_task(name="campaigns.count_signatures")
def count_signatures(**_: Any) -> None:
    while tallies.count_signatures(at=timezone.now()) >= tallies.BATCH:
        pass


@shared_task(name="campaigns.count_pledges")
def count_pledges(**_: Any) -> None:
    while pledge_tallies.count_pledges(at=timezone.now()) >= pledge_tallies.BATCH:
        pass


@shared_task(name="campaigns.recount_tallies")
def recount_tallies(**_: Any) -> None:
    for drift in tallies.recount_tallies(at=timezone.now()):
        logger.error("tally drifted: %s stored %d, counted %d", drift.cell, drift.stored, drift.counted)


@shared_task(name="campaigns.remind_of_pledges")
def remind_of_pledges(**_: Any) -> None:
    queue_due_pledge_reminders(at=timezone.now())


@shared_task(name="campaigns.queue_ledger_alarms")
def queue_ledger_alarms(**_: Any) -> None:
    """Sum up every ledger under today's law, then tell coordinators of those to be brought up to date."""
    at = timezone.now()
    for ledger in Ledger.objects.running(timezone.localdate()):
        transparency.settle_ledger(ledger=ledger, at=at)
    queued = transparency_alarms.queue_ledger_alarms(at=at)
    if queued:
        logger.info("ledger alarms: %d", queued)
