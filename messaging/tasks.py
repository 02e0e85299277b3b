from typing import Any

from celery import shared_task
from django.utils import timezone

from messaging.actions import confirmations, deliver


@shared_task(name="messaging.drain_submissions")
def drain_submissions(**_: Any) -> None:
    while confirmations.drain_submissions(at=timezone.now()) >= confirmations.BATCH:
        pass


@shared_task(name="messaging.remind_unconfirmed")
def remind_unconfirmed(**_: Any) -> None:
    while confirmations.remind_unconfirmed(at=timezone.now()) >= confirmations.BATCH:
        pass


@shared_task(name="messaging.deliver_messages")
def deliver_messages(**_: Any) -> None:
    deliver.deliver_messages(at=timezone.now())


@shared_task(name="messaging.settle_lost_messages")
def settle_lost_messages(**_: Any) -> None:
    deliver.settle_lost_messages(at=timezone.now())
