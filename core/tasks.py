from typing import Any

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from core.health import record_heartbeat


@shared_task(name="core.beat_heart")
def beat_heart(**_: Any) -> None:
    record_heartbeat("worker", at=timezone.now())


@shared_task(name="core.publish_scheduled")
def publish_scheduled(**_: Any) -> None:
    """Publish and expire the pages whose scheduled moment has come; Wagtail's own command knows which."""
    call_command("publish_scheduled", verbosity=0)
