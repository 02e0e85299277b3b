"""One INSERT, the same row as the ORM's."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms import model_to_dict

from core import audit
from core.inserts import NewRows, insert_row
from core.models import AuditEntry
from people.models import ContactPoint, Submission, Supporter

pytestmark = pytest.mark.django_db


def make_submission(at: datetime, **changes: object) -> Submission:
    fields = {
        "kind": "petition-signature",
        "target_id": 7,
        "target_title": "Title with % and 'quotes'",
        "email": "ada@example.org",
        "subject_index": "x" * 32,
        "payload": {"full_name": "Ada 🔔", "nested": [1, None, True]},
        "consents": [{"text": 3, "granted": False}],
        "locale": "ar",
        "created_at": at,
    }
    return Submission(**{**fields, **changes})


def test_insert_row_writes_what_the_orm_writes(at: datetime) -> None:
    ours, theirs = insert_row(make_submission(at)), make_submission(at)
    theirs.save(force_insert=True)
    rows = [model_to_dict(Submission.objects.get(pk=pk), exclude=["id"]) for pk in (ours.pk, theirs.pk)]
    assert rows[0] == rows[1]
    assert rows[0]["payload"] == {"full_name": "Ada 🔔", "nested": [1, None, True]}
    assert ours.pk != theirs.pk


def test_insert_row_returns_a_row_that_can_be_saved_again(at: datetime) -> None:
    row = insert_row(make_submission(at))
    row.resends = 2
    row.save(update_fields=["resends"])
    assert Submission.objects.get().resends == 2


def test_insert_row_twice_is_refused_by_the_constraint(at: datetime) -> None:
    public_id = uuid.uuid4()
    insert_row(make_submission(at, public_id=public_id))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(make_submission(at, public_id=public_id))
    assert Submission.objects.count() == 1


def test_insert_row_costs_one_query(at: datetime, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        insert_row(make_submission(at))


def make_person(rows: NewRows, address: str = "ada@example.org") -> tuple[Supporter, ContactPoint]:
    supporter = rows.add(Supporter(full_name="Ada 100 %"))
    point = rows.add(ContactPoint(supporter=supporter, channel="email", canonical=address, as_typed=address))
    return supporter, point


def test_new_rows_refer_to_each_other_by_the_keys_they_get(at: datetime) -> None:
    rows = NewRows()
    supporter, point = make_person(rows)
    entry = audit.record("people.supporter.made", target=point, later=rows, number=1)
    other, others_point = make_person(rows, "ben@example.org")
    assert Supporter.objects.count() == AuditEntry.objects.count() == 0
    rows.insert()
    assert ContactPoint.objects.get(canonical="ada@example.org").supporter == supporter
    assert ContactPoint.objects.get(canonical="ben@example.org").supporter == other
    assert (point.supporter_id, others_point.supporter_id) == (supporter.pk, other.pk)
    assert entry.target == AuditEntry.objects.get().target == f"people.contactpoint:{point.pk}"
    assert Supporter.objects.get(pk=supporter.pk).full_name == "Ada 100 %"


def test_new_rows_may_refer_to_rows_that_have_their_keys(at: datetime) -> None:
    rows = NewRows()
    supporter, _point = make_person(rows)
    rows.insert()
    rows.add(ContactPoint(supporter=supporter, channel="sms", canonical="+32470123456", as_typed="0470 12 34 56"))
    rows.add(make_submission(at, supporter=supporter))
    rows.insert()
    assert supporter.contact_points.count() == 2
    assert supporter.submissions.get().payload["full_name"] == "Ada 🔔"


def test_new_rows_that_refer_to_a_row_nobody_inserts_are_refused() -> None:
    for batch in (1, 2):
        rows = NewRows()
        for address in ("ada@example.org", "ben@example.org")[:batch]:
            stranger = Supporter(full_name="Nobody")
            rows.add(ContactPoint(supporter=stranger, channel="email", canonical=address, as_typed=address))
        with pytest.raises(ValueError, match=r"people\.Supporter"):
            rows.insert()


def test_new_rows_are_inserted_once(at: datetime) -> None:
    rows = NewRows()
    make_person(rows)
    rows.insert()
    rows.insert()
    assert ContactPoint.objects.count() == 1


def test_new_rows_are_all_refused_when_one_is(at: datetime) -> None:
    for _ in range(2):
        rows = NewRows()
        make_person(rows)
        try:
            with transaction.atomic():
                rows.insert()
        except IntegrityError:
            break
    else:
        pytest.fail("the second person has the first one's address")
    assert (Supporter.objects.count(), ContactPoint.objects.count()) == (1, 1)


def test_new_rows_cost_one_statement_on_postgresql(django_assert_num_queries: Any) -> None:
    rows = NewRows()
    make_person(rows)
    make_person(rows, "ben@example.org")
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 4):
        rows.insert()
