"""Audit entries: who, what, to which object; in the transaction of the change, and never altered."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction

from core import audit
from core.models import AuditEntry, Heartbeat


@pytest.mark.django_db
def test_record_names_user_target_and_details_as_text() -> None:
    user = get_user_model().objects.create_user("ada@example.org")
    beat = Heartbeat.objects.create(name="worker", at="2026-01-01T00:00:00Z")
    entry = audit.record("core.heartbeat.seen", by=user, target=beat, count=3)
    assert (entry.actor, entry.target, entry.details) == (f"user:{user.pk}", "core.heartbeat:worker", {"count": 3})


@pytest.mark.parametrize(
    ("actor", "text"), [(None, ""), (AnonymousUser(), ""), ("count_signatures", "count_signatures")]
)
def test_describe_actor_without_a_user(actor: audit.Actor, text: str) -> None:
    assert audit.describe_actor(actor) == text


@pytest.mark.django_db
def test_entry_vanishes_with_the_change_that_was_rolled_back() -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            audit.record("core.thing.done")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_entry_cannot_be_changed_through_the_orm_or_sql() -> None:
    entry = audit.record("core.thing.done")
    entry.action = "core.thing.forged"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    assert AuditEntry.objects.get().action == "core.thing.done"
