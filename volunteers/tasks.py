from typing import Any

from celery import shared_task
from django.utils import timezone

from volunteers.actions.agenda_notices import queue_due_reminders


@shared_task(name="volunteers.remind_volunteers")
def remind_volunteers(**_: Any) -> None:
    queue_due_reminders(at=timezone.now())
