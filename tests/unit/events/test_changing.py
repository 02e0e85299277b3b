from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core.models import AuditEntry
from events.actions.changing import (
    ChangedSlot,
    EventChange,
    SlotInUse,
    SlotTwice,
    TimesFixed,
    TooFewPlaces,
    change_event,
    change_slots,
)
from events.actions.planning import PlanRefused
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from messaging.models import OutboundMessage
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp, make_venue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def as_slots(event: Event, *, by: timedelta = timedelta(0), **changes: Any) -> list[ChangedSlot]:
    """Return the timeslots of an event as a form would say them, all moved by so much."""
    return [
        ChangedSlot(
            **{"starts_at": s.starts_at + by, "ends_at": s.ends_at + by, "capacity": s.capacity, "pk": s.pk, **changes}
        )
        for s in event.timeslots.all()
    ]


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_event_type(), slots=2, minutes=60, capacity=5)


def test_change_of_nothing_writes_and_tells_nothing(event: Event, ada: User, heard: list[Any]) -> None:
    change = EventChange(columns={"title": event.title}, slots=as_slots(event), checklist=[], materials=[], texts=[])
    changed = change_event(event=event, change=change, by=ada, at=NOON)
    assert (changed.sequence, heard, AuditEntry.objects.count()) == (0, [], 0)


def test_moved_slots_move_the_event_and_tell_once(event: Event, ada: User, heard: list[Any]) -> None:
    changed = change_slots(event=event, slots=as_slots(event, by=HOUR), by=ada, at=NOON)
    assert (changed.starts_at, changed.ends_at, changed.sequence) == (NOON + HOUR, NOON + 3 * HOUR, 1)
    assert heard == [("moved", event.pk, HOUR, frozenset(slot.pk for slot in event.timeslots.all()))]
    change_slots(event=event, slots=as_slots(event), by=ada, at=NOON)
    assert len(heard) == 1


def test_other_words_raise_the_sequence_and_tell_nobody_of_a_move(event: Event, ada: User, heard: list[Any]) -> None:
    text = {"language": "fr", "title": "Atelier", "summary": "", "description": ""}
    changed = change_event(event=event, change=EventChange({"title": "New"}, texts=[text]), by=ada, at=NOON)
    assert (changed.title, changed.texts.get().title, changed.sequence, heard) == ("New", "Atelier", 1, [])
    change = EventChange({"budget_cents": 5}, checklist=[{"pk": None, "text": "Pack", "due_date": None}])
    assert change_event(event=event, change=change, by=ada, at=NOON).sequence == 1


def test_other_place_of_a_published_event_tells_without_a_shift(event: Event, ada: User, heard: list[Any]) -> None:
    venue = make_venue(event.campaign)
    change_event(event=event, change=EventChange({"venue": venue}), by=ada, at=NOON)
    assert heard == [("moved", event.pk, timedelta(0), None)]
    first, second = as_slots(event)
    later = replace(second, starts_at=second.starts_at + HOUR, ends_at=second.ends_at + HOUR)
    change_slots(event=event, slots=[first, later], by=ada, at=NOON)
    assert heard[1] == ("moved", event.pk, timedelta(0), frozenset({later.pk})), (
        "who comes to the other one need not know"
    )
    change_event(event=event, change=EventChange({"venue": None}, [first, second]), by=ada, at=NOON)
    assert heard[2] == ("moved", event.pk, timedelta(0), None), "another time of one, another place of all"


def test_slot_with_a_registration_cannot_go_even_a_cancelled_one(event: Event, ada: User, heard: list[Any]) -> None:
    make_rsvp(event, status="cancelled")
    with pytest.raises(SlotInUse):
        change_slots(event=event, slots=as_slots(event)[1:], by=ada, at=NOON)
    assert event.timeslots.count() == 2


def test_free_slot_goes_and_a_new_one_comes(event: Event, ada: User, heard: list[Any]) -> None:
    fresh = ChangedSlot(NOON + 5 * HOUR, NOON + 6 * HOUR, 3)
    changed = change_slots(event=event, slots=[*as_slots(event)[:1], fresh], by=ada, at=NOON)
    assert list(changed.timeslots.values_list("capacity", flat=True)) == [5, 3]
    assert (changed.ends_at, changed.sequence, heard) == (NOON + 6 * HOUR, 1, [])


def test_fewer_places_than_taken_are_refused_and_nothing_is_kept(event: Event, ada: User, heard: list[Any]) -> None:
    make_rsvp(event, party_size=3)
    with pytest.raises(TooFewPlaces, match="3 people"):
        change_slots(event=event, slots=as_slots(event, by=HOUR, capacity=2), by=ada, at=NOON)
    assert set(Timeslot.objects.values_list("capacity", flat=True)) == {5}
    event.refresh_from_db()
    assert (event.starts_at, heard) == (NOON, [])


def test_more_places_raise_no_sequence(event: Event, ada: User, heard: list[Any]) -> None:
    assert change_slots(event=event, slots=as_slots(event, capacity=None), by=ada, at=NOON).sequence == 0
    assert set(Timeslot.objects.values_list("capacity", flat=True)) == {None}


@pytest.mark.parametrize("status", [EventStatus.CLOSED, EventStatus.CANCELLED])
def test_times_of_what_is_over_stay(ada: User, heard: list[Any], status: EventStatus) -> None:
    event = make_event(make_event_type(), status=status)
    with pytest.raises(TimesFixed):
        change_slots(event=event, slots=as_slots(event, by=HOUR), by=ada, at=NOON)
    assert heard == []


def test_no_slot_at_all_is_refused(event: Event, ada: User) -> None:
    with pytest.raises(PlanRefused):
        change_slots(event=event, slots=[], by=ada, at=NOON)


def test_lists_are_made_what_the_form_says(event: Event, ada: User) -> None:
    kept, gone = (event.checklist.create(text=text) for text in ("Print", "Pack"))
    rows = [{"pk": kept.pk, "text": "Print twice", "due_date": None}, {"pk": None, "text": "Call", "due_date": None}]
    change_event(event=event, change=EventChange(checklist=rows), by=ada, at=NOON)
    assert set(event.checklist.values_list("text", flat=True)) == {"Print twice", "Call"}
    assert not event.checklist.filter(pk=gone.pk).exists()
    assert AuditEntry.objects.get().details == {"fields": ["checklist"]}


def test_row_of_another_event_is_not_touched(event: Event, ada: User) -> None:
    other = make_event(event.event_type).checklist.create(text="Theirs")
    rows = [{"pk": other.pk, "text": "Stolen", "due_date": None}]
    change_event(event=event, change=EventChange(checklist=rows), by=ada, at=NOON)
    other.refresh_from_db()
    assert (other.text, event.checklist.get().text) == ("Theirs", "Stolen")


def waiting(event: Event, people: int = 1) -> Rsvp:
    return make_rsvp(event, status=RsvpStatus.WAITING, party_size=people)


@pytest.mark.parametrize("capacity", [2, None])
def test_more_places_are_offered_to_those_who_wait_at_once(ada: User, heard: list[Any], capacity: int | None) -> None:
    event = make_event(make_event_type(), capacity=1)
    make_rsvp(event)
    first, second = waiting(event), waiting(event)
    before = NOON - 48 * HOUR
    change_slots(event=event, slots=as_slots(event, capacity=capacity), by=ada, at=before)
    statuses = [Rsvp.objects.get(pk=rsvp.pk).status for rsvp in (first, second)]
    offered = RsvpStatus.OFFERED
    assert statuses == ([offered, RsvpStatus.WAITING] if capacity else [offered, offered])
    assert event.timeslots.get().taken == (2 if capacity else 3)
    assert OutboundMessage.objects.filter(template="rsvp_offer").count() == (1 if capacity else 2)
    change_slots(event=event, slots=as_slots(event, capacity=capacity), by=ada, at=before)
    assert OutboundMessage.objects.filter(template="rsvp_offer").count() == (1 if capacity else 2)


def test_more_places_of_a_moved_slot_are_offered_by_the_new_time(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type(), capacity=1)
    make_rsvp(event)
    rsvp = waiting(event)
    at = NOON - HOUR  # within the last call: an offer runs until the start
    change_slots(event=event, slots=as_slots(event, by=HOUR, capacity=2), by=ada, at=at)
    rsvp.refresh_from_db()
    assert (rsvp.status, rsvp.offer_expires_at) == (RsvpStatus.OFFERED, NOON + HOUR)


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_more_places_of_what_nobody_can_come_to_are_not_offered(
    ada: User, heard: list[Any], status: EventStatus
) -> None:
    event = make_event(make_event_type(), capacity=1, status=status)
    rsvp = waiting(event)
    change_slots(event=event, slots=as_slots(event, capacity=5), by=ada, at=NOON - 48 * HOUR)
    rsvp.refresh_from_db()
    assert rsvp.status == RsvpStatus.WAITING


def test_slot_named_twice_is_refused_and_nothing_is_kept(event: Event, ada: User, heard: list[Any]) -> None:
    first, second = as_slots(event)
    for other in (replace(first, capacity=9), replace(first, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)):
        with pytest.raises(SlotTwice, match="named twice"):
            change_slots(event=event, slots=[first, other, second], by=ada, at=NOON)
    assert set(Timeslot.objects.values_list("capacity", flat=True)) == {5}
    assert (AuditEntry.objects.count(), heard) == (0, [])


def test_two_new_slots_are_not_one_named_twice(event: Event, ada: User, heard: list[Any]) -> None:
    fresh = [ChangedSlot(NOON + hours * HOUR, NOON + (hours + 1) * HOUR) for hours in (5, 6)]
    changed = change_slots(event=event, slots=[*as_slots(event), *fresh], by=ada, at=NOON)
    assert changed.timeslots.count() == 4


def test_former_time_is_kept_of_the_slot_that_moved(event: Event, ada: User, heard: list[Any]) -> None:
    first, second = as_slots(event)
    later = replace(second, starts_at=second.starts_at + HOUR, ends_at=second.ends_at + HOUR)
    change_slots(event=event, slots=[first, later], by=ada, at=NOON)
    assert formers(event) == [None, NOON + HOUR]
    again = replace(later, starts_at=later.starts_at + HOUR, ends_at=later.ends_at + 2 * HOUR)
    change_slots(event=event, slots=[first, again], by=ada, at=NOON)
    assert formers(event) == [None, NOON + 2 * HOUR], "as people were told last"
    longer = replace(again, ends_at=again.ends_at + HOUR, capacity=50)
    change_slots(event=event, slots=[first, longer], by=ada, at=NOON)
    assert formers(event) == [None, NOON + 2 * HOUR]


def formers(event: Event) -> list[Any]:
    return [slot.previous_starts_at for slot in Timeslot.objects.filter(event=event).order_by("pk")]


def test_former_time_of_a_draft_is_nobodys(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type(), status=EventStatus.DRAFT)
    change_slots(event=event, slots=as_slots(event, by=HOUR), by=ada, at=NOON)
    assert formers(event) == [None]
