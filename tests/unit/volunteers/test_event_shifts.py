"""An event's shifts are planned, moved and called off with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from events.actions.changing import ChangedSlot, change_slots
from events.actions.planning import plan_event, repeat_event, slots_in_a_row
from events.actions.publishing import cancel_event
from events.enums import EventStatus
from events.models import Event
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from tests.factories.events import make_event, make_event_type, make_rsvp, make_venue
from tests.factories.staff import World
from tests.factories.trainings import SATURDAY, make_shift, make_volunteer
from volunteers.actions.event_shifts import cancel_shifts, move_shifts, plan_shifts, repeat_shifts
from volunteers.actions.shifts import assign_volunteer
from volunteers.models import CoverRequest, Shift, ShiftAssignment, ShiftTemplate

pytestmark = pytest.mark.django_db
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)


@pytest.fixture
def event(ours: World) -> Event:
    """A workshop of two slots of two hours on Saturday, whose type has two shifts."""
    event_type = make_event_type(ours.campaign)
    ShiftTemplate.objects.create(event_type=event_type, title="Welcome", minutes_before=60, needed=3, language="fr")
    ShiftTemplate.objects.create(event_type=event_type, title="Talk", minutes_before=0, minutes_after=0, needed=1)
    venue = make_venue(ours.campaign)
    return make_event(event_type, "How to register", starts_at=SATURDAY, slots=2, venue=venue)


def and_break(change: Callable[[], Any]) -> None:
    """Do something in a transaction that is rolled back."""
    with transaction.atomic():
        change()
        raise RuntimeError


def plan(event: Event, at: Any) -> list[Shift]:
    return plan_shifts(event, by="test", at=at)


def take(shift: Shift, world: World, at: Any, **columns: Any) -> ShiftAssignment:
    volunteer = columns.pop("volunteer", None) or make_volunteer(world, **columns)
    return assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)


def move(event: Event, by_how: timedelta, at: Any) -> list[Shift]:
    event.starts_at += by_how
    event.ends_at += by_how
    event.save()
    return move_shifts(event, by_how=by_how, at=at)


def test_plan_makes_the_types_shifts_from_first_start_to_last_end_once(event: Event, at: Any) -> None:
    first = plan(event, at)
    assert plan(event, at) == first
    welcome, talk = first
    assert (welcome.starts_at, welcome.ends_at) == (SATURDAY - HOUR, SATURDAY + 4 * HOUR + HALF)
    assert (talk.starts_at, talk.ends_at) == (SATURDAY, SATURDAY + 4 * HOUR)
    assert (welcome.needed, welcome.language, welcome.organisation_id) == (3, "fr", event.organisation_id)
    assert welcome.place == ""
    assert welcome.where == "Maison Example, Rue Exemple 1, 1050 Ixelles"
    assert welcome.full_title == "How to register · Welcome"
    assert Shift.objects.count() == 2
    assert AuditEntry.objects.filter(action="volunteers.shift.planned").count() == 2


def test_a_template_is_planned_once_per_event_by_the_database(event: Event, at: Any) -> None:
    shift = plan(event, at)[0]
    shift.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        shift.save()


def test_plan_rolled_back_leaves_nothing(event: Event, at: Any) -> None:
    with pytest.raises(RuntimeError):
        and_break(lambda: plan(event, at))
    assert not Shift.objects.exists()


def test_moved_event_takes_its_shifts_along_and_tells_each_person_once(ours: World, event: Event, at: Any) -> None:
    welcome, talk = plan(event, at)
    place = take(welcome, ours, at)
    by_hand = make_shift(ours, SATURDAY + 6 * HOUR, event=event, title="Party", place="Bar")
    take(by_hand, ours, at, volunteer=place.volunteer)
    take(talk, ours, at)
    move(event, timedelta(days=7), at)
    for shift in (welcome, talk, by_hand):
        before = shift.starts_at, shift.ends_at
        shift.refresh_from_db()
        assert (shift.starts_at, shift.ends_at) == tuple(moment + timedelta(days=7) for moment in before)
    assert OutboundMessage.objects.count() == 2
    text = render_message(OutboundMessage.objects.get(context__assignment=place.pk)).text
    assert "How to register · Welcome" in text
    assert "14 March 2026, 09:00" in text
    assert "Maison Example" in text
    assert "- Party, 14 March 2026, 16:00" in text


def test_move_called_again_moves_no_planned_shift_twice(event: Event, at: Any) -> None:
    plan(event, at)
    for _ in range(2):
        event.refresh_from_db()
    move(event, timedelta(days=7), at)
    move_shifts(event, by_how=timedelta(days=7), at=at)
    assert min(Shift.objects.values_list("starts_at", flat=True)) == SATURDAY + timedelta(days=7) - HOUR


def test_longer_event_has_longer_shifts(event: Event, at: Any) -> None:
    welcome, _talk = plan(event, at)
    event.ends_at += HOUR
    event.save()
    move_shifts(event, by_how=timedelta(0), at=at)
    welcome.refresh_from_db()
    assert welcome.ends_at == event.ends_at + HALF


def test_move_rolled_back_tells_nobody(ours: World, event: Event, at: Any) -> None:
    take(plan(event, at)[0], ours, at)
    with pytest.raises(RuntimeError):
        and_break(lambda: move(event, HOUR, at))
    assert not OutboundMessage.objects.exists()


def test_called_off_event_calls_off_its_shifts_and_tells_each_person_once(ours: World, event: Event, at: Any) -> None:
    welcome, _talk = plan(event, at)
    place = take(welcome, ours, at)
    later = make_shift(ours, SATURDAY + 6 * HOUR, event=event)
    take(later, ours, at, volunteer=place.volunteer)
    CoverRequest.objects.create(assignment=place, asked_at=at)
    elsewhere = make_shift(ours)
    for _ in range(2):
        cancel_shifts(event, by="test", at=at)
    assert set(Shift.objects.filter(cancelled_at__isnull=True)) == {elsewhere}
    message = OutboundMessage.objects.get()
    assert message.template == "agenda_cancelled"
    assert "Stall at the market" in render_message(message).text
    assert not CoverRequest.objects.open(at).exists()
    assert CoverRequest.objects.get().closed_at == at


def test_who_is_told_as_a_guest_gets_no_second_message(ours: World, event: Event, at: Any) -> None:
    welcome, talk = plan(event, at)
    place = take(welcome, ours, at)
    take(talk, ours, at, name="Tom")
    make_rsvp(event, supporter=place.volunteer.supporter)
    cancel_event(event=event, reason="Rain", by=ours.coordinator, at=at)
    told = OutboundMessage.objects.filter(channel="email").values_list("contact_point__supporter", "template")
    assert dict(told)[place.volunteer.supporter_id] == "event_cancelled"
    assert sorted(template for _person, template in told) == ["agenda_cancelled", "event_cancelled"]
    assert not Shift.objects.filter(cancelled_at__isnull=True).exists()


def test_planning_and_moving_an_event_reaches_its_shifts(ours: World, event: Event, at: Any) -> None:
    slots = slots_in_a_row(SATURDAY, minutes=60)
    made = plan_event(event_type=event.event_type, title="New", slots=slots, by=ours.coordinator, at=at)
    assert made.shifts.count() == 2
    slot = made.timeslots.get()
    later = ChangedSlot(slot.starts_at + HOUR, slot.ends_at + HOUR, None, slot.pk)
    change_slots(event=made, slots=[later], by=ours.coordinator, at=at)
    assert made.shifts.order_by("starts_at")[0].starts_at == SATURDAY


def test_shifts_that_are_over_stay(ours: World, event: Event, at: Any) -> None:
    plan(event, at)
    after = SATURDAY + timedelta(days=1)
    assert cancel_shifts(event, by="test", at=after) == []
    assert move_shifts(event, by_how=HOUR, at=after) == []


def test_shifts_of_a_draft_are_not_announced(ours: World, at: Any) -> None:
    event = make_event(make_event_type(ours.campaign), starts_at=SATURDAY, status=EventStatus.DRAFT)
    make_shift(ours, event=event)
    mine = make_shift(ours)
    assert list(Shift.objects.to_begin(at)) == [mine]


def test_guest_who_helps_hears_of_a_move_in_one_message_with_their_shifts(ours: World, event: Event, at: Any) -> None:
    welcome, talk = plan(event, at)
    place = take(welcome, ours, at)
    take(make_shift(ours, SATURDAY + 6 * HOUR, event=event, title="Party"), ours, at, volunteer=place.volunteer)
    take(talk, ours, at, name="Tom")
    make_rsvp(event, supporter=place.volunteer.supporter, email="both@example.org")
    move_all(event, timedelta(days=7), ours, at)
    told = OutboundMessage.objects.filter(channel="email").values_list("contact_point__supporter", "template")
    assert dict(told)[place.volunteer.supporter_id] == "event_moved"
    assert sorted(template for _person, template in told) == ["agenda_moved", "event_moved"]
    text = render_message(OutboundMessage.objects.get(template="event_moved")).text
    assert "- Welcome, 14 March 2026, 09:00" in text
    assert "- Party, 14 March 2026, 16:00" in text
    assert "Talk" not in text


def move_all(event: Event, by_how: timedelta, world: World, at: Any, *, only: int | None = None) -> Event:
    slots = [
        ChangedSlot(slot.starts_at + how, slot.ends_at + how, slot.capacity, slot.pk)
        for number, slot in enumerate(event.timeslots.all())
        for how in [by_how if only in (None, number) else timedelta(0)]
    ]
    return change_slots(event=event, slots=slots, by=world.coordinator, at=at)


def test_guest_without_a_shift_reads_nothing_of_shifts(ours: World, event: Event, at: Any) -> None:
    take(plan(event, at)[0], ours, at)
    make_rsvp(event)
    move_all(event, HOUR, ours, at)
    assert "help" not in render_message(OutboundMessage.objects.get(template="event_moved")).text


def test_timeslot_moved_within_the_event_is_no_news_for_its_shifts(ours: World, event: Event, at: Any) -> None:
    take(plan(event, at)[0], ours, at)
    move_all(event, -HALF, ours, at, only=1)  # the end of the event moves, and so does the shift's
    assert OutboundMessage.objects.filter(template="agenda_moved").count() == 1
    middle = make_event(event.event_type, "Long", starts_at=SATURDAY + timedelta(days=9), slots=3)
    take(plan(middle, at)[0], ours, at)
    OutboundMessage.objects.all().delete()
    middle_slots = list(middle.timeslots.all())
    change_slots(
        event=middle,
        slots=[
            ChangedSlot(slot.starts_at, slot.ends_at - (HALF if number == 1 else timedelta(0)), None, slot.pk)
            for number, slot in enumerate(middle_slots)
        ],
        by=ours.coordinator,
        at=at,
    )
    assert not OutboundMessage.objects.exists()


def test_repeated_event_has_the_shifts_of_the_event_not_of_its_type(ours: World, event: Event, at: Any) -> None:
    welcome, talk = plan(event, at)
    Shift.objects.filter(pk=welcome.pk).update(needed=7, language="ar", notes="Bring tea")
    Shift.objects.filter(pk=talk.pk).update(cancelled_at=at)
    eve = make_shift(ours, SATURDAY - timedelta(hours=14), event=event, title="Set up", place="Hall", needed=1)
    take(welcome, ours, at)
    day = (SATURDAY + timedelta(days=28)).date()  # summer time has begun by then
    for _ in range(2):
        (copy,) = repeat_event(event=event, dates=[day], by=ours.coordinator, at=at)
    assert [repeat_shifts(copy, of=event, by="test", at=at) for _ in range(2)] == [list(copy.shifts.all())] * 2
    first, second = copy.shifts.order_by("starts_at")
    assert (first.title, first.place, first.needed) == ("Set up", "Hall", 1)
    assert first.ends_at - first.starts_at == eve.ends_at - eve.starts_at
    assert (second.title, second.needed, second.language, second.notes) == ("Welcome", 7, "ar", "Bring tea")
    assert (second.template, second.organisation) == (welcome.template, welcome.organisation)
    for made, was in ((first, eve), (second, welcome)):
        zone = event.zone
        assert made.starts_at.astimezone(zone).time() == was.starts_at.astimezone(zone).time()
        assert made.starts_at.astimezone(zone).date() - was.starts_at.astimezone(zone).date() == timedelta(days=28)
    assert not ShiftAssignment.objects.filter(shift__event=copy).exists()
    assert AuditEntry.objects.filter(action="volunteers.shift.planned", details__of=welcome.pk).count() == 1


def test_repeated_events_shifts_move_with_it(ours: World, event: Event, at: Any) -> None:
    plan(event, at)
    (copy,) = repeat_event(event=event, dates=[(SATURDAY + timedelta(days=7)).date()], by=ours.coordinator, at=at)
    move_all(copy, HOUR, ours, at)
    starts = sorted(copy.shifts.values_list("starts_at", flat=True))
    assert starts == [SATURDAY + timedelta(days=7), SATURDAY + timedelta(days=7) + HOUR]


def test_repeat_rolled_back_leaves_no_shift(ours: World, event: Event, at: Any) -> None:
    plan(event, at)
    day = (SATURDAY + timedelta(days=7)).date()
    with pytest.raises(RuntimeError):
        and_break(lambda: repeat_event(event=event, dates=[day], by=ours.coordinator, at=at))
    assert Shift.objects.exclude(event=event).count() == 0
