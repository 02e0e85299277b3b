"""Events in figures: what counts as held, who sees which sums, and that the cost does not grow."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from campaigns.enums import Metric
from campaigns.models import Goal
from events.actions.reports import Outcome, write_report
from events.enums import CheckInVia, EventStatus, RsvpStatus
from events.models import Attendance, Event, Rsvp
from events.selectors.figures import Filters, event_figures
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
NOW = NOON + timedelta(days=40)


def come(rsvp: Rsvp) -> Attendance:
    return Attendance.objects.create(
        client_id=uuid4(), event=rsvp.event, timeslot=rsvp.timeslot, rsvp=rsvp, people=rsvp.party_size,
        via=CheckInVia.QR, device_at=NOON, occurred_at=NOON, received_at=NOON,
    )  # fmt: skip


@pytest.fixture
def world() -> World:
    return World("here")


def test_held_are_the_events_that_are_over_and_were_not_cancelled(world: World) -> None:
    kind = make_event_type(world.campaign)
    make_event(kind, status=EventStatus.CLOSED)
    make_event(kind, starts_at=NOW + timedelta(days=2))
    make_event(kind, status=EventStatus.CANCELLED)
    make_event(kind, status=EventStatus.DRAFT)
    total = event_figures(world.coordinator, Filters(), at=NOW).total
    assert (total.planned, total.held, total.reported, total.cancelled) == (2, 1, 0, 1)


def test_show_rate_counts_people_checked_in_of_those_registered(world: World) -> None:
    event = make_event(make_event_type(world.campaign), status=EventStatus.CLOSED)
    came = come(make_rsvp(event, party_size=3))
    make_rsvp(event, party_size=1)
    make_rsvp(event, status=RsvpStatus.CANCELLED)
    make_rsvp(event, status=RsvpStatus.WAITING)
    total = event_figures(world.coordinator, Filters(), at=NOW).total
    assert (total.expected, total.came, total.attended) == (4, 3, 3)
    assert total.show_rate == 0.75
    Attendance.objects.filter(pk=came.pk).update(undone_at=NOW)
    assert event_figures(world.coordinator, Filters(), at=NOW).total.show_rate == 0


def test_cost_per_person_informed_leaves_out_events_without_a_cost(world: World) -> None:
    kind = make_event_type(world.campaign)
    with_cost, without = (make_event(kind, name, status=EventStatus.CLOSED) for name in ("one", "two"))
    told = {"informed_reason": "counted by hand"}
    write_report(event=with_cost, outcome=Outcome(informed=10, cost_cents=5_000, **told), by="tests", at=NOW)
    write_report(event=without, outcome=Outcome(informed=90, **told), by="tests", at=NOW)
    total = event_figures(world.coordinator, Filters(), at=NOW).total
    assert total.informed == 100
    assert total.cost_per_contact == 5.0
    assert total.informed_per_event == 50


def test_sums_follow_the_viewer(world: World) -> None:
    kind = make_event_type(world.campaign)
    make_event(kind, status=EventStatus.CLOSED)
    make_event(kind, organisation=world.partner, status=EventStatus.CLOSED)
    outsider = World("there").coordinator
    seen = {
        who: event_figures(user, Filters(), at=NOW).total.held
        for who, user in {
            "coordinator": world.coordinator, "analyst": world.analyst, "manager": world.manager, "outsider": outsider,
        }.items()
    }  # fmt: skip
    assert seen == {"coordinator": 2, "analyst": 2, "manager": 1, "outsider": 0}


def test_goals_are_shown_to_who_sums_up_the_whole_campaign(world: World) -> None:
    make_event(make_event_type(world.campaign), organisation=world.partner, status=EventStatus.CLOSED)
    Goal.objects.create(campaign=world.campaign, metric=Metric.EVENTS, target=80)
    shown = event_figures(world.coordinator, Filters(), at=NOW).goals
    assert [(goal.metric, goal.reached, goal.target) for goal in shown] == [("events", 1, 80)]
    assert event_figures(world.manager, Filters(), at=NOW).goals == []


def test_days_of_the_filter_are_those_of_the_events_own_time_zone(world: World) -> None:
    late = NOON.replace(day=31, hour=22, minute=30)  # half past midnight on the first of June in Brussels
    make_event(make_event_type(world.campaign), starts_at=late, minutes=30, status=EventStatus.CLOSED)
    figures = event_figures(world.coordinator, Filters(first=date(2026, 6, 1)), at=NOW)
    assert figures.total.held == 1
    assert [line.key for line in figures.months] == ["2026-06-01"]


def test_queries_do_not_grow_with_the_events(world: World, django_assert_num_queries) -> None:
    kind = make_event_type(world.campaign)

    def add() -> None:
        event = make_event(kind, status=EventStatus.CLOSED)
        come(make_rsvp(event))

    add()
    with django_assert_num_queries(11):
        event_figures(world.coordinator, Filters(), at=NOW)
    add()
    add()
    with django_assert_num_queries(11):
        event_figures(world.coordinator, Filters(), at=NOW)
    assert Event.objects.count() == 3
