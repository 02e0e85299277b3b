"""Many INSERTs in one statement, the same rows as the ORM's."""

from datetime import datetime

import pytest
from django.forms import model_to_dict

from core.batch_inserts import insert_new_rows
from messaging.models import OutboundMessage
from people.enums import Channel
from people.models import Submission

pytestmark = pytest.mark.django_db


def message_values(key: str, at: datetime, **changes: object) -> dict[str, object]:
    values = {
        "idempotency_key": key,
        "channel": Channel.EMAIL,
        "purpose": "service",
        "template": "confirm_signature",
        "context": {"campaign_name": 'A "quoted" \\ {name}, 100 %'},
        "address": "ada@example.org",
        "address_index": "x" * 32,
        "language": "en",
        "not_before": at,
        "expires_at": at,
    }
    return {**values, **changes}


def stored(key: str) -> dict[str, object]:
    row = model_to_dict(OutboundMessage.objects.get(idempotency_key=key), exclude=["id", "idempotency_key"])
    return {**row, "created_at": OutboundMessage.objects.get(idempotency_key=key).created_at}


@pytest.mark.parametrize("count", [1, 3])
def test_insert_new_rows_writes_what_the_orm_writes(at: datetime, count: int) -> None:
    keys = [f'a:b:{number}:"c"' for number in range(count)]
    insert_new_rows(OutboundMessage, [message_values(key, at) for key in keys])
    OutboundMessage.objects.create(**message_values("by the ORM", at))
    assert OutboundMessage.objects.count() == count + 1
    assert all(stored(key) == stored("by the ORM") for key in keys)


def test_insert_new_rows_keeps_each_rows_own_values(at: datetime) -> None:
    contexts: list[dict[str, object]] = [{"n": 1}, {"n": True}, {"n": None}, {}]
    rows = [
        message_values(str(number), at, context=context, attempts=number, claimed_at=at if number else None)
        for number, context in enumerate(contexts)
    ]
    insert_new_rows(OutboundMessage, rows)
    found = OutboundMessage.objects.order_by("idempotency_key").values_list("context", "attempts", "claimed_at")
    assert [(repr(context), attempts, claimed) for context, attempts, claimed in found] == [
        (repr(context), number, at if number else None) for number, context in enumerate(contexts)
    ]


def test_insert_new_rows_leaves_out_what_a_constraint_knows(at: datetime) -> None:
    insert_new_rows(OutboundMessage, [message_values("first", at)])
    insert_new_rows(OutboundMessage, [message_values(key, at, language="fr") for key in ("first", "second", "second")])
    assert list(OutboundMessage.objects.order_by("idempotency_key").values_list("idempotency_key", "language")) == [
        ("first", "en"),
        ("second", "fr"),
    ]


def test_insert_new_rows_of_none_does_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        insert_new_rows(OutboundMessage, [])


def test_insert_new_rows_refuses_to_share_a_default_worked_out_for_every_row(at: datetime) -> None:
    with pytest.raises(TypeError, match="public_id"):
        insert_new_rows(Submission, [{"kind": "a", "created_at": at}])


def test_insert_new_rows_with_rows_of_unequal_names_writes_none(at: datetime) -> None:
    rows = [message_values("first", at, claim="c"), message_values("second", at)]
    with pytest.raises(KeyError, match="claim"):
        insert_new_rows(OutboundMessage, rows)
    assert not OutboundMessage.objects.exists()
