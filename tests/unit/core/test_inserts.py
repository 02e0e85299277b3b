"""One INSERT, the same row as the ORM's."""

import uuid
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from core.inserts import insert_row
from people.models import Submission

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
