import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from events.actions import publishing
from events.actions.offers import move_offers_on
from events.actions.reminders import queue_due_reminders
from events.actions.report_reminders import queue_report_requests

logger = logging.getLogger(__name__)


@shared_task(name="events.close_over_events")
def close_over_events(**_: Any) -> None:
    """Close published events that are over, so that their reports are asked for."""
    closed = publishing.close_over_events(at=timezone.now())
    if closed:
        logger.info("events closed: %d", closed)


@shared_task(name="events.ask_for_reports")
def ask_for_reports(**_: Any) -> None:
    """Ask organisers for reports that are not in."""
    queue_report_requests(at=timezone.now())


@shared_task(name="events.move_offers_on")
def move_waiting_lists_on(**_: Any) -> None:
    move_offers_on(at=timezone.now())


@shared_task(name="events.remind_guests")
def remind_guests(**_: Any) -> None:
    queue_due_reminders(at=timezone.now())
