from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from core.models import AuditEntry
from events.actions.planning import (
    EventNotDeletable,
    PlanRefused,
    Slot,
    delete_draft,
    plan_event,
    repeat_event,
    slots_in_a_row,
)
from events.enums import EventStatus
from events.models import Event, EventText, Material, Timeslot
from places.models import Territory
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp, make_venue

pytestmark = pytest.mark.django_db
CHECKLIST = [{"text": "Print", "days_before": 7}, {"text": "Pack", "days_before": 1}]


def test_plan_takes_defaults_from_type_and_copies_its_checklist(ada: User, heard: list[Any]) -> None:
    kind = make_event_type(is_public=False, takes_rsvps=False, checklist=CHECKLIST)
    slots = slots_in_a_row(NOON, minutes=60, count=3, capacity=8)
    event = plan_event(event_type=kind, title="Stand", slots=slots, by=ada, at=NOON)
    event.refresh_from_db()
    assert (event.status, event.is_public, event.takes_rsvps, event.organiser) == ("draft", False, False, ada)
    assert (event.starts_at, event.ends_at) == (NOON, NOON + timedelta(hours=3))
    assert [slot.capacity for slot in event.timeslots.all()] == [8, 8, 8]
    assert list(event.checklist.values_list("text", "due_date")) == [
        ("Print", date(2026, 4, 25)),
        ("Pack", date(2026, 5, 1)),
    ]
    assert heard == [("planned", event.pk)]
    assert AuditEntry.objects.filter(action="events.event.planned", target=f"events.event:{event.pk}").count() == 1


@pytest.mark.parametrize(
    "slots",
    [[], [Slot(NOON, NOON)], slots_in_a_row(NOON, minutes=60, count=2)[::-1]],
    ids=["none", "empty", "out of order"],
)
def test_plan_without_proper_slots_is_refused_whole(ada: User, heard: list[Any], slots: list[Slot]) -> None:
    with pytest.raises(PlanRefused):
        plan_event(event_type=make_event_type(), title="Stand", slots=slots, by=ada, at=NOON)
    assert (Event.objects.count(), heard) == (0, [])


def test_plan_at_a_venue_takes_its_commune(ada: User, territories: None) -> None:
    kind, ixelles = make_event_type(), Territory.objects.get(code="NIS 21009")
    venue = make_venue(kind.campaign, territory=ixelles)
    event = plan_event(
        event_type=kind, title="Stand", slots=slots_in_a_row(NOON, minutes=60), by=ada, at=NOON, venue=venue
    )
    assert event.territory == ixelles


def full_event(**columns: Any) -> Event:
    event = make_event(make_event_type(), slots=2, minutes=60, capacity=10, **columns)
    EventText.objects.create(event=event, language="fr", title="Comment s’inscrire")
    event.checklist.create(text="Print", due_date=date(2026, 4, 25), done_at=NOON)
    Material.objects.create(event=event, name="Leaflets", planned=100, used=80)
    return event


def test_repeat_copies_everything_but_people_at_the_same_local_hour(ada: User, heard: list[Any]) -> None:
    event = full_event(starts_at=datetime.fromisoformat("2026-10-20T16:00:00+00:00"))
    make_rsvp(event)
    days = [date(2026, 10, 27), date(2026, 11, 3)]
    copies = repeat_event(event=event, dates=days, by=ada, at=NOON)
    event.refresh_from_db()
    assert [copy.starts_at.astimezone(copy.zone).strftime("%m-%d %H:%M") for copy in copies] == [
        "10-27 18:00",
        "11-03 18:00",
    ]
    assert {copy.series for copy in copies} == {event.series} != {None}
    copy = copies[0]
    assert (copy.status, copy.rsvps.count(), copy.timeslots.count(), copy.published_at) == ("draft", 0, 2, None)
    assert list(copy.timeslots.values_list("capacity", "taken")) == [(10, 0), (10, 0)]
    assert copy.texts.get().title == "Comment s’inscrire"
    assert list(copy.checklist.values_list("due_date", "done_at")) == [(date(2026, 5, 2), None)]
    assert list(copy.materials.values_list("planned", "used")) == [(100, None)]
    assert heard == [("repeated", each.pk, event.pk) for each in copies]


def test_repeat_called_twice_makes_nothing_twice(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type())
    first = repeat_event(event=event, dates=[date(2026, 5, 9)], by=ada, at=NOON)
    again = repeat_event(event=event, dates=[date(2026, 5, 9), date(2026, 5, 2)], by=ada, at=NOON)
    assert again == [*first, event]
    assert (Event.objects.count(), len(heard)) == (2, 1)


def test_delete_draft_calls_off_what_hangs_on_it_and_twice_does_nothing(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type(), status=EventStatus.DRAFT)
    pk = event.pk
    delete_draft(event=event, by=ada, at=NOON)
    delete_draft(event=Event(pk=pk), by=ada, at=NOON)
    assert (Event.objects.count(), Timeslot.objects.count(), heard) == (0, 0, [("cancelled", pk)])


def test_delete_of_what_people_know_is_refused(ada: User, heard: list[Any]) -> None:
    kind = make_event_type()
    published = make_event(kind)
    draft = make_event(kind, status=EventStatus.DRAFT)
    make_rsvp(draft)
    for event in (published, draft):
        with pytest.raises(EventNotDeletable):
            delete_draft(event=event, by=ada, at=NOON)
    assert (Event.objects.count(), heard) == (2, [])
