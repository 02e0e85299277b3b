from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from events.enums import EventStatus
from events.models import Event, EventText, Timeslot
from events.selectors.calendar import (
    CalendarFilters,
    Places,
    by_commune,
    by_day,
    calendar_events,
    events_needing_people,
    places_of,
)
from events.selectors.event_page import Concerned, concerned_by, next_step
from events.staffing import Staffing, staffing_of
from events.viewsets.calendar import day_in, window_of
from places.models import Territory
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp

pytestmark = pytest.mark.django_db
MAY_FIRST, MAY_LAST = date(2026, 5, 1), date(2026, 5, 31)
STAFFED: dict[int, Staffing] = {}


def tell_staffing(event_ids: Any, at: datetime) -> dict[int, Staffing]:
    return {pk: STAFFED[pk] for pk in event_ids if pk in STAFFED}


@pytest.fixture
def staffed(settings: Any) -> dict[int, Staffing]:
    """What the shifts of events look like; fill it in."""
    settings.EVENT_STAFFING = "tests.unit.events.test_calendar.tell_staffing"
    STAFFED.clear()
    return STAFFED


@pytest.fixture
def root(ada: User) -> User:
    ada.is_superuser = True
    ada.save()
    return ada


def shown(user: User, filters: CalendarFilters | None = None, day: date | None = None) -> list[Event]:
    first, last = (day, day) if day else (MAY_FIRST, MAY_LAST)
    return [each.event for each in calendar_events(user, first, last, filters=filters or CalendarFilters(), at=NOON)]


def test_event_stands_on_its_local_day_at_its_local_hours(root: User) -> None:
    # 30 April 22:30 in UTC is 1 May 00:30 in Brussels, and 30 April 23:30 in Lisbon.
    late = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)
    kind = make_event_type()
    brussels = make_event(kind, starts_at=late, minutes=60)
    lisbon = make_event(kind, starts_at=late, minutes=60, time_zone="Europe/Lisbon")
    found = calendar_events(root, MAY_FIRST, MAY_LAST, filters=CalendarFilters(), at=NOON)
    told = {each.event.pk: [(day, each.hours_on(day)) for day in each.days] for each in found}
    assert told == {
        brussels.pk: [(MAY_FIRST, "00:30–01:30")],
        lisbon.pk: [(date(2026, 4, 30), "23:30–24:00"), (MAY_FIRST, "00:00–00:30")],
    }
    assert shown(root, day=date(2026, 4, 30)) == [lisbon]


def test_slots_of_several_days_stand_on_each_and_free_days_between_stay_free(root: User) -> None:
    event = make_event(minutes=60)
    begin = NOON + timedelta(days=2)
    Timeslot.objects.create(event=event, starts_at=begin, ends_at=begin + timedelta(hours=2))
    Event.objects.filter(pk=event.pk).update(ends_at=begin + timedelta(hours=2))
    found = calendar_events(root, MAY_FIRST, MAY_LAST, filters=CalendarFilters(), at=NOON)
    days = by_day(found, MAY_FIRST, MAY_LAST, today=MAY_FIRST, month=5)
    assert [(each.day.day, each.entries[0][1]) for each in days if each.entries] == [
        (2, "14:00–15:00"),
        (4, "14:00–16:00"),
    ]
    assert [each.day for each in days if each.is_today] == [MAY_FIRST]
    assert not any(each.is_outside for each in days)


def test_filters_narrow_by_each_thing_asked(root: User, territories: None, staffed: dict[int, Staffing]) -> None:
    kind, ixelles = make_event_type(), Territory.objects.get(code="NIS 21009")
    there = make_event(kind, territory=ixelles)
    draft = make_event(make_event_type(kind.campaign, "Stand"), status=EventStatus.DRAFT)
    staffed[there.pk] = Staffing(needed=3, taken=1)
    staffed[draft.pk] = Staffing(needed=2, taken=2, missing_languages=("ar",))
    assert shown(root) == [there, draft]
    assert shown(root, CalendarFilters(commune=ixelles, campaign=kind.campaign)) == [there]
    assert shown(root, CalendarFilters(event_type=draft.event_type)) == [draft]
    assert shown(root, CalendarFilters(status="draft", organisation=draft.organisation)) == [draft]
    assert shown(root, CalendarFilters(staffing="short")) == [there]
    assert shown(root, CalendarFilters(staffing="full")) == [draft]
    assert shown(root, CalendarFilters(staffing="attention")) == [there, draft]
    assert shown(root, CalendarFilters(staffing="none")) == []
    found = calendar_events(root, MAY_FIRST, MAY_LAST, filters=CalendarFilters(), at=NOON)
    assert {code: len(held) for code, held in by_commune(found).items()} == {"NIS 21009": 1, "": 1}


def test_what_needs_people_is_to_come_and_lacks_something(root: User, staffed: dict[int, Staffing]) -> None:
    kind = make_event_type()
    later, sooner, fine, over, cancelled, bare = (
        make_event(kind, starts_at=NOON + timedelta(days=2)),
        make_event(kind, starts_at=NOON + timedelta(days=1), status=EventStatus.DRAFT),
        make_event(kind, starts_at=NOON + timedelta(days=1)),
        make_event(kind, starts_at=NOON - timedelta(days=1)),
        make_event(kind, starts_at=NOON + timedelta(days=1), status=EventStatus.CANCELLED),
        make_event(kind, starts_at=NOON + timedelta(days=1)),
    )
    short = Staffing(needed=2, taken=1)
    staffed.update({later.pk: Staffing(2, 2, untrained=1), fine.pk: Staffing(2, 2)})
    staffed.update({each.pk: short for each in (sooner, over, cancelled)})
    found = events_needing_people(root, filters=CalendarFilters(), at=NOON)
    assert [each.event for each in found] == [sooner, later]
    assert bare not in {each.event for each in found}


@pytest.mark.parametrize("count", [1, 3])
def test_calendar_asks_as_often_for_three_events_as_for_one(
    root: User, count: int, django_assert_num_queries: Any, staffed: dict[int, Staffing]
) -> None:
    kind = make_event_type()
    for number in range(count):
        event = make_event(kind, starts_at=NOON + timedelta(days=number))
        EventText.objects.create(event=event, language="fr", title="Atelier")
    with django_assert_num_queries(3):
        found = calendar_events(root, MAY_FIRST, MAY_LAST, filters=CalendarFilters(), at=NOON)
        told = [(each.when, each.words.title, each.places, each.days, each.event.where) for each in found]
    assert len(told) == count


def test_places_have_no_limit_when_one_slot_has_none(db: None) -> None:
    event = make_event(slots=2, capacity=5)
    make_rsvp(event, party_size=3)
    assert places_of(event) == Places(3, 10)
    event.timeslots.filter(taken=0).update(capacity=None)
    assert places_of(event) == Places(3, None)


def test_concerned_counts_people_who_come_and_requests_that_wait(staffed: dict[int, Staffing]) -> None:
    event = make_event(capacity=9)
    assert not concerned_by(event, NOON).anybody
    make_rsvp(event, party_size=3)
    make_rsvp(event, status="offered")
    make_rsvp(event, status="waiting", party_size=2)
    make_rsvp(event, status="cancelled")
    staffed[event.pk] = Staffing(needed=4, taken=2)
    assert concerned_by(event, NOON) == Concerned(coming=3, offered=1, waiting=1, volunteers=2)


def test_staffing_without_anybody_who_knows_is_none() -> None:
    assert staffing_of([1, 2], NOON) == {1: Staffing(), 2: Staffing()}
    assert [Staffing().state, Staffing(2, 1).state, Staffing(2, 3).state] == ["none", "short", "full"]
    assert [Staffing(2, 2).needs_attention, Staffing(2, 2, clashes=1).needs_attention] == [False, True]


def test_next_step_follows_the_status() -> None:
    def of(status: EventStatus) -> str:
        return next_step(Event(status=status, ends_at=NOON), NOON)

    assert [of(status) for status in EventStatus] == ["publish", "report", "report", "", ""]
    assert next_step(Event(status=EventStatus.PUBLISHED, ends_at=NOON), NOON - timedelta(minutes=1)) == ""


def test_windows_hold_whole_weeks_and_lead_on_without_gaps() -> None:
    month = window_of("month", date(2026, 2, 14))
    assert (month.first, month.last) == (date(2026, 1, 26), date(2026, 3, 1))
    assert (month.before, month.after) == (date(2026, 1, 1), date(2026, 3, 1))
    week = window_of("week", date(2026, 5, 3))
    assert (week.first, week.last, week.after) == (date(2026, 4, 27), date(2026, 5, 3), date(2026, 5, 4))
    listed = window_of("list", MAY_FIRST)
    assert (listed.first, listed.after - listed.last) == (MAY_FIRST, timedelta(days=1))
    assert window_of("map", date(2026, 12, 31)).after == date(2027, 1, 1)


@pytest.mark.parametrize("text", ["", "x", "2026-02-31", "0001-01-01", "9999-12-31", "\0"])
def test_day_nobody_could_mean_is_today(text: str) -> None:
    assert day_in(text, MAY_FIRST) == MAY_FIRST


def test_partner_is_not_shown_events_of_the_lead(ours: Any) -> None:
    kind = make_event_type(ours.campaign)
    make_event(kind, title="lead's")
    own = make_event(kind, title="partner's", organisation=ours.partner)
    assert shown(ours.manager) == [own]
    assert len(shown(ours.coordinator)) == 2
