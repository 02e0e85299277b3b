"""The tests' own ground: the migrated template, the copies, and the way back after a test that commits."""

import threading

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from wagtail.models import Locale, Page

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from core import audit
from core.models import AuditEntry, Heartbeat
from outreach.models import Barrier
from tests.databases import open_test_database


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


CHANGES = {
    "a row": "INSERT INTO core_heartbeat (name, at) VALUES ('left', '2026-01-01')",
    "a migrated row written over": "UPDATE wagtailcore_locale SET language_code = 'xx'",
    "a migrated row taken away": "DELETE FROM outreach_barrier",
    "a number drawn": "SELECT nextval(pg_get_serial_sequence('core_auditentry', 'id'))",
    "a table": "CREATE TABLE left_behind (id integer)",
    "a table gone": "DROP TABLE core_heartbeat",
    "a column": "ALTER TABLE core_heartbeat ADD COLUMN left_behind integer",
    "an index": "CREATE INDEX left_behind ON core_heartbeat (at)",
    "a trigger gone": "DROP TRIGGER core_auditentry_append_only ON core_auditentry",
    "a trigger asleep": "ALTER TABLE core_auditentry DISABLE TRIGGER USER",
    "a function written over": "CREATE OR REPLACE FUNCTION core_auditentry_append_only() RETURNS trigger AS "
    "$$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
}


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="SQLite copies the whole file")
def test_whatever_a_test_changed_is_undone(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy made for this test alone: on what is looked at here all the others rely."""
    home, _, worker = connection.settings_dict["NAME"].rpartition("_test_")
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", home)
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", home)
    database = open_test_database(f"test_{worker}_undone")
    database.create(rebuild=False)
    try:
        for change, statement in CHANGES.items():
            before = database.differences.look()
            with connection.cursor() as cursor:
                cursor.execute(statement)
            assert database.differences.look() != before, f"{change} is not seen"
            database.restore()
            with connection.cursor() as cursor:
                cursor.execute("SELECT to_regclass('public.left_behind')")
                assert cursor.fetchone() == (None,), change
            assert not Heartbeat.objects.exists(), change
            assert set(Locale.objects.values_list("language_code", flat=True)) == {"en"}, change
            assert Barrier.objects.exists(), change
            assert audit.record("core.thing.done").pk == 1, change
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                AuditEntry.objects.update(action="core.thing.forged")
            database.restore()
    finally:
        connection.close()
        database.drop()
