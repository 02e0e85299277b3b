from typing import Any

from celery import shared_task
from django.utils import timezone

from volunteers.actions.agenda_notices import queue_due_reminders
from volunteers.actions.at_risk_alarms import queue_shift_alarms as queue_alarms


@shared_task(name="volunteers.remind_volunteers")
def remind_volunteers(**_: Any) -> None:
    queue_due_reminders(at=timezone.now())


@shared_task(name="volunteers.queue_shift_alarms")
def queue_shift_alarms(**_: Any) -> None:
    queue_alarms(at=timezone.now())
