"""Hot statements on PostgreSQL: planned once per connection, and nothing else is kept there."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from core.prepared_statements import prepared_cursor, write_in
from core.statements import compiled_select
from people.models import Submission
from tests.unit.core.test_inserts import make_submission

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite prepares by itself")
QUESTION = 'SELECT "id" FROM "people_submission" WHERE "target_title" = %s'


def prepared() -> list[tuple[str, int]]:
    """Return what PostgreSQL keeps on this connection, and how often each was run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements ORDER BY statement")
        return cursor.fetchall()


def ask(title: str) -> list[tuple[int]]:
    with prepared_cursor(connection) as cursor:
        cursor.execute(QUESTION, [title])
        return cursor.fetchall()


@pytest.fixture
def fresh(db: None) -> None:
    connection.ensure_connection()
    for name in _names():
        connection.connection.execute(f'DEALLOCATE "{name}"')
    connection.connection._prepared.clear()
    connection.connection._prepared._to_flush.clear()


def _names() -> list[str]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [name for (name,) in cursor.fetchall()]


@on_postgresql
@pytest.mark.usefixtures("fresh")
class TestOnPostgreSQL:
    def test_statement_is_prepared_once_and_answers_each_time(self, at: datetime) -> None:
        row = make_submission(at, target_title="first")
        row.save()
        assert [ask("first"), ask("second"), ask("first")] == [[(row.pk,)], [], [(row.pk,)]]
        assert prepared() == [(QUESTION.replace("%s", "$1"), 3)]

    def test_transaction_rolled_back_forgets_nothing(self) -> None:
        for _ in range(2):
            with transaction.atomic():
                ask("first")
                transaction.set_rollback(True)
        assert [times for _statement, times in prepared()] == [2]

    def test_nothing_else_is_prepared_or_remembered(self, at: datetime) -> None:
        ask("first")
        for _ in range(10):
            assert list(Submission.objects.filter(target_title="first")) == []
        assert len(prepared()) == 1
        assert connection.connection.prepare_threshold is None
        assert len(connection.connection._prepared._counts) == 0

    def test_statement_that_fails_leaves_the_connection_as_it_was(self) -> None:
        insert = "INSERT INTO people_submission (id) VALUES (%s)"
        with pytest.raises(IntegrityError), transaction.atomic(), prepared_cursor(connection) as cursor:
            cursor.execute(insert, [1])
        assert connection.connection.prepare_threshold is None
        assert ask("first") == []

    def test_behind_a_pooler_nothing_is_prepared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
        assert ask("first") == []
        assert prepared() == []

    def test_constants_stand_in_the_text_and_parameters_do_not(self, at: datetime) -> None:
        @compiled_select
        def pending(*, target_title: str) -> QuerySet[Submission, tuple[int]]:
            rows = Submission.objects.filter(target_title=target_title, status="pending", locale="100%s o'clock")
            return rows.order_by().values_list("pk")

        assert pending(target_title="first") == []
        ((statement, _times),) = prepared()
        assert "'pending'" in statement
        assert "'100%s o''clock'" in statement
        assert statement.count("$") == 1

    def test_constants_that_are_too_few_are_refused(self) -> None:
        with pytest.raises(ValueError, match="zip"):
            write_in("a = %s AND b = %s", ["one"], connection, unless=int)


@pytest.mark.django_db
def test_statement_stands_in_the_query_log() -> None:
    ask("warm")
    with CaptureQueriesContext(
        connection,
    ) as log:
        ask("second")
    assert len(log) == 1
    assert 'FROM "people_submission"' in log[0]["sql"]
