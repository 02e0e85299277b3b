"""Whether events have their people, what is at risk, and who is told of it."""

from datetime import timedelta
from typing import Any

import pytest
from time_machine import Traveller

from accounts.enums import Role
from events.enums import EventStatus
from events.models import Event
from events.staffing import Staffing
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from tests.factories.events import make_event, make_event_type
from tests.factories.staff import World, make_user
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from volunteers.actions.at_risk_alarms import queue_shift_alarms
from volunteers.actions.covers import ask_for_cover
from volunteers.actions.shifts import assign_volunteer, cancel_shift
from volunteers.event_sections import shifts_of
from volunteers.models import HoursEntry, Shift, ShiftAssignment, Volunteer
from volunteers.selectors.at_risk import shifts_at_risk
from volunteers.selectors.event_staffing import minutes_of, staffing_of

pytestmark = pytest.mark.django_db
SOON = SATURDAY - timedelta(hours=47)
NEXT_DAY = timedelta(days=1)


def event_of(world: World, **columns: Any) -> Event:
    name = f"Stand {columns.get('title', 'A')}"
    return make_event(make_event_type(world.campaign, name), starts_at=SATURDAY, **columns)


def put(shift: Shift, volunteer: Volunteer, at: Any) -> ShiftAssignment:
    return ShiftAssignment.objects.create(shift=shift, volunteer=volunteer, decided_at=at)


@pytest.mark.parametrize("events", [1, 3])
def test_staffing_costs_the_same_for_any_number(
    ours: World, at: Any, events: int, django_assert_num_queries: Any
) -> None:
    ids = []
    for number in range(events):
        event = event_of(ours, title=str(number))
        put(make_shift(ours, event=event, needed=2, language="fr"), make_volunteer(ours), at)
        ids.append(event.pk)
    with django_assert_num_queries(5):
        found = staffing_of(ids, at)
    expected = Staffing(needed=2, taken=1, missing_languages=("fr",))
    assert found == dict.fromkeys(ids, expected)
    assert expected.state == "short"


def test_staffing_names_what_is_wrong(ours: World, at: Any) -> None:
    event, empty = event_of(ours), event_of(ours, title="B")
    shift = make_shift(ours, event=event, needed=1, language="fr", required_curriculum=make_curriculum(ours))
    speaks = make_volunteer(ours, languages=("fr",))
    put(shift, speaks, at)
    put(make_shift(ours), speaks, at)
    cancel_shift(shift=make_shift(ours, event=event), by="test", at=at)
    assert staffing_of([event.pk, empty.pk], at) == {event.pk: Staffing(needed=1, taken=1, untrained=1, clashes=1)}


def test_too_many_in_one_shift_make_up_for_none_in_another(ours: World, at: Any) -> None:
    event = event_of(ours)
    full = make_shift(ours, event=event, needed=1)
    make_shift(ours, event=event, needed=1)
    for _ in range(2):
        put(full, make_volunteer(ours), at)
    assert staffing_of([event.pk], at)[event.pk].taken == 1


def test_minutes_are_those_written_for_the_events_shifts(ours: World, at: Any) -> None:
    event = event_of(ours)
    for minutes, shift in (
        (90, make_shift(ours, event=event)),
        (30, make_shift(ours, event=event)),
        (60, make_shift(ours)),
    ):
        place = put(shift, make_volunteer(ours), at)
        HoursEntry.objects.create(volunteer=place.volunteer, day="2026-03-07", minutes=minutes, assignment=place)
    assert minutes_of([event.pk]) == {event.pk: 120}


def test_section_shows_names_only_to_who_may_see_them(ours: World, theirs: World, at: Any) -> None:
    event = event_of(ours, organisation=ours.partner)
    shift = make_shift(ours, event=event, organisation=ours.partner, needed=3)
    put(shift, make_volunteer(ours, "Pia Example", organisation=ours.partner), at)
    put(shift, make_volunteer(ours, "Lea Lead"), at)
    lead, partner = shifts_of(event, ours.coordinator), shifts_of(event, ours.manager)
    assert lead.rows[0][3] == "Pia Example · Lea Lead"
    assert partner.rows[0][3] == "Pia Example · 1 of another organisation"
    assert partner.rows[0][2] == "2 / 3"
    assert partner.rows[0][4] == "1 person"
    assert f"?event={event.pk}" in partner.rows[-1][0]
    assert shifts_of(event, theirs.coordinator).rows[:-1] == []


@pytest.mark.parametrize("shifts", [1, 3])
def test_at_risk_costs_the_same_for_any_number(
    ours: World, at: Any, shifts: int, django_assert_num_queries: Any
) -> None:
    for number in range(shifts):
        put(make_shift(ours, event=event_of(ours, title=str(number)), language="fr"), make_volunteer(ours), at)
    with django_assert_num_queries(5):
        found = shifts_at_risk(Shift.objects.all(), SOON)
    assert len(found) == shifts


def test_at_risk_is_what_begins_soon_and_lacks_something(ours: World, at: Any) -> None:
    safe = make_shift(ours, needed=1, language="fr")
    put(safe, make_volunteer(ours, languages=("fr",)), at)
    short = make_shift(ours, needed=2)
    put(short, make_volunteer(ours), at)
    mute = make_shift(ours, needed=1, language="fr")
    put(mute, make_volunteer(ours), at)
    untrained = make_shift(ours, needed=1, required_curriculum=make_curriculum(ours))
    put(untrained, make_volunteer(ours), at)
    asked = make_shift(ours, needed=1)
    place = put(asked, make_volunteer(ours), at)
    ask_for_cover(assignment=place, note="", takes_exchange=False, by="test", at=at)
    make_shift(ours, SATURDAY + timedelta(hours=3))  # in more than two days
    make_shift(ours, event=event_of(ours, status=EventStatus.DRAFT))
    cancel_shift(shift=make_shift(ours), by="test", at=at)
    found = {row.shift: row for row in shifts_at_risk(Shift.objects.all(), SOON)}
    assert set(found) == {short, mute, untrained, asked}
    assert (found[short].missing, found[mute].lacks_language) == (1, True)
    assert (found[untrained].nobody_trained, found[asked].covers) == (True, 1)
    begun = {row.shift for row in shifts_at_risk(Shift.objects.all(), SATURDAY)}
    assert not begun & {short, mute, untrained, asked}


def test_alarm_goes_once_a_day_to_who_answers_for_the_shift(ours: World, theirs: World, clock: Traveller) -> None:
    organiser = make_user("Eva", Role.ORGANISER, ours.lead)
    make_shift(ours, event=event_of(ours, organiser=organiser), title="Hers")
    make_shift(ours, title="Nobody's")
    make_shift(ours, organisation=ours.partner, title="The partner's")
    for hours in (0, 1, 5):
        clock.move_to(SOON + timedelta(hours=hours))
        queue_shift_alarms(at=SOON + timedelta(hours=hours))
    told = {message.address: render_message(message).text for message in OutboundMessage.objects.all()}
    assert set(told) == {organiser.email, ours.coordinator.email, ours.manager.email}
    assert "Hers" in told[organiser.email]
    assert "2 people are missing" in told[organiser.email]
    assert "Nobody's" in told[ours.coordinator.email]
    assert "The partner's" not in told[ours.coordinator.email]
    assert "The partner's" in told[ours.manager.email]
    queue_shift_alarms(at=SOON + NEXT_DAY)
    assert OutboundMessage.objects.count() == 6


def test_organiser_who_left_is_told_nothing(ours: World, theirs: World) -> None:
    make_shift(ours, event=event_of(ours, organiser=theirs.coordinator))
    queue_shift_alarms(at=SOON)
    assert OutboundMessage.objects.get().address == ours.coordinator.email


def test_alarm_waits_for_the_morning_and_says_nothing_of_what_is_solved(ours: World, clock: Traveller) -> None:
    shift = make_shift(ours, needed=1)
    night = SATURDAY - timedelta(hours=8)  # two o'clock in Brussels
    assert queue_shift_alarms(at=night) == 0
    morning = SATURDAY - timedelta(hours=3)
    clock.move_to(morning)
    assert queue_shift_alarms(at=morning) == 1
    assign_volunteer(shift=shift, volunteer=make_volunteer(ours), by="test", at=morning)
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get())
