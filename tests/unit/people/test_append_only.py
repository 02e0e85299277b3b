"""Consent wordings, consent events and audit entries: the database itself refuses to change them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, models, transaction

from core import audit
from people.enums import ConsentState
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event


def _text(at: datetime) -> models.Model:
    return make_consent_text(make_organisation())


def _event(at: datetime) -> models.Model:
    return write_consent_event(make_contact_point(), make_consent_text(make_organisation()), ConsentState.GRANTED, at)


def _entry(at: datetime) -> models.Model:
    return audit.record("tests.thing.done")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "column"), [(_text, "body"), (_text, "version"), (_event, "state"), (_event, "at"), (_entry, "details")]
)
def test_append_only_row_refuses_raw_update_and_allows_delete(
    at: datetime, make: Callable[[datetime], models.Model], column: str
) -> None:
    row = make(at)
    table = row._meta.db_table
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE id = %s", [row.pk])  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
        assert cursor.rowcount == 1


@pytest.mark.django_db
def test_publish_consent_text_again_returns_it_and_changed_makes_the_next_version() -> None:
    organisation = make_organisation()
    first = make_consent_text(organisation, "Write to me.")
    assert make_consent_text(organisation, "  Write to me.  ") == first
    second = make_consent_text(organisation, "Write to me monthly.")
    assert (first.version, second.version) == (1, 2)
    assert make_consent_text(organisation, "Écrivez-moi.", language="fr").version == 1
