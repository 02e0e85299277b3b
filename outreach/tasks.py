import logging
import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from outreach.actions import identities, matching, paper_alarms, revocations

logger = logging.getLogger(__name__)
MATCH_SECONDS = 60


@shared_task(name="outreach.match_identities")
def match_identities(**_: Any) -> None:
    """Match what waits; after a minute leave the rest to the next beat, so that no task grows old."""
    until, after = time.monotonic() + MATCH_SECONDS, 0
    while time.monotonic() < until and (last := matching.match_pending(at=timezone.now(), after=after)):
        after = last


@shared_task(name="outreach.forget_unmatched")
def forget_unmatched(**_: Any) -> None:
    """Blank people nobody could match within 30 days, batch by batch, until nobody is left."""
    while forgotten := identities.forget_unmatched(at=timezone.now()):
        logger.info("forgot %d unmatched identities", forgotten)


@shared_task(name="outreach.queue_paper_alarms")
def queue_paper_alarms(**_: Any) -> None:
    """Tell coordinators about paper whose deadline came near."""
    queued = paper_alarms.queue_paper_alarms(at=timezone.now())
    if queued:
        logger.info("paper alarms: %d", queued)


@shared_task(name="outreach.settle_revocations")
def settle_revocations(**_: Any) -> None:
    """Let records that slipped past a revocation join it."""
    joined = revocations.settle_revocations()
    if joined:
        logger.info("records joined a revoked session: %d", joined)
