"""The phone's addresses of open shifts: what is offered to whom, taking one, and what is said when it cannot be had."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from outreach.selectors.phone_state import user_key
from tests.factories.accounts import make_user
from tests.factories.staff import World, browse
from tests.factories.trainings import MONDAY, SATURDAY, make_curriculum, make_shift, make_volunteer
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import Stage
from volunteers.models import Shift, ShiftAssignment, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
APP = {"X-Carillon-App": "1", "Accept-Language": "en"}


@pytest.fixture
def cleo(ours: World) -> Volunteer:
    return make_volunteer(ours, user=make_user("cleo"))


@pytest.fixture
def phone(cleo: Volunteer) -> Client:
    return browse(cleo.user)


def listed(client: Client, **headers: str) -> HttpResponse:
    return client.get("/outreach/api/shifts", headers={**APP, **headers})


def offered(client: Client) -> list[int]:
    return [each["id"] for each in listed(client).json()["shifts"]]


def give(shift: Shift, volunteer: Volunteer) -> None:
    assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=MONDAY)


def take(client: Client, shift: Shift, **body: Any) -> HttpResponse:
    return client.post(
        f"/outreach/api/shifts/{shift.pk}/take", json.dumps(body), content_type="application/json", headers=APP
    )


def test_open_shift_is_told_with_all_the_phone_shows(ours: World, cleo: Volunteer, phone: Client) -> None:
    shift = make_shift(ours, needed=3)
    give(shift, make_volunteer(ours))
    told = listed(phone).json()
    assert told["user"] == user_key(cleo.user)
    (row,) = told["shifts"]
    assert set(row) == {"id", "title", "starts_at", "ends_at", "place", "language", "free", "remarks"}
    assert (row["id"], row["free"], row["title"]) == (shift.pk, 2, shift.full_title)


def test_shifts_that_cannot_be_had_are_not_offered(ours: World, theirs: World, cleo: Volunteer, phone: Client) -> None:
    give(make_shift(ours, needed=1, title="Full"), make_volunteer(ours))
    make_shift(ours, title="Asks for a training", required_curriculum=make_curriculum(ours))
    give(make_shift(ours, needed=2, title="Mine"), cleo)
    make_shift(theirs, SATURDAY + timedelta(days=1), title="Another campaign's")
    assert offered(phone) == []


def test_unchanged_shifts_are_304(ours: World, phone: Client) -> None:
    make_shift(ours)
    first = listed(phone)
    again = listed(phone, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_taking_gives_the_place_once_and_it_is_offered_no_more(ours: World, cleo: Volunteer, phone: Client) -> None:
    shift = make_shift(ours, needed=2)
    for _time in range(2):
        answer = take(phone, shift, user=user_key(cleo.user))
        assert (answer.status_code, answer.json()) == (200, {"taken": shift.pk})
    assert ShiftAssignment.objects.get().volunteer_id == cleo.pk
    entry = AuditEntry.objects.get(action="volunteers.shift.assigned")
    assert entry.actor == f"user:{cleo.user_id}"
    assert offered(phone) == []


def test_full_shift_is_refused_in_words_and_nothing_is_kept(ours: World, cleo: Volunteer, phone: Client) -> None:
    shift = make_shift(ours, needed=1)
    give(shift, make_volunteer(ours))
    answer = take(phone, shift, user=user_key(cleo.user))
    assert (answer.status_code, answer.json()["error"]) == (409, "shift_refused")
    assert "Somebody was quicker" in answer.json()["message"]
    assert not ShiftAssignment.objects.filter(volunteer=cleo).exists()


def test_shift_of_others_is_not_there(theirs: World, cleo: Volunteer, phone: Client) -> None:
    answer = take(phone, make_shift(theirs), user=user_key(cleo.user))
    assert (answer.status_code, answer.json()) == (404, {"error": "unknown_shift"})
    assert not ShiftAssignment.objects.exists()


def test_somebody_else_s_tap_is_refused(ours: World, cleo: Volunteer, phone: Client) -> None:
    shift = make_shift(ours)
    answer = take(phone, shift, user="another key")
    assert (answer.status_code, answer.json()["error"]) == (409, "other_user")
    assert not ShiftAssignment.objects.exists()


def test_who_is_nobody_s_volunteer_gets_an_empty_list_and_no_place(ours: World) -> None:
    applied = make_volunteer(ours, user=make_user("dan"), stage=Stage.APPLIED)
    shift = make_shift(ours)
    for user in (make_user("eve"), applied.user):
        assert offered(browse(user)) == []
        assert take(browse(user), shift).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_site_and_the_signed_out_are_refused(ours: World, phone: Client, method: str) -> None:
    path = "/outreach/api/shifts" if method == "get" else f"/outreach/api/shifts/{make_shift(ours).pk}/take"
    assert getattr(phone, method)(path).status_code == 403
    assert getattr(Client(), method)(path, headers=APP).status_code == 401


def test_queries_do_not_grow_with_the_shifts(ours: World, phone: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            listed(phone)
        return len(caught)

    make_shift(ours)
    one = queries()
    for day in (1, 2):
        make_shift(ours, SATURDAY + timedelta(days=day))
    assert (queries(), len(offered(phone))) == (one, 3)
