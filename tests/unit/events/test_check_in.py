"""At the door: one attendance per RSVP, whatever devices repeat, reorder and take back."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import AuditEntry
from events.actions.check_in import DoorRecord, NotThisEvent, check_in, undo_check_in
from events.door_rules import door_hours
from events.enums import CheckInVia, RsvpStatus
from events.models import Attendance, AttendanceUndo, Rsvp, Timeslot
from events.selectors.door import code_of, door_of
from tests.factories.door import Evening, every_row, standing
from tests.factories.events import make_event, make_rsvp
from tests.factories.outreach import MONDAY, client_id
from tests.factories.staff import make_user

pytestmark = pytest.mark.django_db


def statuses(evening: Evening, *records: DoorRecord) -> list[str]:
    return [taken.status for taken in evening.take(*records)]


def test_person_is_in_with_fewer_or_more_than_registered(evening: Evening) -> None:
    assert statuses(evening, evening.seen(1, evening.omar, people=2), evening.seen(2, evening.rita, people=5)) == [
        "accepted", "accepted",
    ]  # fmt: skip
    assert [(name, people) for _id, name, people in standing()] == [("Omar Guest", 2), ("Rita Guest", 5)]
    row = Attendance.objects.get(rsvp=evening.omar)
    assert (row.timeslot, row.by, row.via) == (evening.omar.timeslot, evening.cleo, CheckInVia.SEARCH)


def test_second_device_is_told_and_kept_but_not_counted(evening: Evening) -> None:
    (first,) = evening.take(evening.seen(1, evening.rita, minutes=5))
    (second,) = evening.take(evening.seen(2, evening.rita, minutes=7))
    assert (first.status, second.status) == ("accepted", "already_in")
    assert second.in_since == MONDAY + timedelta(minutes=5)
    assert [str(key) for key, _name, _people in standing()] == [client_id(1)]
    assert Attendance.objects.get(client_id=client_id(2)).is_repeat


def test_earlier_scan_that_comes_late_takes_the_place(evening: Evening) -> None:
    assert statuses(evening, evening.seen(1, evening.rita, minutes=7)) == ["accepted"]
    assert statuses(evening, evening.seen(2, evening.rita, minutes=5)) == ["accepted"]
    assert [str(key) for key, _name, _people in standing()] == [client_id(2)]


def test_same_record_again_is_a_duplicate_and_changes_nothing(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.rita))
    before = every_row()
    assert statuses(evening, evening.seen(1, evening.rita, people=4), evening.seen(1, evening.omar)) == [
        "duplicate", "duplicate",
    ]  # fmt: skip
    assert every_row() == before


def test_id_of_somebody_else_is_not_yours(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.rita))
    (taken,) = evening.take(evening.seen(1, evening.omar), by=make_user("Eva", None))
    assert taken.status == "not_yours"
    assert len(standing()) == 1


def test_undo_says_of_the_person_that_nobody_is_here_whoever_scanned(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.rita, minutes=1), evening.seen(2, evening.rita, minutes=2))
    assert statuses(evening, evening.back(3, evening.rita, of=1, minutes=3)) == ["accepted"]
    assert standing() == []
    assert Attendance.objects.count() == 2
    assert statuses(evening, evening.seen(4, evening.rita, minutes=4)) == ["accepted"]
    assert [str(key) for key, _name, _people in standing()] == [client_id(4)]


def test_undo_of_a_phone_whose_clock_is_slow_still_takes_back_what_it_names(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.rita, minutes=2))
    evening.take(evening.back(2, evening.rita, of=1, minutes=1))
    assert standing() == []


def test_undo_that_comes_first_waits_for_its_check_in(evening: Evening) -> None:
    evening.take(evening.back(2, of=1), evening.back(4, evening.rita, of=3))
    evening.take(evening.seen(1, people=3), evening.seen(3, evening.rita))
    assert standing() == []
    assert AttendanceUndo.objects.count() == 2


def test_walk_ins_are_counted_without_a_name_and_undone_one_by_one(evening: Evening) -> None:
    evening.take(evening.seen(1, people=3), evening.seen(2, minutes=3), evening.back(3, of=2, minutes=4))
    assert [(str(key), people) for key, _name, people in standing()] == [(client_id(1), 3)]
    row = Attendance.objects.get(client_id=client_id(1))
    assert (row.via, row.rsvp, row.timeslot) == (CheckInVia.WALK_IN, None, evening.event.timeslots.get())


def test_walk_in_counts_for_the_timeslot_going_on_or_the_one_named(evening: Evening) -> None:
    later = Timeslot.objects.create(
        event=evening.event, starts_at=MONDAY + timedelta(hours=2), ends_at=MONDAY + timedelta(hours=4)
    )
    first = evening.rita.timeslot
    evening.take(
        evening.seen(1, minutes=-20), evening.seen(2, minutes=10), evening.seen(3, minutes=130),
        evening.seen(4, slot=later.pk), evening.seen(5, slot=10**6),
    )  # fmt: skip
    slots = [row.timeslot for row in Attendance.objects.order_by("client_id")]
    assert slots == [first, first, later, later, first]


@pytest.mark.parametrize("status", [RsvpStatus.WAITING, RsvpStatus.CANCELLED])
def test_who_held_no_place_is_let_in_and_the_plan_stays_as_it_was(evening: Evening, status: RsvpStatus) -> None:
    guest = evening.wim
    Rsvp.objects.filter(pk=guest.pk).update(status=status)
    guest.refresh_from_db()
    taken = Timeslot.objects.get().taken
    (told,) = evening.take(evening.seen(1, guest))
    assert (told.status, told.guest_status) == ("accepted", status)
    guest.refresh_from_db()
    assert (guest.status, Timeslot.objects.get().taken) == (status, taken)
    entry = AuditEntry.objects.get(action="events.attendance.received")
    assert entry.details == {"count": 1, "let_in": 1}
    assert entry.actor == f"user:{evening.cleo.pk}"


def test_full_event_lets_people_in(evening: Evening) -> None:
    Timeslot.objects.update(capacity=4)
    assert statuses(evening, evening.seen(1, people=40)) == ["accepted"]


def test_guest_of_another_event_stores_nothing(evening: Evening) -> None:
    stranger = make_rsvp(make_event(evening.event.event_type, "Other"), "Sol Guest")
    with pytest.raises(NotThisEvent):
        evening.take(evening.seen(1, evening.rita), evening.seen(2, stranger))
    assert standing() == []


def test_single_actions_are_safe_to_call_twice(evening: Evening) -> None:
    at = MONDAY
    told = {"event": evening.event, "rsvp": evening.rita, "by": evening.cleo, "device_at": at, "at": at}
    first, again = uuid.UUID(client_id(1)), uuid.UUID(client_id(2))
    assert check_in(client_id=first, **told).status == "accepted"  # type: ignore[arg-type]
    assert check_in(client_id=first, **told).status == "duplicate"  # type: ignore[arg-type]
    assert undo_check_in(client_id=again, of=first, **told).status == "accepted"  # type: ignore[arg-type]
    assert undo_check_in(client_id=again, of=first, **told).status == "duplicate"  # type: ignore[arg-type]
    assert standing() == []


def test_database_takes_one_standing_attendance_an_rsvp(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.rita), evening.seen(2, evening.rita, minutes=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(client_id=client_id(2)).update(undone_at=None, is_repeat=False)


def test_nothing_is_stored_when_the_transaction_fails(evening: Evening) -> None:
    point = transaction.savepoint()
    evening.take(evening.seen(1, evening.rita))
    transaction.savepoint_rollback(point)
    assert not Attendance.objects.exists()
    assert not AuditEntry.objects.filter(action="events.attendance.received").exists()


_WORDS = st.lists(st.sampled_from(range(9)), min_size=1, max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(9)), more=_WORDS, cuts=st.sets(st.integers(1, 20), max_size=6))
def test_any_order_repetition_and_splitting_of_two_devices_leaves_the_same_rows(
    evening: Evening, order: list[int], more: list[int], cuts: set[int]
) -> None:
    one, other = evening.rita, evening.omar
    records = [
        evening.seen(1, one, 1), evening.seen(2, one, 2), evening.back(3, one, of=2, minutes=3),
        evening.seen(4, one, 4), evening.seen(5, one, 4), evening.seen(6, other, 1, people=2),
        evening.back(7, other, of=6, minutes=0), evening.seen(8, people=3), evening.back(9, of=8),
    ]  # fmt: skip
    with transaction.atomic():
        evening.take(*records)
        wanted = every_row()
        transaction.set_rollback(True)
    with transaction.atomic():
        sequence = [records[number] for number in [*order, *more]]
        for start, end in itertools.pairwise([0, *sorted(cuts), len(sequence)]):
            if sequence[start:end]:
                evening.take(*sequence[start:end])
        assert every_row() == wanted
        transaction.set_rollback(True)
    assert [row[0] for row in wanted if row[5] is None] == [uuid.UUID(client_id(4))]


def test_door_shows_figures_of_people_not_of_registrations(evening: Evening) -> None:
    evening.take(evening.seen(1, evening.omar, people=2), evening.seen(2, people=4))
    door = door_of(evening.event)
    assert (door.people_expected, door.people_in, door.people_walked_in, door.people_waiting) == (4, 6, 4, 1)
    assert [guest.name for guest in door.guests] == ["Omar Guest", "Rita Guest", "Wim Guest"]
    assert code_of(evening.rita) == str(evening.rita.public_id)[:8].upper()


def test_door_costs_the_same_for_one_and_three_guests(evening: Evening, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        door_of(evening.event)
    make_rsvp(evening.event, "Zoe Guest")
    with django_assert_num_queries(2):  # type: ignore[operator]
        door_of(evening.event)


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 10, 24, 18, tzinfo=UTC)])
def test_door_is_open_from_the_day_before_until_the_day_after_across_the_change_of_clocks(day: datetime) -> None:
    zone = ZoneInfo("Europe/Brussels")
    hours = door_hours(day, day + timedelta(hours=2), zone)
    assert hours.opens_at == datetime(day.year, day.month, day.day - 1, tzinfo=zone)
    assert hours.closes_at == datetime(day.year, day.month, day.day + 2, tzinfo=zone)
    assert hours.is_open(hours.opens_at)
    assert not hours.is_open(hours.closes_at)
