"""The audit trail's entries as staff read them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

from core.lists import listed
from core.models import AuditEntry


def describe_details(entry: AuditEntry) -> str:
    """Return an entry's details as ``name: value`` pairs on one line, empty ones left out."""

    def text(value: Any) -> str:
        return listed(value) if isinstance(value, list) else str(value)

    return "; ".join(f"{name}: {text(value)}" for name, value in entry.details.items() if value != "")


def name_actors(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """Return the entries with ``who``: people by name, all in one query; jobs and people since removed as recorded."""
    named = list(entries)
    pks = {entry.actor.removeprefix("user:") for entry in named if entry.actor.startswith("user:")}
    people = {f"user:{user.pk}": str(user) for user in get_user_model().objects.filter(pk__in=pks)}
    for entry in named:
        entry.who = people.get(entry.actor, entry.actor)  # type: ignore[attr-defined]
    return named
