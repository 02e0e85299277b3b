"""Asking others to take a shift: who is asked, who gets it, what happens at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from tests.factories.staff import World
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from tests.threads import run_at_once
from volunteers.actions.covers import CoverTaken, NoExchange, OwnShift, ask_for_cover, take_back_request, take_over
from volunteers.actions.shifts import (
    OtherCampaign,
    PlaceReleased,
    ShiftCancelled,
    ShiftFull,
    ShiftOver,
    ShiftsOverlap,
    assign_volunteer,
    cancel_shift,
    release_volunteer,
    take_shift,
)
from volunteers.enums import AssignmentStatus, Stage
from volunteers.models import Availability, Certificate, CoverRequest, Shift, ShiftAssignment, Volunteer

pytestmark = pytest.mark.django_db


def assign(shift: Shift, volunteer: Volunteer, at: Any) -> ShiftAssignment:
    return assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)


def ask(place: ShiftAssignment, at: Any, *, note: str = "", takes_exchange: bool = False) -> CoverRequest:
    return ask_for_cover(assignment=place, note=note, takes_exchange=takes_exchange, by="test", at=at)


def holder(shift: Shift) -> list[Volunteer]:
    return [place.volunteer for place in ShiftAssignment.objects.standing().filter(shift=shift)]


def and_break(change: Callable[[], Any]) -> None:
    """Do something in a transaction that is rolled back."""
    with transaction.atomic():
        change()
        raise RuntimeError


@pytest.fixture
def place(ours: World, at: Any) -> ShiftAssignment:
    """Cleo's place in a shift for one."""
    return assign(make_shift(ours, needed=1), make_volunteer(ours, "Cleo Example"), at)


def test_asking_writes_once_to_who_could_take_it(ours: World, theirs: World, at: Any) -> None:
    training = make_curriculum(ours)
    shift = make_shift(ours, needed=3, required_curriculum=training)
    people = {name: make_volunteer(ours, name) for name in ("Cleo", "Free", "Busy", "Evening", "Other", "Has it")}
    people["New"] = make_volunteer(ours, "New", stage=Stage.APPLIED)
    for name, person in people.items():
        Certificate.objects.create(
            code=f"{name:A<12}"[:12], curriculum=training, volunteer=person, issued_date="2026-03-01"
        )
    make_volunteer(ours, "Untrained")
    make_volunteer(theirs, "Stranger")
    assign(make_shift(ours, SATURDAY + timedelta(hours=1)), people["Busy"], at)
    Availability.objects.create(volunteer=people["Evening"], weekday=6, part="evening")
    Availability.objects.create(volunteer=people["Other"], weekday=6, part="morning")
    assign(shift, people["Has it"], at)
    cover = ask(assign(shift, people["Cleo"], at), at, note="I have an exam")
    assert ask(cover.assignment, at) == cover
    messages = OutboundMessage.objects.filter(template="cover_asked")
    assert {message.context["volunteer"] for message in messages} == {people["Free"].pk, people["Other"].pk}
    letter = render_message(messages[0])
    assert "I have an exam" in letter.text
    assert "/volunteers/cover/" in letter.text
    assert "Cleo" not in letter.text + letter.html + letter.subject
    assert holder(shift)[1] == people["Cleo"]


def test_a_partners_shift_is_asked_of_its_own_people(ours: World, at: Any) -> None:
    shift = make_shift(ours, organisation=ours.partner)
    pia = make_volunteer(ours, "Pia", organisation=ours.partner)
    asked = make_volunteer(ours, "Paul", organisation=ours.partner)
    make_volunteer(ours, "Lea")
    ask(assign(shift, pia, at), at)
    assert [message.context["volunteer"] for message in OutboundMessage.objects.all()] == [asked.pk]


def test_asking_is_refused_when_there_is_nothing_to_take(ours: World, place: ShiftAssignment, at: Any) -> None:
    with pytest.raises(ShiftOver):
        ask(place, SATURDAY)
    release_volunteer(assignment=place, by="test", at=at)
    with pytest.raises(PlaceReleased):
        ask(place, at)
    cancel_shift(shift=place.shift, by="test", at=at)
    with pytest.raises(ShiftCancelled):
        ask(place, at)
    assert not CoverRequest.objects.exists()


def test_one_request_is_open_per_place_by_the_database(place: ShiftAssignment, at: Any) -> None:
    ask(place, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoverRequest.objects.create(assignment=place, asked_at=at)


def test_asking_rolled_back_writes_to_nobody(ours: World, place: ShiftAssignment, at: Any) -> None:
    make_volunteer(ours)
    with pytest.raises(RuntimeError):
        and_break(lambda: ask(place, at))
    assert not OutboundMessage.objects.exists()


def test_taking_hands_the_shift_over_once_and_tells_who_asked(ours: World, place: ShiftAssignment, at: Any) -> None:
    taker, late = make_volunteer(ours, "Tom"), make_volunteer(ours, "Lea")
    cover = ask(place, at)
    waiting = OutboundMessage.objects.get(context__volunteer=late.pk)
    taken = take_over(cover=cover, volunteer=taker, by="test", at=at)
    assert take_over(cover=cover, volunteer=taker, by="test", at=at) == taken
    assert holder(place.shift) == [taker]
    cover.refresh_from_db()
    assert (cover.closed_at, cover.taken_by) == (at, taken)
    letter = render_message(OutboundMessage.objects.get(template="cover_taken"))
    assert "yours no more" in letter.text
    assert "Tom" not in letter.text
    with pytest.raises(CoverTaken):
        take_over(cover=cover, volunteer=late, by="test", at=at)
    with pytest.raises(NotNeeded):
        render_message(waiting)


def test_taking_is_refused_to_who_cannot_have_it(ours: World, place: ShiftAssignment, at: Any) -> None:
    cover = ask(place, at)
    busy = make_volunteer(ours, "Busy")
    assign(make_shift(ours), busy, at)
    with pytest.raises(OwnShift):
        take_over(cover=cover, volunteer=place.volunteer, by="test", at=at)
    with pytest.raises(ShiftsOverlap):
        take_over(cover=cover, volunteer=busy, by="test", at=at)
    with pytest.raises(ShiftOver):
        take_over(cover=cover, volunteer=make_volunteer(ours), by="test", at=SATURDAY)
    assert holder(place.shift) == [place.volunteer]
    assert CoverRequest.objects.open(at).get() == cover


def test_taking_a_partners_shift_is_refused_to_others(ours: World, at: Any) -> None:
    shift = make_shift(ours, organisation=ours.partner)
    cover = ask(assign(shift, make_volunteer(ours, organisation=ours.partner), at), at)
    with pytest.raises(OtherCampaign):
        take_over(cover=cover, volunteer=make_volunteer(ours), by="test", at=at)


def test_request_taken_back_or_place_released_is_nobodys_to_take(ours: World, place: ShiftAssignment, at: Any) -> None:
    cover = ask(place, at)
    for _ in range(2):
        take_back_request(cover=cover, by="test", at=at)
    with pytest.raises(CoverTaken):
        take_over(cover=cover, volunteer=make_volunteer(ours), by="test", at=at)
    again = ask(place, at)
    assert again != cover
    release_volunteer(assignment=place, by="test", at=at)
    again.refresh_from_db()
    assert again.closed_at == at
    with pytest.raises(CoverTaken):
        take_over(cover=again, volunteer=make_volunteer(ours), by="test", at=at)


def test_swap_gives_each_the_others_shift(ours: World, place: ShiftAssignment, at: Any) -> None:
    taker = make_volunteer(ours, "Tom")
    sunday = assign(make_shift(ours, SATURDAY + timedelta(days=1), title="Sunday", needed=1), taker, at)
    cover = ask(place, at, takes_exchange=True)
    take_over(cover=cover, volunteer=taker, by="test", at=at, gives=sunday)
    assert holder(place.shift) == [taker]
    assert holder(sunday.shift) == [place.volunteer]
    assert "Sunday" in render_message(OutboundMessage.objects.get(template="cover_taken")).text


def test_swap_is_refused_whole(ours: World, place: ShiftAssignment, at: Any) -> None:
    taker = make_volunteer(ours, "Tom")
    sunday = make_shift(ours, SATURDAY + timedelta(days=1), required_curriculum=make_curriculum(ours))
    mine = ShiftAssignment.objects.create(shift=sunday, volunteer=taker, decided_at=at)
    cover = ask(place, at)
    with pytest.raises(NoExchange):  # nothing was said of an exchange
        take_over(cover=cover, volunteer=taker, by="test", at=at, gives=mine)
    CoverRequest.objects.update(takes_exchange=True)
    with pytest.raises(NoExchange):  # Cleo lacks the certificate of Sunday
        take_over(cover=cover, volunteer=taker, by="test", at=at, gives=mine)
    with pytest.raises(NoExchange):  # somebody else's shift is not theirs to give
        take_over(cover=cover, volunteer=make_volunteer(ours), by="test", at=at, gives=mine)
    assert holder(place.shift) == [place.volunteer]
    assert holder(sunday) == [taker]
    assert not OutboundMessage.objects.filter(template="cover_taken").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_request_at_the_same_moment(ours: World, at: Any) -> None:
    shift = make_shift(ours, needed=1)
    cover = ask(assign(shift, make_volunteer(ours), at), at)
    people = [make_volunteer(ours, name) for name in ("Tom", "Lea", "Kim")]
    results = run_at_once(*[lambda who=who: take_over(cover=cover, volunteer=who, by="t", at=at) for who in people])
    assert sorted(type(each).__name__ for each in results) == ["CoverTaken", "CoverTaken", "ShiftAssignment"], results
    assert len(holder(shift)) == 1
    assert OutboundMessage.objects.filter(template="cover_taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_last_place_at_the_same_moment(ours: World, at: Any) -> None:
    shift = make_shift(ours, needed=1)
    people = [make_volunteer(ours, user=user) for user in (ours.coordinator, ours.manager, ours.analyst)]
    results = run_at_once(
        *[lambda who=who: take_shift(shift=shift, volunteer=who, by=who.user, at=at) for who in people]
    )
    refused = [each for each in results if isinstance(each, ShiftFull)]
    assert len(refused) == 2, results
    assert ShiftAssignment.objects.filter(shift=shift, status=AssignmentStatus.ASSIGNED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_with_each_other_at_the_same_moment(ours: World, at: Any) -> None:
    one, two = make_volunteer(ours, "One"), make_volunteer(ours, "Two")
    first = assign(make_shift(ours, needed=1), one, at)
    second = assign(make_shift(ours, SATURDAY + timedelta(days=1), needed=1), two, at)
    asked, answered = ask(first, at, takes_exchange=True), ask(second, at, takes_exchange=True)
    results = run_at_once(
        lambda: take_over(cover=asked, volunteer=two, by="t", at=at, gives=second),
        lambda: take_over(cover=answered, volunteer=one, by="t", at=at, gives=first),
    )
    assert sum(isinstance(each, ShiftAssignment) for each in results) == 1, results
    assert (holder(first.shift), holder(second.shift)) == ([two], [one])
