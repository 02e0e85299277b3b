"""The ledger of messages on the screen."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from messaging.actions.rates import rest_sender
from messaging.actions.reports import take_report
from messaging.actions.settle import NotUnknown, settle_message
from messaging.enums import MessageStatus, ReportedEvent
from messaging.ledger_selectors import backlogs
from messaging.models import OutboundMessage
from messaging.references import sign_reference
from messaging.selectors import backlog_minutes
from messaging.senders import senders
from people.enums import Channel
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
    assert backlog_minutes(rows=OutboundMessage.objects.all(), at=at) is None
    make_message(ours, "ready", not_before=at + timedelta(minutes=5))
    make_message(ours, "sent", not_before=at - timedelta(hours=5))
    assert backlog_minutes(rows=OutboundMessage.objects.all(), at=at) is None
    make_message(ours, "ready", not_before=at - timedelta(minutes=7, seconds=30))
    assert backlog_minutes(rows=OutboundMessage.objects.all(), at=at) == 7
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


def test_backlog_of_each_sender_says_its_rate_its_rest_and_when_it_is_done(
    ours: World, at: datetime, settings: Any
) -> None:
    settings.MESSAGE_RATES = {"email": 0.5, "sms": 0}
    for number in range(90):
        make_message(ours, "ready", not_before=at - timedelta(minutes=2), idempotency_key=f"due:{number}")
    make_message(ours, "ready", channel="sms", not_before=at + timedelta(hours=1))
    make_message(ours, "ready", is_held=True, not_before=at)
    rest_sender(sender=senders()[0], pause=timedelta(minutes=5), reason="SMTP 454", at=at)
    mail, texts = backlogs(rows=OutboundMessage.objects.all(), at=at)
    assert (mail.due, mail.later, mail.oldest_minutes, mail.drain_minutes) == (90, 0, 2, 3 + 5)
    assert (mail.paused_until, mail.pause_reason) == (at + timedelta(minutes=5), "SMTP 454")
    assert (texts.due, texts.later, texts.oldest_minutes, texts.drain_minutes) == (0, 1, None, None)
    page = browse(ours.coordinator).get(reverse("staff_messages:index")).content.decode()
    assert "SMTP 454" in page
    assert "8 minutes" in page


def test_backlog_is_of_the_readers_own_messages(ours: World, theirs: World, at: datetime, settings: Any) -> None:
    settings.MESSAGE_RATES = {"email": 1, f"email:{theirs.lead.slug}": 1}
    make_message(ours, "ready", not_before=at - timedelta(minutes=2))
    for number in range(3):
        make_message(theirs, "ready", not_before=at - timedelta(minutes=9), idempotency_key=f"theirs:{number}")
    for world, due, names in ((ours, 1, [""]), (theirs, 3, ["", theirs.lead.slug])):
        context = browse(world.coordinator).get(reverse("staff_messages:index")).context
        mails = [line for line in context["backlogs"] if line.channel == "email"]
        assert sum(line.due for line in mails) == due
        assert sorted(line.sender for line in mails) == names
        assert ("9 minutes" in context["backlog"]) == (world == theirs)


def test_backlog_at_rest_with_nothing_due_is_done(ours: World, at: datetime, settings: Any) -> None:
    settings.MESSAGE_RATES = {"email": 1, "sms": 0}
    rest_sender(sender=senders()[0], pause=timedelta(minutes=5), reason="SMTP 454", at=at)
    assert backlogs(rows=OutboundMessage.objects.all(), at=at)[0].drain_minutes == 0


def test_messages_of_a_batch_are_listed_and_counted(ours: World, ada: Client) -> None:
    theirs = make_message(ours, "sent", batch="broadcast:12")
    make_message(ours, "failed", batch="broadcast:13")
    page = ada.get(reverse("staff_messages:index"), {"batch": "broadcast:12"})
    assert [row.pk for row in page.context["object_list"]] == [theirs.pk]
    assert [(str(label), count) for label, count in page.context["counts"]] == [("sent", 1)]
    everything = ada.get(reverse("staff_messages:index"))
    assert dict(everything.context["counts"]) == {"sent": 1, "failed": 1}


def test_message_shows_its_path_and_hides_the_address_and_the_links(ours: World, ada: Client, at: datetime) -> None:
    submission = Submission.objects.create(
        kind="petition-signature", target_id=ours.petition.pk, subject_index="x", locale="en", email="n@example.org",
        payload={"full_name": "Nina"}, target_title="Trees", created_at=at,
    )  # fmt: skip
    message = make_message(
        ours, "unknown", submission=submission, template="confirm_signature", purpose="service", claimed_at=at,
        reason="the worker died while sending",
    )  # fmt: skip
    url = reverse("staff_messages:message", args=[message.pk])
    page = ada.get(url).content.decode()
    assert "n…@g….com" in page
    assert "alvarez" not in page
    assert "Nina" in page
    assert "/confirm/" not in page
    assert "It arrived" in page
    for _ in range(2):
        take_report(
            channel=Channel.EMAIL, event=ReportedEvent.HARD_BOUNCED, at=at, reference=sign_reference(message.pk),
            reason="550 no such user",
        )  # fmt: skip
    page = ada.get(url).content.decode()
    assert "there is no such address" in page
    assert "550 no such user · reported 2 times" in page
    assert "It arrived" not in page
    assert AuditEntry.objects.filter(action="messaging.outbound_message.viewed").count() == 2


def test_message_that_cannot_be_drawn_any_more_says_so(ours: World, ada: Client) -> None:
    page = ada.get(reverse("staff_messages:message", args=[make_message(ours, "sent").pk])).content.decode()
    assert "cannot be drawn any more" in page


def test_message_of_others_is_not_found_and_without_the_right_refused(ours: World, theirs: World, ada: Client) -> None:
    hidden = make_message(theirs)
    assert ada.get(reverse("staff_messages:message", args=[hidden.pk])).status_code == 404
    own = reverse("staff_messages:message", args=[make_message(ours).pk])
    assert browse(ours.dpo).get(own).status_code == 200
    assert browse(ours.analyst).get(own).status_code == 403
    assert not AuditEntry.objects.filter(target=f"messaging.outboundmessage:{hidden.pk}").exists()
