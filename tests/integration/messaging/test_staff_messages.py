"""The ledger of messages on the screen."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from messaging.actions.settle import NotUnknown, settle_message
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.selectors import backlog_minutes
from people.models import Submission
from tests.factories.staff import World, browse


def make_message(world: World, status: str = "unknown", **columns: Any) -> OutboundMessage:
    at = timezone.now()
    defaults = {
        "idempotency_key": f"news:{world.name}:{OutboundMessage.objects.count()}",
        "channel": "email", "purpose": "campaign_news", "template": "news", "address": "nina.alvarez@gmail.com",
        "language": "en", "organisation": world.lead, "not_before": at, "expires_at": at + timedelta(days=1),
    }  # fmt: skip
    return OutboundMessage.objects.create(status=status, **{**defaults, **columns})


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def test_messages_show_no_address_in_full(ours: World, ada: Client) -> None:
    make_message(ours)
    page = ada.get(reverse("staff_messages:index")).content.decode()
    assert "n…@g….com" in page
    assert "alvarez" not in page
    assert AuditEntry.objects.get(action="messaging.outbound_message.listed").details["count"] == 1


def test_messages_are_filtered_by_status(ours: World, ada: Client) -> None:
    sent = make_message(ours, "sent")
    make_message(ours, "failed")
    rows = ada.get(reverse("staff_messages:index"), {"status": "sent"}).context["object_list"]
    assert [row.pk for row in rows] == [sent.pk]


def test_confirmation_is_seen_through_its_petition(ours: World, theirs: World, ada: Client) -> None:
    seen = []
    for world in (ours, theirs):
        submission = Submission.objects.create(
            kind="petition-signature", target_id=world.petition.pk, subject_index="x", locale="en",
            created_at=timezone.now(),
        )  # fmt: skip
        seen.append(make_message(world, organisation=None, submission=submission))
    assert [row.pk for row in ada.get(reverse("staff_messages:index")).context["object_list"]] == [seen[0].pk]


def test_backlog_says_how_long_the_oldest_due_has_waited(ours: World, at: datetime) -> None:
    assert backlog_minutes(at=at) is None
    make_message(ours, "ready", not_before=at + timedelta(minutes=5))
    make_message(ours, "sent", not_before=at - timedelta(hours=5))
    assert backlog_minutes(at=at) is None
    make_message(ours, "ready", not_before=at - timedelta(minutes=7, seconds=30))
    assert backlog_minutes(at=at) == 7
    page = browse(ours.coordinator).get(reverse("staff_messages:index")).content.decode()
    assert "has waited for 7 minutes" in page


@pytest.mark.parametrize(("answer", "status"), [("sent", "sent"), ("failed", "failed")])
def test_unknown_message_is_settled_by_hand(ours: World, ada: Client, answer: str, status: str) -> None:
    message = make_message(ours)
    url = reverse("staff_messages:settle", args=[message.pk])
    assert ada.post(url, {"answer": answer}).status_code == 302
    message.refresh_from_db()
    assert message.status == status
    assert (message.sent_at is not None) == (answer == "sent")
    assert ada.post(url, {"answer": answer}).status_code == 302
    assert AuditEntry.objects.filter(action="messaging.message.settled").count() == 1


def test_message_settled_otherwise_before_is_left_alone(ours: World, at: datetime) -> None:
    message = make_message(ours, MessageStatus.DELIVERED)
    with pytest.raises(NotUnknown):
        settle_message(message=message, was_sent=False, by=ours.coordinator, at=at)
    message.refresh_from_db()
    assert message.status == MessageStatus.DELIVERED
    assert not AuditEntry.objects.exists()


def test_dpo_reads_the_ledger_and_settles_nothing(ours: World) -> None:
    message = make_message(ours)
    client = browse(ours.dpo)
    assert client.get(reverse("staff_messages:index")).status_code == 200
    assert client.post(reverse("staff_messages:settle", args=[message.pk]), {"answer": "sent"}).status_code == 403
