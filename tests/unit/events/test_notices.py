"""Word of a moved or cancelled event: everybody concerned, one message per change, nobody after its end."""

from datetime import timedelta
from typing import Any

import pytest

from events.actions.notices import tell_cancelled, tell_moved, told_supporters
from events.actions.reminders import queue_due_reminders
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Timeslot
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.consents import suppress_address
from people.enums import Channel, ConsentState, SuppressionReason
from tests.factories.events import NOON, make_rsvp
from tests.factories.reminders import BEFORE, EIGHT, ELEVEN, make_scheduled_event, move_by, say_of_reminders

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def event() -> Event:
    return make_scheduled_event()


def rows(template: str) -> list[tuple[Any, ...]]:
    found = OutboundMessage.objects.filter(template=template).order_by("pk")
    return [(row.status, row.reason, row.purpose, row.expires_at) for row in found]


def move(event: Event, by_how: timedelta = HOUR, at: Any = BEFORE) -> None:
    move_by(event, by_how)
    tell_moved(event, by_how=by_how, at=at)


def cancel(event: Event, at: Any = BEFORE) -> None:
    event.status, event.cancelled_at = EventStatus.CANCELLED, at
    event.save()
    tell_cancelled(event, by="tests", at=at)


def test_moved_event_is_told_once_to_everybody_concerned(event: Event) -> None:
    for status in RsvpStatus:
        make_rsvp(event, status=status)
    move(event)
    tell_moved(event, by_how=HOUR, at=BEFORE + HOUR)  # the same change once more
    assert rows("event_moved") == [(MessageStatus.READY, "", "service", NOON + HOUR)] * 3


def test_moved_there_and_back_and_there_again_is_told_each_time(event: Event) -> None:
    rsvp = make_rsvp(event)
    for by_how in (HOUR, -HOUR, HOUR):
        move(event, by_how)
    keys = OutboundMessage.objects.order_by("pk").values_list("idempotency_key", flat=True)
    stamps = ["20260502T1300Z:1", "20260502T1200Z:2", "20260502T1300Z:3"]
    assert list(keys) == [f"event-moved:rsvp:{rsvp.pk}:{stamp}" for stamp in stamps]
    waiting = OutboundMessage.objects.filter(status=MessageStatus.READY)
    assert waiting.get().idempotency_key.endswith(stamps[2]), "word of an earlier change is taken back"


def test_moved_event_takes_the_old_reminders_back_and_leaves_the_rest(event: Event) -> None:
    other = make_scheduled_event_of(event)
    rsvp, guest = make_rsvp(event), make_rsvp(other)
    sent = make_rsvp(event)
    queue_due_reminders(at=ELEVEN)
    OutboundMessage.objects.filter(contact_point__supporter=sent.supporter).update(status=MessageStatus.SENT)
    move(event, at=ELEVEN)
    statuses = {
        row.contact_point.supporter_id: (row.status, row.reason)  # type: ignore[union-attr]
        for row in OutboundMessage.objects.filter(template="event_answer").select_related("contact_point")
    }
    assert statuses == {
        rsvp.supporter_id: (MessageStatus.CANCELLED, "the event was moved"),
        guest.supporter_id: (MessageStatus.READY, ""),
        sent.supporter_id: (MessageStatus.SENT, ""),
    }


def make_scheduled_event_of(event: Event) -> Event:
    from tests.factories.events import make_event

    return make_event(event.event_type)


def test_moved_timeslot_leaves_the_reminders_of_the_other_alone() -> None:
    event = make_scheduled_event(slots=2)
    first, second = event.timeslots.all()
    make_rsvp(event, timeslot=first)
    make_rsvp(event, timeslot=second)
    queue_due_reminders(at=EIGHT)
    second.starts_at += HOUR
    second.ends_at += HOUR
    second.save()
    event.sequence += 1
    event.save()
    tell_moved(event, by_how=timedelta(0), at=EIGHT)
    reminders = OutboundMessage.objects.filter(template="event_reminder").order_by("pk")
    assert [row.status for row in reminders] == [MessageStatus.READY, MessageStatus.CANCELLED]


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CLOSED])
def test_moved_event_nobody_was_told_of_or_that_is_over_is_not_told(status: EventStatus) -> None:
    event = make_scheduled_event(status=status)
    make_rsvp(event)
    move(event)
    assert rows("event_moved") == []


def test_moved_into_the_past_tells_nobody(event: Event) -> None:
    make_rsvp(event)
    move(event, at=NOON + HOUR)
    assert rows("event_moved") == []


def test_cancelled_event_is_told_once_also_after_a_move_and_stops_the_rest(event: Event) -> None:
    for status in RsvpStatus:
        make_rsvp(event, status=status)
    queue_due_reminders(at=ELEVEN)
    move(event, at=ELEVEN)
    cancel(event, at=ELEVEN)
    tell_cancelled(event, by="tests", at=ELEVEN + HOUR)
    assert rows("event_cancelled") == [(MessageStatus.READY, "", "service", NOON + 3 * HOUR)] * 3
    assert {row[0] for row in rows("event_moved") + rows("event_answer")} == {MessageStatus.CANCELLED}


@pytest.mark.parametrize(("after", "told"), [(timedelta(0), 1), (2 * HOUR, 0), (timedelta(days=1), 0)])
def test_cancelled_event_is_not_told_after_its_end(event: Event, after: timedelta, told: int) -> None:
    make_rsvp(event)
    cancel(event, at=NOON + after)
    assert len(rows("event_cancelled")) == told


def test_notice_goes_to_an_unproved_address_too_but_never_against_a_stop(event: Event) -> None:
    unproved, stopped = make_rsvp(event), make_rsvp(event)
    type(unproved).objects.filter(pk=unproved.pk).update(is_proved=False)
    canonical = stopped.supporter.contact_points.get().canonical
    suppress_address(channel=Channel.EMAIL, canonical=canonical, reason=SuppressionReason.STOP, by="tests", at=BEFORE)
    cancel(event)
    assert [row[:2] for row in rows("event_cancelled")] == [
        (MessageStatus.READY, ""),
        (MessageStatus.SUPPRESSED, "suppressed:stop"),
    ]
    assert told_supporters(event) == {unproved.supporter_id}


def test_notice_to_who_left_a_number_only_goes_by_sms_with_consent(event: Event) -> None:
    asked, unasked = (make_rsvp(event, phone=f"+3247012345{number}") for number in range(2))
    for rsvp in (asked, unasked):
        rsvp.supporter.contact_points.get(channel=Channel.EMAIL).delete()
    say_of_reminders(asked, ConsentState.GRANTED)
    move(event)
    found = OutboundMessage.objects.order_by("pk").values_list("channel", "status")
    assert list(found) == [("sms", MessageStatus.READY), ("sms", MessageStatus.SUPPRESSED)]


def test_told_supporters_are_those_who_hear_of_the_last_change(event: Event) -> None:
    rsvp = make_rsvp(event)
    make_rsvp(event, status=RsvpStatus.CANCELLED)
    assert told_supporters(event) == set()
    move(event)
    assert told_supporters(event) == {rsvp.supporter_id}
    event.sequence += 1
    assert told_supporters(event) == set()


@pytest.mark.parametrize("people", [1, 3])
def test_notices_cost_the_same_for_any_number(event: Event, people: int, django_assert_num_queries: Any) -> None:
    for _ in range(people):
        make_rsvp(event)
    move_by(event, HOUR)
    with django_assert_num_queries(10):
        tell_moved(event, by_how=HOUR, at=BEFORE)
    assert len(rows("event_moved")) == people


def test_moved_timeslot_is_told_to_its_own_guests_alone() -> None:
    event = make_scheduled_event(slots=2)
    first, second = event.timeslots.all()
    stays, moves = make_rsvp(event, timeslot=first), make_rsvp(event, timeslot=second)
    move_slot(event, second)
    tell_moved(event, by_how=timedelta(0), slots={second.pk}, at=BEFORE)
    assert told_supporters(event) == {moves.supporter_id}
    tell_moved(event, by_how=timedelta(0), slots=None, at=BEFORE)  # another place: everybody
    assert told_supporters(event) == {moves.supporter_id, stays.supporter_id}


def test_word_of_one_timeslots_move_is_not_taken_back_by_anothers() -> None:
    event = make_scheduled_event(slots=2)
    first, second = event.timeslots.all()
    guests = [make_rsvp(event, timeslot=slot) for slot in (first, second)]
    for slot in (first, second, first):
        move_slot(event, slot)
        tell_moved(event, by_how=timedelta(0), slots={slot.pk}, at=BEFORE)
    found = OutboundMessage.objects.order_by("pk").values_list("contact_point__supporter", "status")
    assert list(found) == [
        (guests[0].supporter_id, MessageStatus.CANCELLED),
        (guests[1].supporter_id, MessageStatus.READY),
        (guests[0].supporter_id, MessageStatus.READY),
    ]


def move_slot(event: Event, slot: Timeslot) -> None:
    slot.starts_at += HOUR
    slot.ends_at += HOUR
    slot.save()
    event.sequence += 1
    event.save()
