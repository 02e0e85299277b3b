"""The phone at the door of an event: who gets the names, for how long, and that each check-in counts once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from campaigns.models import Partnership
from core.models import AuditEntry
from events.enums import EventStatus
from events.models import Attendance, Event
from events.selectors.door import token_hash
from events.tokens import sign_rsvp
from tests.factories.door import Evening, make_shift_at, standing
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.outreach import MONDAY, client_id, make_effort, make_volunteer
from tests.factories.staff import World, browse, make_user
from volunteers.enums import AssignmentStatus
from volunteers.models import Shift, ShiftAssignment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
APP = {"X-Carillon-App": "1"}


def guests(client: Client, event: Event, **headers: str) -> HttpResponse:
    return client.get(f"/outreach/api/events/{event.pk}/guests", headers={**APP, **headers})


def post(client: Client, body: Any, **headers: str) -> HttpResponse:
    sent = {**APP, "Accept-Language": "en", **headers}
    return client.post("/outreach/api/check-ins", json.dumps(body), content_type="application/json", headers=sent)


def answers(client: Client, *records: Any, evening: Evening) -> list[str]:
    told = post(client, evening.batch(*records)).json()["answers"]
    return [each.get("reason") or each["status"] for each in told]


@pytest.fixture
def phone(evening: Evening) -> Client:
    return browse(evening.cleo)


def test_names_are_no_more_than_the_door_needs(evening: Evening, phone: Client) -> None:
    evening.take(evening.seen(1, evening.omar, people=2), evening.seen(2, people=4))
    answer = guests(phone, evening.event)
    told = answer.json()
    assert set(told) == {"event", "guests", "walk_ins", "server_time"}
    assert told["guests"][0] == {
        "id": str(evening.omar.public_id),
        "name": "Omar Guest",
        "party": 3,
        "status": "coming",
        "slot": evening.omar.timeslot_id,
        "qr": token_hash(sign_rsvp(evening.omar)),
        "in": {"id": client_id(1), "people": 2, "at": "2026-03-02T09:00:00Z"},
    }
    assert [each["status"] for each in told["guests"]] == ["coming", "coming", "waiting"]
    assert told["walk_ins"] == [{"id": client_id(2), "people": 4, "at": "2026-03-02T09:00:00Z"}]
    assert sign_rsvp(evening.omar) not in answer.content.decode()
    assert "example.org" not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-cache"
    assert AuditEntry.objects.get(action="events.rsvp.handed_to_phone").details == {"count": 3}


def test_names_are_304_until_somebody_comes(evening: Evening, phone: Client, clock: Any) -> None:
    first = guests(phone, evening.event)
    clock.shift(60)
    again = guests(phone, evening.event, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    evening.take(evening.seen(1, evening.rita))
    assert guests(phone, evening.event, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert AuditEntry.objects.filter(action="events.rsvp.handed_to_phone").count() == 2


def test_names_cost_the_same_for_one_and_three_more_guests(evening: Evening, phone: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert guests(phone, evening.event).status_code == 200
        return len(captured)

    few = count()
    for number in range(3):
        make_rsvp(evening.event, f"More {number}")
    assert count() == few


@pytest.mark.parametrize(("days", "status"), [(-2, 404), (-1, 200), (1, 200), (2, 404)])
def test_names_are_handed_out_from_the_day_before_until_the_day_after(
    evening: Evening, clock: Any, days: int, status: int
) -> None:
    clock.shift(timedelta(days=days))
    assert guests(browse(evening.cleo), evening.event).status_code == status


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_event_that_does_not_take_place_has_no_door(evening: Evening, phone: Client, status: EventStatus) -> None:
    at = MONDAY if status == EventStatus.CANCELLED else None
    Event.objects.filter(pk=evening.event.pk).update(status=status, cancelled_at=at)
    assert guests(phone, evening.event).status_code == 404
    assert answers(phone, evening.record(1, evening.rita), evening=evening) == ["unknown_event"]


def test_staff_who_run_the_event_stand_at_its_door(evening: Evening) -> None:
    assert guests(browse(evening.world.coordinator), evening.event).status_code == 200
    theirs = make_event(evening.event.event_type, organisation=evening.world.partner, starts_at=MONDAY)
    assert guests(browse(evening.world.manager), theirs).status_code == 200


def test_outsiders_get_neither_names_nor_anybody_in(evening: Evening, theirs: World) -> None:
    elsewhere = make_event(make_event_type(theirs.campaign), starts_at=MONDAY)
    stranger = make_rsvp(elsewhere, "Sol Guest")
    idle = make_user("Eva", Role.MOBILISER, evening.world.partner)
    make_volunteer(evening.world, idle)
    make_effort(evening.world)
    released = make_user("Rik", Role.MOBILISER, evening.world.partner)
    place = make_shift_at(evening.event, make_volunteer(evening.world, released))
    ShiftAssignment.objects.filter(pk=place.pk).update(status=AssignmentStatus.RELEASED)
    outsiders = [idle, released, theirs.coordinator, theirs.manager, evening.world.manager, evening.world.dpo]
    for user in [*outsiders, evening.world.analyst]:
        client = browse(user)
        answer = guests(client, evening.event)
        assert (answer.status_code, answer.json()) == (404, {"error": "unknown_event"})
        assert answers(client, evening.record(1, evening.rita), evening=evening) == ["unknown_event"]
    assert guests(browse(evening.cleo), elsewhere).status_code == 404
    mixed = [
        evening.record(2, stranger), evening.record(3, stranger, event=elsewhere.pk), evening.record(4, event=10**30),
    ]  # fmt: skip
    assert answers(browse(evening.cleo), *mixed, evening=evening) == ["unknown_guest", "unknown_event", "unknown_event"]
    assert not Attendance.objects.exists()


def test_partner_that_left_gets_no_names_but_hands_in_what_was_before(evening: Evening, phone: Client) -> None:
    Partnership.objects.filter(pk=evening.world.partnership.pk).update(left_at=MONDAY - timedelta(minutes=5))
    assert guests(phone, evening.event).status_code == 404
    told = answers(phone, evening.record(1, evening.rita, -10), evening.record(2, evening.omar, -2), evening=evening)
    assert told == ["accepted", "partner_left"]


def test_cancelled_shift_opens_no_door(evening: Evening, phone: Client) -> None:
    Shift.objects.update(cancelled_at=MONDAY)
    assert guests(phone, evening.event).status_code == 404


def test_only_the_app_of_somebody_signed_in_is_answered(evening: Evening, phone: Client) -> None:
    assert guests(Client(), evening.event).status_code == 401
    assert phone.get(f"/outreach/api/events/{evening.event.pk}/guests").status_code == 403
    assert phone.post(f"/outreach/api/events/{evening.event.pk}/guests", headers=APP).status_code == 405
    assert post(Client(), evening.batch(evening.record(1))).status_code == 401
    assert post(phone, evening.batch(evening.record(1)), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert post(phone, evening.batch(evening.record(1), user="somebody")).status_code == 409
    assert post(phone, evening.batch(*[evening.record(1)] * 1001)).status_code == 413
    assert post(phone, {"device": "x"}).status_code == 400
    assert not Attendance.objects.exists()


def test_batch_is_answered_record_by_record(evening: Evening, phone: Client) -> None:
    told = post(
        phone,
        evening.batch(
            evening.record(1, evening.wim), evening.record(1, evening.wim), evening.record(2, evening.wim, 1),
            evening.record(3, people=12), evening.record(4, type="undo", of=client_id(3)), 7,
        ),
    ).json()["answers"]  # fmt: skip
    assert told[0] == {"id": client_id(1), "status": "accepted", "guest": "waiting"}
    assert [each["status"] for each in told] == [
        "accepted", "duplicate", "already_in", "accepted", "accepted", "needs_attention",
    ]  # fmt: skip
    assert told[2]["in_since"] == "2026-03-02T09:00:00Z"
    assert [name for _id, name, _people in standing()] == ["Wim Guest"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "1"}, "unreadable"),
        ({"type": "contact"}, "unreadable"),
        ({"type": []}, "unreadable"),
        ({"event": "5"}, "unreadable"),
        ({"event": True}, "unreadable"),
        ({"at": "yesterday"}, "unreadable"),
        ({"at": "2026-02-27T09:00:00Z"}, "not_the_day"),
        ({"at": "2024-02-27T09:00:00Z"}, "too_old"),
        ({"people": 0}, "unreadable"),
        ({"people": 501}, "unreadable"),
        ({"people": 1.5}, "unreadable"),
        ({"via": "window", "rsvp": "rita"}, "unreadable"),
        ({"rsvp": client_id(9)}, "unknown_guest"),
        ({"type": "undo"}, "unreadable"),
        ({"type": "undo", "of": 7}, "unreadable"),
    ],
)
def test_record_that_cannot_be_stored_needs_attention(
    evening: Evening, phone: Client, changes: dict[str, Any], reason: str
) -> None:
    if changes.get("rsvp") == "rita":
        changes = {**changes, "rsvp": str(evening.rita.public_id)}
    told = post(phone, evening.batch(evening.record(1, **changes))).json()["answers"]
    assert [(each["status"], each["reason"]) for each in told] == [("needs_attention", reason)]
    assert told[0]["message"]
    assert not Attendance.objects.exists()


def test_clock_of_the_phone_is_put_right(evening: Evening, phone: Client) -> None:
    ahead = MONDAY + timedelta(days=3)
    record = evening.record(1, evening.rita, at=(ahead - timedelta(minutes=5)).isoformat())
    post(phone, {**evening.batch(record), "sent_at": ahead.isoformat()})
    row = Attendance.objects.get()
    assert (row.device_at, row.occurred_at) == (ahead - timedelta(minutes=5), MONDAY - timedelta(minutes=5))


def test_state_lists_the_events_of_these_days_without_their_guests(evening: Evening, phone: Client) -> None:
    make_event(evening.event.event_type, "Not mine", starts_at=MONDAY)
    far = make_event(evening.event.event_type, "Next week", starts_at=MONDAY + timedelta(days=7))
    make_shift_at(far, evening.volunteer)
    answer = phone.get("/outreach/api/state", headers=APP)
    (told,) = answer.json()["events"]
    slot = evening.event.timeslots.get()
    span = {"starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T11:00:00Z"}
    assert told == {
        "id": evening.event.pk,
        "title": "How to register",
        **span,
        "place": "",
        "slots": [{"id": slot.pk, **span}],
        "shifts": [{"id": evening.assignment.shift_id, **span, "starts_at": "2026-03-02T08:30:00Z"}],
        "own": True,
        "names_from": "2026-02-28T23:00:00Z",
        "names_until": "2026-03-03T23:00:00Z",
    }
    assert "Rita" not in answer.content.decode()


def test_staff_without_an_effort_open_the_app_for_their_events(evening: Evening) -> None:
    state = browse(evening.world.coordinator).get("/outreach/api/state", headers=APP).json()
    assert (state["efforts"], [event["own"] for event in state["events"]]) == ([], [False])


def test_state_costs_the_same_for_one_event_and_for_three(evening: Evening, phone: Client) -> None:
    make_effort(evening.world)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert phone.get("/outreach/api/state", headers=APP).status_code == 200
        return len(captured)

    count()  # what is remembered for a minute
    one = count()
    for number in range(2):
        more = make_event(evening.event.event_type, f"Again {number}", starts_at=MONDAY)
        make_shift_at(more, evening.volunteer)
    assert count() == one
