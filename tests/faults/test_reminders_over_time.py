"""A week of reminders with outages, double beats, lost mail and changes of plan, over the nights the clocks change."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from events.actions.changing import ChangedSlot, change_slots
from events.actions.publishing import cancel_event, close_over_events
from events.actions.reminders import queue_due_reminders
from events.actions.rsvps import cancel_rsvp
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp
from messaging.actions.deliver import deliver_messages
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter
from people.enums import Channel, ConsentState
from tests.factories.events import make_event, make_rsvp
from tests.factories.reminders import make_scheduled_type, say_of_reminders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Inbox:
    """Takes letters and remembers when; now and then it is busy, and once in a while nobody knows."""

    taken: ClassVar[list[tuple[datetime, Letter]]] = []
    dice: ClassVar[random.Random] = random.Random(0)

    def send(self, letter: Letter) -> str:
        luck = self.dice.random()
        if luck < 0.1:
            raise DeliveryError("busy")
        self.taken.append((timezone.now(), letter))
        if luck > 0.97:
            raise DeliveryError("the line broke", uncertain=True)
        return ""

    def close(self) -> None:
        """Nothing is held open."""


@pytest.mark.parametrize(
    ("start", "seed"),
    [
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 1),  # summer time begins that night
        (datetime(2026, 3, 29, 1, 15, tzinfo=UTC), 2),  # within the hour that does not exist
        (datetime(2026, 10, 25, 13, tzinfo=UTC), 3),  # and ends
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 4),  # within the hour that exists twice
    ],
    ids=["March", "March, in the night", "October", "October, in the night"],
)
def test_week_with_outages_and_changes_tells_each_occasion_once_and_in_time(
    start: datetime, seed: int, settings: Any
) -> None:
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), f"{__name__}.Inbox")
    dice = Inbox.dice = random.Random(seed)  # type: ignore[misc]
    Inbox.taken.clear()
    staff = User.objects.create_superuser("ada@example.org", "secret")
    event_type = make_scheduled_type()
    events = [make_event(event_type, starts_at=start + timedelta(hours=number)) for number in range(4)]
    for number, event in enumerate(events):
        for guest in range(3):
            rsvp = make_rsvp(event, phone=f"+324701230{number}{guest}", at=start - 5 * DAY)
            say_of_reminders(rsvp, ConsentState.GRANTED, at=start - 5 * DAY)
    _live(events, staff, start, dice)
    _assert_invariants(events)
    assert len(Inbox.taken) > 15, "hardly anything was sent: the test proves nothing"


def _live(events: list[Event], staff: User, start: datetime, dice: random.Random) -> None:
    """Let time pass in uneven steps, with two beats at each, an outage of six hours, a move, a cancellation, a NO."""
    now, end = start - timedelta(hours=40), start + 4 * DAY
    moves = [start - timedelta(hours=30), start - timedelta(hours=20)]
    falls, leaves, outage = (
        start - timedelta(hours=5),
        start - timedelta(hours=26),
        start - timedelta(hours=dice.randint(6, 34)),
    )
    while now < end:
        with time_machine.travel(now, tick=False):
            for moved_at in [each for each in moves if each <= now]:
                moves.remove(moved_at)
                _move(events[1], timedelta(minutes=dice.choice([-90, 75, 300])), staff)
            if events[2].status == EventStatus.PUBLISHED and now >= falls:
                events[2] = cancel_event(event=events[2], reason="Storm", by=staff, at=now)
            if leaves and now >= leaves:
                leaves = end
                cancel_rsvp(rsvp=events[3].rsvps.order_by("pk")[0], by="tests", at=now)
            for _ in range(2):
                queue_due_reminders(at=now)
                deliver_messages(at=now)
            close_over_events(at=now)
        now += timedelta(minutes=dice.randint(1, 80 if now < start + timedelta(hours=9) else 600))
        if outage <= now < outage + timedelta(hours=6):
            now = outage + timedelta(hours=6)


def _move(event: Event, by_how: timedelta, staff: User) -> None:
    slot = event.timeslots.get()
    change = ChangedSlot(starts_at=slot.starts_at + by_how, ends_at=slot.ends_at + by_how, pk=slot.pk)
    change_slots(event=event, slots=[change], by=staff, at=timezone.now())


def _assert_invariants(events: list[Event]) -> None:
    keys = Counter(letter.idempotency_key for _at, letter in Inbox.taken)
    assert not {key for key, times in keys.items() if times > 1}, "an occasion was told twice"
    rows = OutboundMessage.objects.in_bulk(keys, field_name="idempotency_key")
    for at, letter in Inbox.taken:
        row = rows[letter.idempotency_key]
        assert row.not_before <= at <= row.expires_at, f"{letter.idempotency_key} at {at}"
    _assert_one_before_the_start_at_a_time(rows)
    cancelled = Event.objects.get(pk=events[2].pk)
    assert cancelled.cancelled_at is not None
    for at, letter in Inbox.taken:
        row = rows[letter.idempotency_key]
        if row.context.get("event") == cancelled.pk and at >= cancelled.cancelled_at:
            assert row.template == "event_cancelled"
    left = Rsvp.objects.get(event=events[3], status=RsvpStatus.CANCELLED)
    for at, letter in Inbox.taken:
        row = rows[letter.idempotency_key]
        assert row.context["rsvp"] != left.pk or at <= left.decided_at or row.template.startswith("rsvp_")


def _assert_one_before_the_start_at_a_time(rows: dict[str, OutboundMessage]) -> None:
    """Two reminders to one person on one channel never leave at one moment: the later one makes the earlier useless."""
    moments = Counter(
        (at, letter.channel, rows[letter.idempotency_key].context["rsvp"])
        for at, letter in Inbox.taken
        if rows[letter.idempotency_key].template in ("event_answer", "event_reminder")
    )
    assert not {moment for moment, times in moments.items() if times > 1}
    assert {channel for _at, channel, _rsvp in moments} <= set(Channel)
