import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from people.actions.submissions import purge_submissions as purge

logger = logging.getLogger(__name__)


@shared_task(name="people.purge_submissions")
def purge_submissions(**_: Any) -> None:
    """Delete what is older than 21 days, batch by batch, until nothing is."""
    while deleted := purge(at=timezone.now()):
        logger.info("purged %d submissions", deleted)
