"""The audit trail: one call, in the transaction of the change it speaks of."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from core.inserts import KeyOf, NewRows, insert_row
from core.models import AuditEntry

Actor = AbstractBaseUser | AnonymousUser | str | None


def record(
    action: str,
    *,
    by: Actor = None,
    target: models.Model | str | None = None,
    later: NewRows | None = None,
    **details: Any,
) -> AuditEntry:
    """Write one audit entry and return it; with ``later`` it is written together with the rows kept there.

    ``action`` reads ``app.noun.past_verb`` (``campaigns.signature.confirmed``). ``by`` is a user, or the name of
    a job. ``details`` hold counts, ids and conditions, never a name, an address or anything else of a person.
    """
    entry = AuditEntry(action=action, actor=describe_actor(by), target=_target(target), details=details)
    return insert_row(entry) if later is None else later.add(entry)


def _target(target: models.Model | str | None) -> Any:
    """Return what `describe_target` says, or what it will say of a row that waits to be inserted."""
    if isinstance(target, models.Model) and target.pk is None:
        return KeyOf(target, prefix=f"{target._meta.label_lower}:")
    return describe_target(target)


def describe_actor(by: Actor) -> str:
    """Return ``user:<id>``, the job's name, or nothing for the public."""
    if by is None or isinstance(by, AnonymousUser):
        return ""
    return by if isinstance(by, str) else f"user:{by.pk}"


def describe_target(target: models.Model | str | None) -> str:
    """Return ``app.model:<id>``, as stable text that outlives the row."""
    if target is None:
        return ""
    return target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"
