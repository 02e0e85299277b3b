import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from campaigns.actions import tallies

logger = logging.getLogger(__name__)


@shared_task(name="campaigns.count_signatures")
def count_signatures(**_: Any) -> None:
    while tallies.count_signatures(at=timezone.now()) >= tallies.BATCH:
        pass


@shared_task(name="campaigns.recount_tallies")
def recount_tallies(**_: Any) -> None:
    for drift in tallies.recount_tallies(at=timezone.now()):
        logger.error("tally drifted: %s stored %d, counted %d", drift.cell, drift.stored, drift.counted)
