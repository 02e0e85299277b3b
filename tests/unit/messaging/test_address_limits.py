"""One address, many petitions: no more confirmations than its owner can have asked for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from messaging.actions.confirmations import drain_submissions, queue_resend, remind_unconfirmed
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.models import Submission
from tests.factories.campaigns import hand_in
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.CONFIRMATIONS_PER_ADDRESS_HOUR = 2
    settings.CONFIRMATIONS_PER_ADDRESS_DAY = 3


def flood(number: int, address: str = ADA, *, at: datetime) -> list[Submission]:
    """Hand the address in under so many different petitions."""
    return [hand_in(make_petition(), address, at=at) for _ in range(number)]


def statuses(address: str = ADA) -> list[str]:
    return list(OutboundMessage.objects.filter(address=address).order_by("pk").values_list("status", flat=True))


def test_address_under_many_petitions_is_written_to_twice_an_hour_and_thrice_a_day(
    at: datetime, clock: time_machine.Traveller
) -> None:
    flood(4, at=at)
    flood(1, BEN, at=at)
    assert drain_submissions(at=at) == 5
    assert sorted(statuses()) == ["ready", "ready", "suppressed", "suppressed"]
    assert statuses(BEN) == ["ready"]
    reasons = OutboundMessage.objects.filter(status=MessageStatus.SUPPRESSED).values_list("reason", flat=True)
    assert set(reasons) == {"sent often enough"}
    clock.shift(2 * HOUR)
    flood(2, at=at + 2 * HOUR)
    drain_submissions(at=at + 2 * HOUR)
    assert statuses().count("ready") == 3
    clock.shift(DAY)
    flood(1, at=at + 2 * HOUR + DAY)
    drain_submissions(at=at + 2 * HOUR + DAY)
    assert statuses().count("ready") == 4


def test_another_spelling_is_the_same_address(at: datetime) -> None:
    for address in ("ada@gmail.com", "a.da@gmail.com", "ADA+x@googlemail.com"):
        flood(1, address, at=at)
        drain_submissions(at=at)
    assert OutboundMessage.objects.filter(status=MessageStatus.READY).count() == 2


def test_who_was_held_back_may_ask_again_later_and_is_reminded(at: datetime, clock: time_machine.Traveller) -> None:
    held = flood(3, at=at)[2]
    drain_submissions(at=at)
    queue_resend(submission=held, number=1, at=at)
    assert statuses().count("ready") == 2
    clock.shift(2 * HOUR)
    queue_resend(submission=held, number=2, at=at + 2 * HOUR)
    assert statuses().count("ready") == 3
    clock.shift(2 * DAY)
    assert remind_unconfirmed(at=at + 2 * DAY) == 3
    assert OutboundMessage.objects.filter(submission=held, template="confirm_reminder", status="ready").exists()


def test_a_drain_looks_addresses_up_through_an_index(at: datetime) -> None:
    rows = OutboundMessage.objects.filter(address_index__in=["a", "b"], purpose="service", created_at__gt=at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "messaging_message_address" in rows.order_by().values_list("address_index").explain()
