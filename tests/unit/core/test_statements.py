"""Statements composed once, against the same querysets composed anew."""

import threading
import uuid
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.transaction import TransactionManagementError

from core.statements import compiled_select, compiled_update
from people.models import ContactPoint, Submission
from tests.unit.core.test_inserts import make_submission


@compiled_select
def submissions_of(*, public_id: uuid.UUID, kind: str) -> QuerySet[Submission]:
    return Submission.objects.filter(public_id=public_id, kind=kind)


@compiled_select
def titles_before(*, moment: datetime) -> QuerySet[Submission, tuple[str, datetime]]:
    earlier = Submission.objects.filter(created_at__lt=moment).order_by("created_at")
    return earlier.values_list("target_title", "created_at")


@compiled_select
def locked(*, target_id: int) -> QuerySet[Submission]:
    return Submission.objects.select_for_update().filter(target_id=target_id)


@compiled_update
def confirm(*, pk: int, confirmed_at: datetime, supporter: int | None) -> tuple[QuerySet[Submission], dict[str, Any]]:
    status = Case(When(pk=pk, then=Value("confirmed")), default=Value("settled"))
    changes = {"status": status, "confirmed_at": confirmed_at, "supporter": supporter, "resends": F("resends") + 1}
    return Submission.objects.filter(status="pending"), changes


@pytest.mark.django_db
class TestCompiledSelect:
    def test_rows_are_what_the_queryset_returns(self, at: datetime) -> None:
        row = make_submission(at, needs_confirmation=False)
        row.save()
        for _ in range(2):  # composed, then composed already
            (found,) = submissions_of(public_id=row.public_id, kind=row.kind)
            theirs = Submission.objects.get(pk=row.pk)
            names = [field.attname for field in Submission._meta.concrete_fields]
            assert [getattr(found, name) for name in names] == [getattr(theirs, name) for name in names]
            assert (found._state.adding, found._state.db) == (False, "default")
        assert submissions_of(public_id=uuid.uuid4(), kind=row.kind) == []

    def test_a_row_can_be_saved(self, at: datetime) -> None:
        row = make_submission(at)
        row.save()
        (found,) = submissions_of(public_id=row.public_id, kind=row.kind)
        found.resends = 2
        found.save(update_fields=["resends"])
        assert Submission.objects.get().resends == 2

    def test_values_list_returns_tuples_of_python_values(self, at: datetime) -> None:
        make_submission(at, target_title="first").save()
        make_submission(at + timedelta(hours=1), target_title="second").save()
        assert titles_before(moment=at + timedelta(hours=2)) == [("first", at), ("second", at + timedelta(hours=1))]
        assert titles_before(moment=at + timedelta(minutes=1)) == [("first", at)]
        assert titles_before(moment=at) == []

    def test_values_are_no_part_of_the_statement(self, at: datetime) -> None:
        make_submission(at).save()
        assert submissions_of(public_id=uuid.uuid4(), kind="' OR 1=1 --") == []

    def test_related_rows_are_refused(self) -> None:
        @compiled_select
        def with_supporter(*, canonical: str) -> QuerySet[ContactPoint]:
            return ContactPoint.objects.filter(canonical=canonical).select_related("supporter")

        with pytest.raises(TypeError, match="whole rows"):
            with_supporter(canonical="ada@example.org")

    def test_a_forgotten_value_is_refused(self) -> None:
        with pytest.raises(KeyError):
            submissions_of(kind="petition-signature")  # type: ignore[call-arg]


@pytest.mark.django_db(transaction=True)
class TestThreadsAndTransactions:
    def test_each_thread_uses_its_own_connection(self, at: datetime) -> None:
        row = make_submission(at)
        row.save()
        found: list[Submission] = submissions_of(public_id=row.public_id, kind=row.kind)

        def look() -> None:
            found.extend(submissions_of(public_id=row.public_id, kind=row.kind))
            connection.close()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert found == [row, row]

    def test_locking_outside_a_transaction_is_refused_where_rows_are_locked(self) -> None:
        with transaction.atomic():
            assert locked(target_id=7) == []
        refusal = pytest.raises(TransactionManagementError)
        with refusal if connection.features.has_select_for_update else nullcontext():
            locked(target_id=7)


@pytest.mark.django_db
class TestCompiledUpdate:
    def test_update_writes_values_and_expressions_and_returns_the_number(self, at: datetime) -> None:
        first, second, third = (make_submission(at) for _ in range(3))
        third.status = "disowned"
        for row in (first, second, third):
            row.save()
        assert confirm(pk=first.pk, confirmed_at=at, supporter=None) == 2
        rows = Submission.objects.order_by("pk").values_list("status", "confirmed_at", "resends", "supporter")
        assert list(rows) == [
            ("confirmed", at, 1, None),
            ("settled", at, 1, None),
            ("disowned", None, 0, None),
        ]
        assert confirm(pk=first.pk, confirmed_at=at, supporter=None) == 0
