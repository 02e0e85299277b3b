"""Reminders of events: once per occasion, after outages and clock changes, at most what consent allows."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection

from events.actions import reminders
from events.actions.reminders import queue_due_reminders
from events.enums import CheckInVia, EventStatus, RsvpStatus
from events.models import Attendance, Event, ReminderRule, Rsvp
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.consents import suppress_address
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import ContactPoint
from tests.factories.events import NOON, make_event, make_rsvp
from tests.factories.reminders import (
    AFTER,
    BEFORE,
    EIGHT,
    ELEVEN,
    SOON,
    make_scheduled_event,
    make_scheduled_type,
    move_by,
    say_of_reminders,
)
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PHONE = "+32470123456"


@pytest.fixture
def event() -> Event:
    return make_scheduled_event()


def keys(rsvp: Rsvp | None = None) -> list[str]:
    rows = OutboundMessage.objects.order_by("idempotency_key").values_list("idempotency_key", flat=True)
    return [key.partition(":rsvp:")[2].partition(":")[2] for key in rows if not rsvp or f":{rsvp.pk}:" in key]


def day_by_minutes(start: datetime, end: datetime, step: timedelta = timedelta(minutes=7)) -> None:
    while start <= end:
        queue_due_reminders(at=start)
        start += step


def test_reminders_go_at_each_moment_of_the_schedule_once(event: Event) -> None:
    rsvp = make_rsvp(event, phone=PHONE)
    say_of_reminders(rsvp, ConsentState.GRANTED)
    day_by_minutes(ELEVEN - timedelta(hours=3), AFTER + timedelta(days=4), timedelta(minutes=30))
    rows = OutboundMessage.objects.order_by("pk")
    told = [(row.template, row.channel, row.purpose, row.not_before, row.expires_at) for row in rows]
    assert sorted(told, key=lambda each: (each[3], each[1])) == [
        ("event_answer", "email", "agenda", ELEVEN, EIGHT),
        ("event_answer", "sms", "reminder", ELEVEN, SOON),
        ("event_reminder", "email", "agenda", EIGHT, NOON),
        ("event_reminder", "sms", "reminder", SOON, NOON),
        ("event_feedback", "email", "agenda", AFTER, NOON + timedelta(hours=2, days=3)),
    ]
    assert {row.status for row in rows} == {MessageStatus.READY}
    assert f"event-reminder:rsvp:{rsvp.pk}:day-before:email:20260502T1200Z" in {row.idempotency_key for row in rows}
    assert {row.organisation for row in rows} == {event.organisation}
    assert {row.scope for row in rows} == {event.campaign.slug}


def test_reminder_missed_for_six_hours_is_made_good_and_the_latest_only(event: Event) -> None:
    make_rsvp(event)
    queue_due_reminders(at=ELEVEN - MINUTE)
    assert keys() == []
    queue_due_reminders(at=ELEVEN + timedelta(hours=6))
    assert keys() == ["day-before:email:20260502T1200Z"]
    OutboundMessage.objects.all().delete()
    queue_due_reminders(at=NOON - MINUTE)  # down since the day before: only the last one is of use
    assert keys() == ["same-day:email:20260502T1200Z"]


@pytest.mark.parametrize("at", [EIGHT - MINUTE, NOON, NOON + MINUTE, AFTER + timedelta(days=3)])
def test_reminder_whose_time_is_over_is_not_queued(event: Event, at: datetime) -> None:
    make_rsvp(event, at=EIGHT - timedelta(hours=1))
    queue_due_reminders(at=at)
    assert keys() == []


def test_reminder_is_left_out_for_who_came_after_its_moment(event: Event) -> None:
    make_rsvp(event, at=ELEVEN + MINUTE)
    queue_due_reminders(at=ELEVEN + 2 * MINUTE)
    assert keys() == []
    queue_due_reminders(at=EIGHT)
    assert keys() == ["same-day:email:20260502T1200Z"]


@pytest.mark.parametrize(
    "columns",
    [
        {"status": RsvpStatus.WAITING},
        {"status": RsvpStatus.OFFERED},
        {"status": RsvpStatus.CANCELLED},
        {"is_proved": False},
    ],
)
def test_reminder_is_for_proved_guests_who_come(event: Event, columns: dict[str, Any]) -> None:
    is_proved = columns.pop("is_proved", True)
    make_rsvp(event, **columns)
    Rsvp.objects.update(is_proved=is_proved)
    queue_due_reminders(at=ELEVEN)
    assert keys() == []


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_reminder_of_an_event_that_is_not_to_take_place_is_not_queued(status: EventStatus) -> None:
    event = make_scheduled_event(status=status)
    make_rsvp(event)
    for at in (ELEVEN, AFTER):
        queue_due_reminders(at=at)
    assert keys() == []


def test_reminder_rule_switched_off_sends_nothing(event: Event) -> None:
    make_rsvp(event)
    ReminderRule.objects.update(is_active=False)
    queue_due_reminders(at=ELEVEN)
    assert keys() == []


def test_reminders_of_two_timeslots_go_by_their_own_start() -> None:
    event = make_scheduled_event(slots=2)
    slots = list(event.timeslots.all())
    early, late = (make_rsvp(event, timeslot=slot) for slot in slots)
    queue_due_reminders(at=EIGHT)
    assert keys(early) == ["same-day:email:20260502T1200Z"]
    assert keys(late) == ["same-day:email:20260502T1400Z"]


def test_reminders_are_due_by_the_clock_of_the_events_own_zone() -> None:
    event = make_scheduled_event(time_zone="America/New_York")  # 08:00 there: no reminder of the same day
    make_rsvp(event)
    queue_due_reminders(at=NOON - timedelta(hours=21) - MINUTE)
    assert keys() == []
    queue_due_reminders(at=NOON - timedelta(hours=21))  # the day before at 11:00 in New York
    queue_due_reminders(at=NOON - MINUTE)
    assert keys() == ["day-before:email:20260502T1200Z"]


# --- Consent --------------------------------------------------------------------------------------


def status_of(key: str) -> tuple[str, str]:
    row = OutboundMessage.objects.get(idempotency_key__contains=f":{key}:")
    return row.status, row.reason


def test_reminder_by_mail_needs_no_consent_but_yields_to_a_withdrawal(event: Event) -> None:
    rsvp = make_rsvp(event)
    queue_due_reminders(at=ELEVEN)
    assert status_of("day-before") == (MessageStatus.READY, "")
    say_of_reminders(rsvp, ConsentState.WITHDRAWN, channel=Channel.EMAIL, at=ELEVEN)
    queue_due_reminders(at=EIGHT)
    assert status_of("same-day") == (MessageStatus.SUPPRESSED, "withdrawn")


def test_reminder_by_sms_needs_consent_and_a_verified_number(event: Event) -> None:
    for number in range(3):
        rsvp = make_rsvp(event, phone=f"+3247012345{number}")
        if number:
            say_of_reminders(rsvp, ConsentState.GRANTED)
    ContactPoint.objects.filter(canonical="+32470123452").update(verified_at=None)
    queue_due_reminders(at=SOON)
    rows = OutboundMessage.objects.filter(channel=Channel.SMS).order_by("address")
    assert [(row.status, row.reason) for row in rows] == [
        (MessageStatus.SUPPRESSED, "no-consent"),
        (MessageStatus.READY, ""),
        (MessageStatus.SUPPRESSED, "unverified"),
    ]


def test_consent_withdrawn_after_queuing_is_asked_again_before_sending(event: Event) -> None:
    rsvp = make_rsvp(event, phone=PHONE)
    say_of_reminders(rsvp, ConsentState.GRANTED)
    queue_due_reminders(at=SOON)
    for channel in Channel:
        say_of_reminders(rsvp, ConsentState.WITHDRAWN, channel=channel, at=SOON)
    with time_machine.travel(SOON, tick=False):
        deliver_messages(at=SOON)
    found = OutboundMessage.objects.values_list("status", "reason")
    assert list(found) == [(MessageStatus.SUPPRESSED, "withdrawn")] * 2


def test_reminder_to_a_suppressed_address_leaves_a_row_that_says_why(event: Event) -> None:
    rsvp = make_rsvp(event)
    canonical = rsvp.supporter.contact_points.get().canonical
    suppress_address(channel=Channel.EMAIL, canonical=canonical, reason=SuppressionReason.BOUNCE, by="tests", at=BEFORE)
    queue_due_reminders(at=ELEVEN)
    assert status_of("day-before") == (MessageStatus.SUPPRESSED, "suppressed:bounce")
    queue_due_reminders(at=ELEVEN + MINUTE)
    assert len(keys()) == 1


# --- Feedback -------------------------------------------------------------------------------------


def attend(rsvp: Rsvp, **columns: Any) -> None:
    import uuid

    Attendance.objects.create(
        client_id=uuid.uuid4(),
        event=rsvp.event,
        timeslot=rsvp.timeslot,
        rsvp=rsvp,
        via=CheckInVia.QR,
        device_at=NOON,
        occurred_at=NOON,
        received_at=NOON,
        **columns,
    )


@pytest.mark.parametrize("status", [EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.REPORTED])
def test_feedback_is_asked_of_everybody_where_nobody_was_checked_in(status: EventStatus) -> None:
    event = make_scheduled_event(status=status)
    rsvp = make_rsvp(event)
    undone = make_rsvp(event)
    attend(undone, undone_at=AFTER)
    queue_due_reminders(at=AFTER)
    assert keys(rsvp) == keys(undone) == ["feedback:email:20260502T1200Z"]


def test_feedback_is_asked_of_who_was_there_where_people_were_checked_in(event: Event) -> None:
    there, away = make_rsvp(event), make_rsvp(event)
    attend(there)
    queue_due_reminders(at=AFTER)
    assert (len(keys(there)), len(keys(away))) == (1, 0)
    attend(away)  # a phone that was offline until now
    queue_due_reminders(at=AFTER + timedelta(days=2))
    assert (len(keys(there)), len(keys(away))) == (1, 1)


# --- Twice, at once, clocks -------------------------------------------------------------------------


def test_reminders_with_the_clock_put_forward_and_back_are_once(event: Event) -> None:
    make_rsvp(event)
    for at in (EIGHT, ELEVEN, EIGHT, NOON + timedelta(days=9), ELEVEN):
        queue_due_reminders(at=at)
    assert keys() == ["day-before:email:20260502T1200Z", "same-day:email:20260502T1200Z"]


@pytest.mark.parametrize(("month", "day", "before", "morning"), [(3, 29, 10, 6), (10, 25, 9, 7)])
def test_reminders_of_the_sunday_the_clocks_change_are_on_time_and_once(
    month: int, day: int, before: int, morning: int
) -> None:
    start = datetime(2026, month, day, 13, tzinfo=UTC)
    event = make_scheduled_event(starts_at=start)
    make_rsvp(event, at=start - timedelta(days=9))
    day_by_minutes(start - timedelta(hours=40), start + timedelta(hours=1), timedelta(minutes=20))
    rows = OutboundMessage.objects.order_by("not_before").values_list("not_before", flat=True)
    assert list(rows) == [
        datetime(2026, month, day - 1, before, tzinfo=UTC),
        datetime(2026, month, day, morning, tzinfo=UTC),
    ]


@pytest.mark.django_db(transaction=True)
def test_reminders_of_two_beats_and_two_workers_at_once_are_one_each(event: Event) -> None:
    for _ in range(3):
        make_rsvp(event)
    results = run_at_once(*[lambda: queue_due_reminders(at=ELEVEN)] * 4)
    assert all(isinstance(result, int) for result in results), results
    assert len(keys()) == 3
    connection.close()


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 3])
def test_reminders_cost_the_same_for_any_number(people: int, django_assert_num_queries: Any) -> None:
    event = make_scheduled_event()
    numbers = count(10)
    for _ in range(people):
        rsvp = make_rsvp(event, phone=f"+324701234{next(numbers)}")
        say_of_reminders(rsvp, ConsentState.GRANTED)
    with django_assert_num_queries(12):
        assert queue_due_reminders(at=ELEVEN) == people * 2
    with django_assert_num_queries(4):  # nothing left to do
        assert queue_due_reminders(at=ELEVEN) == 0


def test_reminders_of_more_than_a_batch_all_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.reach.BATCH", 2)
    event = make_scheduled_event()
    for _ in range(5):
        make_rsvp(event)
    other = make_event(event.event_type, starts_at=NOON + timedelta(hours=1))
    make_rsvp(other)
    third = make_event(make_scheduled_type(name="Other"), starts_at=NOON - timedelta(minutes=45))
    make_rsvp(third)
    assert queue_due_reminders(at=ELEVEN) == 7
    assert len(keys()) == 7


def test_reminder_after_a_move_is_another_occasion_and_skips_who_was_just_told(
    event: Event, django_assert_num_queries: Any
) -> None:
    from events.actions.notices import tell_moved

    rsvp = make_rsvp(event)
    queue_due_reminders(at=ELEVEN)
    moved_at = ELEVEN + timedelta(hours=1)
    move_by(event, timedelta(hours=1))
    tell_moved(event, by_how=timedelta(hours=1), at=moved_at)
    queue_due_reminders(at=moved_at + MINUTE)
    assert keys(rsvp) == ["20260502T1300Z:1", "day-before:email:20260502T1200Z"], "the move is fresh in mind"
    queue_due_reminders(at=EIGHT)
    assert keys(rsvp)[-1] == "same-day:email:20260502T1300Z"


def test_task_reads_the_clock_once_and_queues(event: Event) -> None:
    from events.tasks import remind_guests

    make_rsvp(event)
    with time_machine.travel(ELEVEN, tick=False):
        remind_guests(told_by="a newer release")
    assert len(keys()) == 1
    assert reminders.TEMPLATES["answer"] == "event_answer"
