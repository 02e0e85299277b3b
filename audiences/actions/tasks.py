"""What staff give one another to do, and what became of it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from audiences.journey_enums import TaskStatus
from audiences.models import StaffTask
from core import audit


@transaction.atomic
def write_task(
    *, organisation: Organisation, title: str, due_date: date, by: User, at: datetime, **told: Any
) -> StaffTask:
    """Write down something to be done by a day and return it. ``told``: campaign, notes, owner, supporter."""
    task = StaffTask.objects.create(
        organisation=organisation, title=title, due_date=due_date, created_by=by, created_at=at, **told
    )
    audit.record("audiences.staff_task.created", by=by, target=task)
    return task


@transaction.atomic
def change_task(*, task: StaffTask, by: User, **told: Any) -> StaffTask:
    """Change what is to be done, by when or by whom (title, notes, due_date, owner, campaign), and return it."""
    locked = StaffTask.objects.select_for_update().get(pk=task.pk)
    for name, value in told.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(told))
    audit.record("audiences.staff_task.changed", by=by, target=locked, fields=sorted(told))
    return locked


@transaction.atomic
def settle_task(*, task: StaffTask, status: TaskStatus, by: User, at: datetime) -> StaffTask:
    """Write down that a task is done or dropped, or open again after all. Safe to call twice; the first one counts."""
    rows = StaffTask.objects.filter(pk=task.pk).exclude(status=status)
    is_open = status == TaskStatus.OPEN
    if rows.update(status=status, settled_by=None if is_open else by, settled_at=None if is_open else at):
        audit.record("audiences.staff_task.settled", by=by, target=task, status=status.value)
    task.refresh_from_db()
    return task
