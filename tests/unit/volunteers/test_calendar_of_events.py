"""A volunteer's calendar names the event a shift is of, its place and its SEQUENCE."""

from typing import Any

import pytest
from icalendar import Calendar

from tests.factories.events import make_event, make_event_type, make_venue
from tests.factories.staff import World
from tests.factories.trainings import SATURDAY, make_shift, make_volunteer
from volunteers.actions.shifts import assign_volunteer
from volunteers.calendar_feed import draw_feed, feed_rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("shifts", [1, 3])
def test_entries_say_the_events_title_place_and_sequence(
    ours: World, at: Any, shifts: int, django_assert_num_queries: Any
) -> None:
    volunteer = make_volunteer(ours)
    for number in range(shifts):
        venue = make_venue(ours.campaign, f"House {number}")
        begins = SATURDAY.replace(day=7 + number)
        event = make_event(
            make_event_type(ours.campaign, str(number)), "Open day", starts_at=begins, venue=venue, sequence=4
        )
        shift = make_shift(ours, begins, event=event, title="Welcome", place="")
        assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
    with django_assert_num_queries(2):
        rows = feed_rows(volunteer, at=at)
    entry = Calendar.from_ical(draw_feed(volunteer, rows)).walk("VEVENT")[0]
    assert (str(entry["SUMMARY"]), entry["SEQUENCE"]) == ("Open day · Welcome", 4)
    assert str(entry["LOCATION"]) == "House 0, Rue Exemple 1, 1050 Ixelles"


def test_shift_of_no_event_stays_as_it_was(ours: World, at: Any) -> None:
    volunteer = make_volunteer(ours)
    assign_volunteer(shift=make_shift(ours), volunteer=volunteer, by="test", at=at)
    entry = Calendar.from_ical(draw_feed(volunteer, feed_rows(volunteer, at=at))).walk("VEVENT")[0]
    assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == ("Stall at the market", "Place Flagey")
    assert "SEQUENCE" not in entry
