import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from messaging.actions import confirmations, deliver, inbound

DELIVER_SECONDS = 10


@shared_task(name="messaging.drain_submissions")
def drain_submissions(**_: Any) -> None:
    while confirmations.drain_submissions(at=timezone.now()) >= confirmations.BATCH:
        pass


@shared_task(name="messaging.remind_unconfirmed")
def remind_unconfirmed(**_: Any) -> None:
    while confirmations.remind_unconfirmed(at=timezone.now()) >= confirmations.BATCH:
        pass


@shared_task(name="messaging.deliver_messages")
def deliver_messages(*, channel: str = "", **_: Any) -> None:
    """Drain what is due, of one channel or all; after ten seconds leave the rest to the next beat.

    No thread is held for long: what else a worker has to do comes in between, and a sender whose rate is used up, or
    that rests, is not waited for.
    """
    until = time.monotonic() + DELIVER_SECONDS
    while deliver.deliver_messages(at=timezone.now(), channel=channel) and time.monotonic() < until:
        pass


@shared_task(name="messaging.settle_lost_messages")
def settle_lost_messages(**_: Any) -> None:
    deliver.settle_lost_messages(at=timezone.now())


@shared_task(name="messaging.forget_addresses")
def forget_addresses(**_: Any) -> None:
    while confirmations.forget_addresses(at=timezone.now()) >= confirmations.FORGET_BATCH:
        pass
    inbound.forget_texts(at=timezone.now())
