"""Check-in at a desk: the same door as on the phones, for those who run the event."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from events.enums import EventStatus, RsvpStatus
from events.models import Attendance, Event, Rsvp
from events.selectors.door import code_of
from tests.factories.door import Evening, standing
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.outreach import MONDAY
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def desk(evening: Evening) -> Client:
    return browse(evening.world.coordinator)


def address(event: Event, query: str = "") -> str:
    return f"/staff/attendance/{event.pk}/{query}"


def press(client: Client, event: Event, **told: Any) -> str:
    """Press a button of the page and return what the next page says."""
    answer = client.post(address(event), {"client_id": str(uuid.uuid4()), **told}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_guest_is_checked_in_with_those_who_came_along(evening: Evening, desk: Client) -> None:
    page = press(desk, evening.event, guest=evening.omar.pk, people=2)
    assert "Omar Guest is in." in page
    assert [(name, people) for _id, name, people in standing()] == [("Omar Guest", 2)]
    row = Attendance.objects.get()
    assert (row.by, row.occurred_at, row.via) == (evening.world.coordinator, MONDAY, "search")


def test_same_button_pressed_twice_counts_once(evening: Evening, desk: Client) -> None:
    told = {"client_id": str(uuid.uuid4()), "people": 7}
    press(desk, evening.event, **told)
    press(desk, evening.event, **told)
    assert [people for _id, _name, people in standing()] == [7]


def test_desk_says_that_a_phone_was_quicker(evening: Evening, desk: Client) -> None:
    evening.take(evening.seen(1, evening.rita, minutes=-1))
    assert "was checked in already" in press(desk, evening.event, guest=evening.rita.pk)
    assert len(standing()) == 1


def test_desk_says_who_was_waiting_or_had_cancelled(evening: Evening, desk: Client) -> None:
    assert "was on the waiting list" in press(desk, evening.event, guest=evening.wim.pk)
    Rsvp.objects.filter(pk=evening.rita.pk).update(status=RsvpStatus.CANCELLED)
    assert "though they had cancelled" in press(desk, evening.event, guest=evening.rita.pk)
    assert len(standing()) == 2


def test_guest_and_walk_in_are_taken_back(evening: Evening, desk: Client) -> None:
    evening.take(evening.seen(1, evening.rita), evening.seen(2, people=3))
    page = desk.get(address(evening.event)).content.decode()
    assert "<strong>4</strong> in, <strong>4</strong> expected" in page
    rita, walked = Attendance.objects.order_by("pk")
    press(desk, evening.event, guest=evening.rita.pk, of=rita.client_id, undo=1)
    press(desk, evening.event, of=walked.client_id, undo=1)
    assert standing() == []


def test_search_finds_names_without_accents_codes_and_who_cancelled(evening: Evening, desk: Client) -> None:
    make_rsvp(evening.event, "Łucja Åström-Nguyễn", status=RsvpStatus.CANCELLED)
    everybody = desk.get(address(evening.event)).content.decode()
    assert "Rita Guest" in everybody
    assert "Åström" not in everybody
    for typed, name in (("nguyen", "Åström"), ("gue ri", "Rita Guest"), (code_of(evening.omar)[:6], "Omar Guest")):
        page = desk.get(address(evening.event), {"q": typed}).content.decode()
        assert name in page
        assert "Wim Guest" not in page


def test_reading_the_list_is_audited(evening: Evening, desk: Client) -> None:
    desk.get(address(evening.event))
    assert AuditEntry.objects.get(action="events.rsvp.listed").details == {"count": 3}


@pytest.mark.parametrize("told", [{"guest": "x"}, {"client_id": ""}, {"undo": "1"}, {"people": "0"}, {"people": "501"}])
def test_what_is_not_understood_changes_nothing(evening: Evening, desk: Client, told: dict[str, str]) -> None:
    assert "Nothing was changed" in press(desk, evening.event, **told)
    assert not Attendance.objects.exists()


def test_door_opens_the_day_before_and_stays_shut_where_nothing_takes_place(
    evening: Evening, desk: Client, clock: Any
) -> None:
    clock.shift(-timedelta(days=2))
    assert "from the day before the event" in desk.get(address(evening.event)).content.decode()
    assert "Nothing was changed" in press(desk, evening.event, people=1)
    clock.shift(timedelta(days=2))
    Event.objects.filter(pk=evening.event.pk).update(status=EventStatus.CANCELLED, cancelled_at=MONDAY)
    assert desk.get(address(evening.event)).status_code == 302
    press(desk, evening.event, people=1)
    assert not Attendance.objects.exists()


def test_guest_of_another_event_is_not_here(evening: Evening, desk: Client) -> None:
    stranger = make_rsvp(make_event(evening.event.event_type, "Other", starts_at=MONDAY), "Sol Guest")
    told = {"client_id": str(uuid.uuid4()), "guest": stranger.pk}
    assert desk.post(address(evening.event), told).status_code == 404
    assert not Attendance.objects.exists()


def test_outsiders_find_no_door_and_readers_may_not_stand_at_it(evening: Evening, theirs: World) -> None:
    told = {"client_id": str(uuid.uuid4()), "people": 1}
    elsewhere = make_event(make_event_type(theirs.campaign), starts_at=MONDAY)
    refused = [
        (evening.world.coordinator, elsewhere, 404), (theirs.coordinator, evening.event, 404),
        (evening.world.manager, evening.event, 404), (evening.world.dpo, evening.event, 403),
    ]  # fmt: skip
    for user, event, status in refused:
        client = browse(user)
        assert client.get(address(event)).status_code == status
        assert client.post(address(event), told).status_code == status
    assert not Attendance.objects.exists()


def test_event_page_leads_to_its_door(evening: Evening, desk: Client) -> None:
    assert address(evening.event) in desk.get(f"/staff/events/{evening.event.pk}/").content.decode()


def test_list_costs_the_same_for_three_guests_and_for_six(evening: Evening, desk: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address(evening.event)).status_code == 200
        return len(captured)

    count()
    few = count()
    for number in range(3):
        make_rsvp(evening.event, f"More {number}")
    assert count() == few
