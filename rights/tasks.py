from typing import Any

from celery import shared_task
from django.utils import timezone

from rights.actions import letters


@shared_task(name="rights.queue_request_alarms")
def queue_request_alarms(**_: Any) -> None:
    letters.queue_request_alarms(at=timezone.now())
