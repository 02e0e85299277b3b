"""Conversations logged at events: which event is kept, and how many people an event informed."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Source
from events.models import Event
from outreach.actions.handover import ensure_handover_links
from outreach.models import Barrier, HandoverLink
from outreach.selectors.at_events import barrier_choices, informed_at
from outreach.selectors.efforts import efforts_of, volunteers_of
from tests.factories.door import make_shift_at
from tests.factories.events import make_event, make_event_type
from tests.factories.outreach import MONDAY, Stall, client_id, contact, moment
from tests.factories.staff import World
from volunteers.enums import AssignmentStatus
from volunteers.models import ShiftAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(stall: Stall) -> Event:
    """A stand of two hours that ended when the batch came."""
    event = make_event(make_event_type(stall.world.campaign), "Stand", starts_at=MONDAY - timedelta(hours=2))
    make_shift_at(event, stall.volunteer)
    return event


def at(hours: float) -> str:
    return moment(MONDAY + timedelta(hours=hours))


def test_contact_keeps_its_event_and_a_correction_too(stall: Stall, event: Event) -> None:
    stall.send(stall.record(1, event=event.pk), stall.word(2, 1, 3, event=event.pk, outcome="pledged"))
    assert (contact(1).event, contact(2).event) == (event, event)
    assert informed_at([event.pk]) == {event.pk: 1}


@pytest.mark.parametrize(("hours", "is_kept"), [(-8.1, False), (-7.9, True), (-1, True), (5.9, True), (6.1, False)])
def test_contact_more_than_six_hours_away_is_kept_without_the_event(
    stall: Stall, event: Event, hours: float, is_kept: bool
) -> None:
    (answer,) = stall.send(stall.record(1, event=event.pk, at=at(hours)), at=MONDAY + timedelta(hours=7),
                           sent_at=MONDAY + timedelta(hours=7))  # fmt: skip
    assert answer.status == "accepted"
    assert (contact(1).event == event) == is_kept


def test_correction_days_later_keeps_the_event(stall: Stall, event: Event) -> None:
    stall.send(stall.record(1, event=event.pk))
    later = MONDAY + timedelta(days=3)
    mended = stall.record(2, root=client_id(1), type="correction", at=moment(later), event=event.pk)
    stall.send(mended, at=later, sent_at=later)
    assert informed_at([event.pk]) == {event.pk: 1}


def test_event_nobody_knows_or_of_others_is_left_out_silently(stall: Stall, event: Event, theirs: World) -> None:
    elsewhere = make_event(make_event_type(theirs.campaign), starts_at=MONDAY)
    unstaffed = make_event(event.event_type, "No shift of mine", starts_at=MONDAY)
    told = stall.send(*[stall.record(n, event=pk) for n, pk in enumerate((elsewhere.pk, unstaffed.pk, 10**12))])
    assert [answer.status for answer in told] == ["accepted"] * 3
    assert [contact(n).event for n in range(3)] == [None] * 3


def test_event_that_is_no_number_needs_attention(stall: Stall) -> None:
    (answer,) = stall.send(stall.record(1, event="5"))
    assert (answer.status, answer.field) == ("needs_attention", "event")


def test_shift_given_back_still_names_the_event_of_what_was_logged_in_it(stall: Stall, event: Event) -> None:
    ShiftAssignment.objects.update(status=AssignmentStatus.RELEASED)
    stall.send(stall.record(1, event=event.pk))
    assert contact(1).event == event


def test_informed_counts_conversations_that_stand(stall: Stall, event: Event) -> None:
    stall.send(
        stall.record(1, event=event.pk), stall.record(2, event=event.pk, outcome="nobody"),
        stall.record(3, event=event.pk), stall.word(4, 3, 2, kind="undo"), stall.record(5),
        stall.record(6, event=event.pk), stall.word(7, 6, 2, outcome="refused"),
    )  # fmt: skip
    other = make_event(event.event_type, "Other", starts_at=MONDAY)
    assert informed_at([event.pk, other.pk]) == {event.pk: 1, other.pk: 0}


def test_informed_costs_one_query(stall: Stall, event: Event, django_assert_num_queries: Any) -> None:
    more = [make_event(event.event_type, f"{n}", starts_at=MONDAY).pk for n in range(3)]
    with django_assert_num_queries(1):
        informed_at([event.pk])
    with django_assert_num_queries(1):
        informed_at(more)


def test_barriers_are_those_offered_by_their_name(stall: Stall) -> None:
    Barrier.objects.all().delete()
    Barrier.objects.create(key="fear", labels={"en": "fears the duty"}, position=2)
    Barrier.objects.create(key="time", labels={"en": "no time"}, position=1)
    Barrier.objects.create(key="old", labels={"en": "old"}, is_offered=False)
    assert barrier_choices() == [("time", "no time"), ("fear", "fears the duty")]


def test_handover_link_at_an_event_is_its_own_and_made_once(stall: Stall, event: Event, theirs: World) -> None:
    stall.effort.petition = stall.world.petition
    stall.effort.save()
    elsewhere = make_event(make_event_type(theirs.campaign), starts_at=MONDAY)
    own = efforts_of(stall.cleo, volunteers_of(stall.cleo, MONDAY))
    first = ensure_handover_links(user=stall.cleo, own=own, events=[event, elsewhere])
    assert first == ensure_handover_links(user=stall.cleo, own=own, events=[event, elsewhere])
    assert set(first) == {(stall.effort.pk, None), (stall.effort.pk, event.pk)}
    assert len(set(first.values())) == 2
    source = Source.objects.get(code=first[stall.effort.pk, event.pk])
    assert (source.kind, source.label, source.partnership) == (
        "mobiliser", "Stand · Market · Cleo", stall.world.partnership,
    )  # fmt: skip
    assert HandoverLink.objects.get(source=source).event == event
