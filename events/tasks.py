from typing import Any

from celery import shared_task
from django.utils import timezone

from events.actions.offers import move_offers_on


@shared_task(name="events.move_offers_on")
def move_waiting_lists_on(**_: Any) -> None:
    move_offers_on(at=timezone.now())
