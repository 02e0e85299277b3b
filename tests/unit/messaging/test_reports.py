"""What providers report: repeated, out of order, too early, about others, about nothing we know."""

from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import AuditEntry
from messaging.actions.reports import SOFT_BOUNCES, take_report
from messaging.actions.settle import settle_message
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import DeliveryReport, OutboundMessage, SenderBlock
from messaging.references import sign_reference
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, Suppression
from tests.factories.accounts import make_user
from tests.factories.messaging import make_sent
from tests.factories.people import (
    ADA,
    BEN,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db

Event = ReportedEvent
FAILING = {Event.FAILED, Event.HARD_BOUNCED, Event.UNREACHABLE, Event.SENDER_BLOCKED}
ARRIVED = {Event.DELIVERED, Event.COMPLAINED, Event.UNSUBSCRIBED}
PHONE = "+32470123456"


def report(message: OutboundMessage, event: ReportedEvent, at: datetime, **named: Any) -> OutboundMessage | None:
    named = named or {"reference": sign_reference(message.pk)}
    return take_report(channel=Channel(message.channel), event=event, at=at, **named)


def highest(events: list[ReportedEvent]) -> MessageStatus:
    if FAILING & set(events):
        return MessageStatus.FAILED
    return MessageStatus.DELIVERED if ARRIVED & set(events) else MessageStatus.SENT


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(st.sampled_from(list(ReportedEvent)), min_size=1, max_size=6),
    start=st.sampled_from([MessageStatus.READY, MessageStatus.SENDING, MessageStatus.UNKNOWN, MessageStatus.SENT]),
)
def test_reports_in_any_order_and_repeated_leave_the_status_of_the_highest(
    events: list[ReportedEvent], start: MessageStatus
) -> None:
    at = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
    ranks = [MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED]
    with transaction.atomic():
        message, reached = make_sent(at, start), -1
        for number, event in enumerate(events):
            told = report(message, event, at + timedelta(minutes=number))
            assert told is not None
            assert ranks.index(MessageStatus(told.status)) >= reached, "never downwards"
            assert told.status == highest(events[: number + 1])
            reached = ranks.index(MessageStatus(told.status))
        reports = dict(message.reports.values_list("event", "times"))
        assert reports == {event: events.count(event) for event in set(events)}
        transaction.set_rollback(True)


def test_reports_of_one_message_in_every_order_end_alike(at: datetime) -> None:
    events = [Event.SENT, Event.SOFT_BOUNCED, Event.DELIVERED]
    for order in permutations(events):
        message = make_sent(at, MessageStatus.SENDING)
        for event in order:
            report(message, event, at)
        message.refresh_from_db()
        assert message.status == MessageStatus.DELIVERED
        assert message.sent_at is not None


@pytest.mark.parametrize("named", ["reference", "provider_id"])
def test_unknown_message_is_settled_by_a_report(at: datetime, named: str) -> None:
    message = make_sent(at, MessageStatus.UNKNOWN, reason="the worker died while sending", provider_id="SM1")
    told = report(
        message, Event.DELIVERED, at, **{named: {"provider_id": "SM1"}.get(named) or sign_reference(message.pk)}
    )
    assert told is not None
    assert (told.pk, told.status, told.reason) == (message.pk, MessageStatus.DELIVERED, "")


def test_report_quicker_than_our_own_commit_is_kept_and_the_providers_id_learnt(at: datetime) -> None:
    message = make_sent(at, MessageStatus.SENDING)
    told = report(message, Event.DELIVERED, at, provider_id="SM1", reference=sign_reference(message.pk))
    assert told is not None
    assert (told.status, told.provider_id, told.sent_at) == (MessageStatus.DELIVERED, "SM1", at)


def test_report_knows_better_than_a_person_or_a_worker_who_gave_up(at: datetime) -> None:
    message = make_sent(at, MessageStatus.UNKNOWN)
    settle_message(message=message, was_sent=False, by=make_user("ada"), at=at)
    told = report(message, Event.DELIVERED, at)
    assert told is not None
    assert told.status == MessageStatus.DELIVERED


@pytest.mark.parametrize("status", [MessageStatus.SUPPRESSED, MessageStatus.CANCELLED, MessageStatus.EXPIRED])
def test_report_of_what_was_never_sent_changes_no_status(at: datetime, status: MessageStatus) -> None:
    told = report(make_sent(at, status), Event.DELIVERED, at)
    assert told is not None
    assert told.status == status


@pytest.mark.parametrize(
    "named",
    [
        {"reference": "7-0000"},
        {"reference": "", "provider_id": "nobody's"},
        {"reference": "", "provider_id": ""},
        {"reference": "zzzzzzzzzzzzz-" + "0" * 20},
    ],
)
def test_report_of_nothing_we_know_is_none_and_does_nothing(
    at: datetime, named: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    message = make_sent(at, provider_id="SM1")
    assert report(message, Event.HARD_BOUNCED, at, address=ADA, **named) is None
    assert not Suppression.objects.exists()
    assert not DeliveryReport.objects.exists()
    assert ADA not in caplog.text


def test_report_by_a_reference_of_another_channel_is_none(at: datetime) -> None:
    message = make_sent(at)
    assert take_report(channel=Channel.SMS, event=Event.FAILED, at=at, reference=sign_reference(message.pk)) is None


def test_report_about_several_recipients_concerns_each_by_its_own_address(at: datetime) -> None:
    ada, ben = (make_sent(at, provider_id="<1@esp>", address=address) for address in (ADA, BEN))
    told = report(ada, Event.HARD_BOUNCED, at, provider_id="<1@esp>", address=ADA)
    assert told == ada
    ben.refresh_from_db()
    assert ben.status == MessageStatus.SENT
    assert report(ada, Event.HARD_BOUNCED, at, provider_id="<1@esp>", address="dan@example.org") is None
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    ("event", "reason"),
    [(Event.HARD_BOUNCED, SuppressionReason.BOUNCE), (Event.COMPLAINED, SuppressionReason.COMPLAINT)],
)
def test_hard_bounce_and_complaint_suppress_the_rows_own_address_once(
    at: datetime, event: ReportedEvent, reason: SuppressionReason
) -> None:
    message = make_sent(at)
    for _ in range(2):
        report(message, event, at)
    suppression = Suppression.objects.get()
    assert (suppression.reason, suppression.address_index) == (reason, message.address_index)
    entry = AuditEntry.objects.get(action="people.address.suppressed")
    assert entry.actor == f"report:{event}"


def test_hard_bounce_of_a_forwarded_mail_suppresses_nobody(at: datetime) -> None:
    message = make_sent(at)
    told = report(
        message, Event.HARD_BOUNCED, at, reference=sign_reference(message.pk), address="ada@elsewhere.example"
    )
    assert told is not None
    assert told.status == MessageStatus.FAILED
    assert not Suppression.objects.exists()


def test_complaint_takes_back_the_consent_it_was_sent_by_and_no_other(at: datetime) -> None:
    lead, partner = make_organisation(), make_organisation()
    point = make_contact_point(verified_at=at)
    for organisation in (lead, partner):
        write_consent_event(point, make_consent_text(organisation), ConsentState.GRANTED, at - timedelta(days=1))
    message = make_sent(at, contact_point=point, organisation=lead)
    for _ in range(2):
        report(message, Event.COMPLAINED, at)
    event = ConsentEvent.objects.get(state=ConsentState.WITHDRAWN)
    assert (event.organisation, event.purpose, event.source) == (lead, Purpose.CAMPAIGN_NEWS, "report:complained")


def test_unsubscribing_at_the_provider_stops_this_purpose_and_suppresses_nothing(at: datetime) -> None:
    lead, point = make_organisation(), make_contact_point(verified_at=at)
    write_consent_event(point, make_consent_text(lead), ConsentState.GRANTED, at - timedelta(days=1))
    report(make_sent(at, contact_point=point, organisation=lead), Event.UNSUBSCRIBED, at)
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, lead.pk)
    assert may_contact(point, news, at).reason == "withdrawn"
    assert may_contact(point, ContactPurpose(Purpose.SERVICE, Channel.EMAIL), at).allowed


@pytest.mark.parametrize("event", [Event.SOFT_BOUNCED, Event.UNREACHABLE])
def test_messages_that_do_not_arrive_five_times_in_a_row_suppress(at: datetime, event: ReportedEvent) -> None:
    point = make_contact_point(verified_at=at)
    messages = [make_sent(at, contact_point=point) for _ in range(SOFT_BOUNCES)]
    for message in messages[:-1]:
        for _ in range(3):
            report(message, event, at)
    assert not Suppression.objects.exists()
    report(messages[-1], event, at)
    assert Suppression.objects.get().reason == SuppressionReason.BOUNCE


def test_soft_bounce_after_one_that_arrived_begins_to_count_anew(at: datetime) -> None:
    point = make_contact_point(verified_at=at)
    for number in range(2 * SOFT_BOUNCES - 2):
        message = make_sent(at, contact_point=point)
        report(message, Event.SOFT_BOUNCED, at)
        if number == SOFT_BOUNCES - 2:
            report(message, Event.DELIVERED, at)
    assert not Suppression.objects.exists()
    report(make_sent(at, contact_point=point), Event.SOFT_BOUNCED, at)
    assert Suppression.objects.exists()


def test_soft_bounces_of_answers_to_forms_count_without_a_contact_point(at: datetime) -> None:
    for _ in range(SOFT_BOUNCES):
        report(make_sent(at, purpose="service"), Event.SOFT_BOUNCED, at)
        report(make_sent(at, purpose="service", address=BEN), Event.SENT, at)
    assert Suppression.objects.count() == 1


def test_blocked_sender_is_remembered_for_this_sender_and_number_alone(at: datetime, settings) -> None:
    settings.MESSAGE_RATES = {"email": 0, "sms": 0, "sms:greens": 5}
    greens = make_organisation()
    greens.slug = "greens"
    greens.save(update_fields=["slug"])
    theirs = make_sent(at, channel="sms", address=PHONE, organisation=greens)
    ours = make_sent(at, channel="sms", address=PHONE)
    for message in (theirs, theirs, ours):
        report(message, Event.SENDER_BLOCKED, at)
    blocks = SenderBlock.objects.order_by("pk")
    assert [(block.sender, block.address_index) for block in blocks] == [
        ("greens", theirs.address_index), ("", ours.address_index),
    ]  # fmt: skip
    assert not Suppression.objects.exists()
    assert AuditEntry.objects.filter(action="messaging.sender_block.set").count() == 2


def test_report_rolled_back_leaves_nothing(at: datetime) -> None:
    message = make_sent(at)
    with transaction.atomic():
        report(message, Event.HARD_BOUNCED, at)
        transaction.set_rollback(True)
    message.refresh_from_db()
    assert message.status == MessageStatus.SENT
    assert not Suppression.objects.exists()
    assert not DeliveryReport.objects.exists()


def test_report_of_one_kind_is_one_row_also_in_the_database(at: datetime) -> None:
    message = make_sent(at)
    DeliveryReport.objects.create(message=message, event=Event.SENT, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryReport.objects.create(message=message, event=Event.SENT, at=at)


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_leave_the_highest(at: datetime) -> None:
    for _ in range(5):
        message = make_sent(at, MessageStatus.SENDING)
        events = [Event.SENT, Event.DELIVERED, Event.HARD_BOUNCED, Event.DELIVERED]
        results = run_at_once(*[partial(report, message, event, at) for event in events])
        assert results == [message] * 4
        message.refresh_from_db()
        assert message.status == MessageStatus.FAILED
    assert Suppression.objects.count() == 1
