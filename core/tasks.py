from typing import Any

from celery import shared_task
from django.utils import timezone

from core.health import record_heartbeat


@shared_task(name="core.beat_heart")
def beat_heart(**_: Any) -> None:
    record_heartbeat("worker", at=timezone.now())
