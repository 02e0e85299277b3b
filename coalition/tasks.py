"""The work of every few seconds and minutes: each task calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from coalition.actions.forgetting import forget_partners_people
from coalition.actions.materials import sweep_files
from coalition.actions.partner_exports import prepare_exports
from coalition.actions.proofs import forget_proofs
from coalition.actions.standing_exports import run_standing_exports, send_exports
from coalition.ports import new_partner_caller


@shared_task(name="coalition.prepare_exports")
def prepare(**_: Any) -> None:
    prepare_exports(at=timezone.now())


@shared_task(name="coalition.run_standing_exports")
def run_standing(**_: Any) -> None:
    run_standing_exports(at=timezone.now())


@shared_task(name="coalition.send_exports")
def send(**_: Any) -> None:
    send_exports(at=timezone.now(), caller=new_partner_caller())


@shared_task(name="coalition.forget_partners_people")
def forget_people(**_: Any) -> None:
    at = timezone.now()
    forget_partners_people(at=at)
    forget_proofs(at=at)


@shared_task(name="coalition.sweep_material_files")
def sweep_materials(**_: Any) -> None:
    sweep_files(at=timezone.now())
