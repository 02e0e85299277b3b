"""The tests' own ground: the migrated template, the copies, and the way back after a test that commits."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from wagtail.models import Locale, Page

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from core import audit
from core.models import AuditEntry, Heartbeat


def test_template_holds_what_only_migrations_make(db: None) -> None:
    assert Page.objects.filter(depth=1).exists()
    assert Locale.objects.exists()


def test_template_holds_the_groups_of_the_roles_as_the_tables_say(db: None) -> None:
    def held() -> set[tuple[str, str]]:
        return set(Group.objects.values_list("name", "permissions__codename"))

    before = held()
    sync_roles()
    assert before == held()
    assert len(before) > len(Role)


def test_append_only_table_refuses_update_in_this_database(db: None) -> None:
    entry = audit.record("core.thing.done")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="core.thing.forged")


@pytest.mark.parametrize("run", [1, 2])
def test_committed_rows_are_gone_in_the_next_test_and_migrated_ones_are_not(transactional_db: None, run: int) -> None:
    assert not Heartbeat.objects.exists()
    assert Page.objects.filter(depth=1).exists()
    Heartbeat.objects.create(name=f"run-{run}", at="2026-01-01T00:00:00Z")
    Page.objects.filter(depth=2).delete()


def test_threads_see_what_the_test_committed(transactional_db: None) -> None:
    Heartbeat.objects.create(name="seen", at="2026-01-01T00:00:00Z")
    found: list[bool] = []

    def look() -> None:
        found.append(Heartbeat.objects.filter(name="seen").exists())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]
