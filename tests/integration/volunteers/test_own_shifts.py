"""A volunteer takes shifts, gives them back and asks others, on the own page and behind the mailed link."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from accounts.models import User
from messaging.models import OutboundMessage
from tests.factories.events import make_event, make_event_type, make_venue
from tests.factories.staff import World, browse, make_user
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from volunteers.actions.covers import ask_for_cover
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.tokens import sign_cover

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def cleo(ours: World) -> User:
    return make_user("Cleo", None)


@pytest.fixture
def mine(ours: World, cleo: User) -> Volunteer:
    return make_volunteer(ours, "Cleo Example", user=cleo, languages=("fr",))


@pytest.fixture
def phone(cleo: User) -> Client:
    return browse(cleo)


def take(client: Client, volunteer: Volunteer, shift: Shift) -> Any:
    return client.post(reverse("own_take_shift", args=[volunteer.pk, shift.pk]), follow=True)


def place_of(volunteer: Volunteer, shift: Shift, at: Any) -> ShiftAssignment:
    return assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)


def test_open_shifts_show_what_fits_first_and_why_not(
    ours: World, theirs: World, mine: Volunteer, phone: Client, at: Any
) -> None:
    venue = make_venue(ours.campaign, latitude="50.827000", longitude="4.372000")
    event = make_event(make_event_type(ours.campaign), "Market day", starts_at=SATURDAY, venue=venue)
    make_shift(ours, title="Doors", required_curriculum=make_curriculum(ours))
    make_shift(ours, SATURDAY + timedelta(days=1), title="In Dutch", language="nl")
    make_shift(ours, SATURDAY + timedelta(days=2), event=event, title="Stall", place="", notes="Bring water")
    full = make_shift(ours, title="Full house", needed=1)
    place_of(make_volunteer(ours), full, at)
    make_shift(theirs, title="Elsewhere")
    make_shift(ours, title="The partner's own", organisation=ours.partner)
    page = phone.get(reverse("own_shifts", args=[mine.pk])).content.decode()
    assert page.index("Market day · Stall") < page.index("In Dutch") < page.index("Doors")
    for words in ("geo:50.827000,4.372000", "Bring water", "2 people are still needed", "certificate you do not hold"):
        assert words in page
    for words in ("Full house", "Elsewhere", "partner&#x27;s own"):
        assert words not in page
    assert page.count("I take it") == 2


@pytest.mark.parametrize("shifts", [1, 3])
def test_open_shifts_cost_the_same_for_any_number(
    ours: World, mine: Volunteer, phone: Client, at: Any, shifts: int, django_assert_num_queries: Any
) -> None:
    event_type = make_event_type(ours.campaign)
    for number in range(shifts):
        venue = make_venue(ours.campaign, f"House {number}")
        event = make_event(event_type, starts_at=SATURDAY, venue=venue)
        make_shift(ours, SATURDAY + timedelta(days=number), event=event, place="", language="fr")
        asked = make_shift(ours, SATURDAY + timedelta(days=9 + number), needed=1)
        place = place_of(make_volunteer(ours, "Tom"), asked, at)
        ask_for_cover(assignment=place, note="", takes_exchange=True, by="test", at=at)
    url = reverse("own_shifts", args=[mine.pk])
    phone.get(url)
    with django_assert_num_queries(16):
        phone.get(url)


def test_shift_is_taken_once_and_given_back(ours: World, mine: Volunteer, phone: Client) -> None:
    shift = make_shift(ours, needed=1)
    for _ in range(2):
        assert "is yours. Thank you!" in take(phone, mine, shift).content.decode()
    place = ShiftAssignment.objects.get()
    assert place.volunteer == mine
    back = reverse("own_give_back", args=[mine.pk, place.pk])
    assert "You gave this shift back" in phone.post(back, follow=True).content.decode()
    assert phone.post(back).status_code == 404
    place.refresh_from_db()
    assert place.status == AssignmentStatus.RELEASED


def test_shift_that_cannot_be_had_says_why(
    ours: World, theirs: World, mine: Volunteer, phone: Client, at: Any, clock: Traveller
) -> None:
    last = make_shift(ours, needed=1)
    place_of(make_volunteer(ours), last, at)
    assert "Somebody was quicker" in take(phone, mine, last).content.decode()
    place_of(mine, make_shift(ours), at)
    assert "another shift at that time" in take(phone, mine, make_shift(ours)).content.decode()
    asks = make_shift(ours, SATURDAY + timedelta(days=1), required_curriculum=make_curriculum(ours))
    assert "whose certificate you do not hold" in take(phone, mine, asks).content.decode()
    assert take(phone, mine, make_shift(theirs)).status_code == 404
    assert take(phone, mine, make_shift(ours, organisation=ours.partner)).status_code == 404
    clock.move_to(SATURDAY + timedelta(days=1))
    assert "It has begun" in take(phone, mine, make_shift(ours)).content.decode()
    assert ShiftAssignment.objects.filter(volunteer=mine).count() == 1


def test_asking_others_and_coming_after_all(ours: World, mine: Volunteer, phone: Client, at: Any) -> None:
    place = place_of(mine, make_shift(ours), at)
    make_volunteer(ours, "Tom")
    ask = reverse("own_ask_others", args=[mine.pk, place.pk])
    assert "We write once to everybody" in phone.get(ask).content.decode()
    assert phone.post(ask, {"note": "x" * 201}).status_code == 422
    for _ in range(2):
        answer = phone.post(ask, {"note": "Exam", "takes_exchange": "on"}, follow=True).content.decode()
    assert "The shift stays yours until somebody takes it" in answer
    assert OutboundMessage.objects.count() == 1
    cover = CoverRequest.objects.get()
    back = reverse("own_come_after_all", args=[mine.pk, cover.pk])
    assert "You come after all" in phone.post(back, follow=True).content.decode()
    cover.refresh_from_db()
    assert cover.closed_at == at


def test_request_is_answered_on_the_own_page_with_a_shift_in_return(
    ours: World, mine: Volunteer, phone: Client, at: Any
) -> None:
    tom = make_volunteer(ours, "Tom Example")
    theirs = place_of(tom, make_shift(ours, needed=1, title="Tom's stall"), at)
    sunday = place_of(mine, make_shift(ours, SATURDAY + timedelta(days=1), needed=1), at)
    cover = ask_for_cover(assignment=theirs, note="Exam", takes_exchange=True, by="test", at=at)
    page = phone.get(reverse("own_shifts", args=[mine.pk])).content.decode()
    assert "“Exam”" in page
    assert "Tom Example" not in page
    url = reverse("own_take_cover", args=[mine.pk, cover.pk])
    for _ in range(2):
        answer = phone.post(url, {"gives": sunday.pk}, follow=True)
        assert "is yours. Thank you!" in answer.content.decode()
    held = ShiftAssignment.objects.standing().values_list("volunteer", "shift")
    assert set(held) == {(mine.pk, theirs.shift_id), (tom.pk, sunday.shift_id)}


def test_nobody_else_reaches_a_volunteers_places(ours: World, theirs: World, mine: Volunteer, at: Any) -> None:
    place = place_of(mine, make_shift(ours, needed=1), at)
    cover = ask_for_cover(assignment=place, note="", takes_exchange=False, by="test", at=at)
    other = make_user("Olga", None)
    own = make_volunteer(ours, "Olga", user=other)
    for user in (other, theirs.coordinator, ours.coordinator):
        client = browse(user)
        assert client.get(reverse("own_shifts", args=[mine.pk])).status_code == 404
        for name, pk in (("own_give_back", place.pk), ("own_ask_others", place.pk), ("own_come_after_all", cover.pk)):
            assert client.post(reverse(name, args=[mine.pk, pk])).status_code == 404
            assert client.post(reverse(name, args=[own.pk, pk])).status_code == 404
        assert client.post(reverse("own_take_shift", args=[mine.pk, place.shift_id])).status_code == 404
    assert ShiftAssignment.objects.standing().get() == place


def test_mailed_link_takes_the_shift_only_when_pressed_and_once(ours: World, mine: Volunteer, at: Any) -> None:
    place = place_of(mine, make_shift(ours, needed=1), at)
    tom, lea = make_volunteer(ours, "Tom"), make_volunteer(ours, "Lea")
    cover = ask_for_cover(assignment=place, note="", takes_exchange=False, by="test", at=at)
    first, second = (reverse("volunteer_cover", args=[sign_cover(cover, who)]) for who in (tom, lea))
    client = Client()
    assert "I take it" in client.get(first).content.decode()
    assert ShiftAssignment.objects.standing().get().volunteer == mine
    for _ in range(2):
        assert "It is yours now" in client.post(first, follow=True).content.decode()
    late = client.post(second)
    assert (late.status_code, "Somebody has it already, thank you!" in late.content.decode()) == (409, True)
    assert "Somebody has it already" in client.get(second).content.decode()
    assert ShiftAssignment.objects.standing().get().volunteer == tom


def test_link_that_is_cut_or_made_up_says_so(ours: World, mine: Volunteer, at: Any) -> None:
    cover = ask_for_cover(
        assignment=place_of(mine, make_shift(ours), at), note="", takes_exchange=False, by="test", at=at
    )
    token = sign_cover(cover, mine)
    for broken in (token[:-1], "1-2", f"{cover.pk}-{mine.pk}.x"):
        assert Client().get(reverse("volunteer_cover", args=[broken])).status_code == 404
