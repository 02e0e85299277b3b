"""The work of every few seconds: each task loads what is due and calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audiences.actions import calling, deciding, holding, journeys, leading_on, segments, sending, snapshots, taking_in


@shared_task(name="audiences.send_broadcasts")
def send_broadcasts(**_: Any) -> None:
    """Start what is due, go on with what is under way, tidy what was stopped."""
    snapshots.start_due_broadcasts(at=timezone.now())
    snapshots.take_snapshots(at=timezone.now())
    deciding.decide_due(at=timezone.now())
    holding.stop_of_those_who_left(at=timezone.now())
    sending.send_broadcasts(at=timezone.now())
    holding.sweep_stopped(at=timezone.now())


@shared_task(name="audiences.take_people_in")
def take_people_in(**_: Any) -> None:
    journeys.sweep_ended()
    taking_in.take_people_in(at=timezone.now())


@shared_task(name="audiences.lead_people_on")
def lead_people_on(**_: Any) -> None:
    while leading_on.lead_people_on(at=timezone.now()) >= leading_on.BATCH:
        pass


@shared_task(name="audiences.recount_segments")
def recount_segments(**_: Any) -> None:
    segments.recount_segments(at=timezone.now())


@shared_task(name="audiences.make_calls")
def make_calls(**_: Any) -> None:
    calling.make_calls(at=timezone.now())
    calling.settle_lost_calls(at=timezone.now())
