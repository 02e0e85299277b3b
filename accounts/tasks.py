"""Jobs about what staff read and export."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.actions.exports import expire_export_requests, forget_export_addresses
from accounts.reading import watch_reading


@shared_task(name="accounts.watch_reading")
def watch(**_: Any) -> None:
    watch_reading(at=timezone.now())


@shared_task(name="accounts.tidy_exports")
def tidy(**_: Any) -> None:
    at = timezone.now()
    expire_export_requests(at=at)
    forget_export_addresses(before=at - timedelta(days=30))
