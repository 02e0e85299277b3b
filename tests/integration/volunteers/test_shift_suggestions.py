"""What staff see of suggestions, shifts at risk, templates of event types and shifts of an event."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from tests.factories.events import make_event, make_event_type
from tests.factories.staff import World, browse
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from volunteers.actions.covers import ask_for_cover
from volunteers.actions.shifts import assign_volunteer
from volunteers.models import Availability, Shift, ShiftTemplate

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def board(client: Client, shift: Shift, **query: Any) -> str:
    return client.get(reverse("staff_shifts:board", args=[shift.pk]), query).content.decode()


def test_board_ranks_with_reasons_and_greys_out_who_cannot(ours: World, ada: Client, at: Any) -> None:
    shift = make_shift(ours, language="fr")
    good = make_volunteer(ours, "Good Example", languages=("fr",))
    Availability.objects.create(volunteer=good, weekday=6, part="morning")
    make_volunteer(ours, "Mute Example")
    busy = make_volunteer(ours, "Busy Example", languages=("fr",))
    assign_volunteer(shift=make_shift(ours, title="Also then"), volunteer=busy, by="test", at=at)
    page = board(ada, shift)
    assert page.index("Good Example") < page.index("Mute Example") < page.index("Busy Example")
    for words in ("speaks the language", "usually has time then", "did not name the language", "Also then"):
        assert words in page
    assert page.count('name="volunteer"') == 2
    assert "Good Example" not in board(ada, shift, q="mute")


def test_partner_learns_of_a_clash_elsewhere_but_not_what_it_is(ours: World, at: Any) -> None:
    shift = make_shift(ours, organisation=ours.partner)
    both = make_volunteer(ours, "Pia Example", organisation=ours.partner)
    assign_volunteer(shift=make_shift(ours, title="Secret meeting"), volunteer=both, by="test", at=at)
    page = board(browse(ours.manager), shift)
    assert "has another shift then" in page
    assert "Secret meeting" not in page


def test_board_shows_who_asks_to_be_covered(ours: World, ada: Client, at: Any) -> None:
    shift = make_shift(ours)
    place = assign_volunteer(shift=shift, volunteer=make_volunteer(ours), by="test", at=at)
    ask_for_cover(assignment=place, note="Exam", takes_exchange=False, by="test", at=at)
    page = board(ada, shift)
    assert "Asks others to take it." in page
    assert "Exam" in page


@pytest.mark.parametrize("people", [1, 100])
def test_board_of_a_hundred_volunteers_is_paged_at_the_cost_of_one(
    ours: World, ada: Client, people: int, django_assert_num_queries: Any
) -> None:
    shift = make_shift(ours, needed=9, language="fr")
    for number in range(people):
        make_volunteer(ours, f"Person {number:02d}", languages=("fr",), email="")
    url = reverse("staff_shifts:board", args=[shift.pk])
    ada.get(url)
    with django_assert_num_queries(22):
        page = ada.get(url).content.decode()
    assert page.count('name="volunteer"') == min(people, 20)
    assert board(ada, shift, p=5).count('name="volunteer"') == min(people, 20)


def test_shifts_at_risk_are_listed_and_on_the_home_page(ours: World, theirs: World, clock: Traveller) -> None:
    make_shift(ours, title="Short one")
    make_shift(theirs, title="Of others")
    clock.move_to(SATURDAY - timedelta(hours=10))
    ada = browse(ours.coordinator)
    for url in (reverse("staff_shifts:at_risk"), reverse("wagtailadmin_home")):
        page = ada.get(url).content.decode()
        assert "Short one" in page
        assert "2 people are missing" in page
        assert "Of others" not in page
    assert "Short one" not in browse(ours.manager).get(reverse("staff_shifts:at_risk")).content.decode()
    for user in (ours.analyst, ours.dpo):
        assert browse(user).get(reverse("staff_shifts:at_risk")).status_code == 403
        assert "Short one" not in browse(user).get(reverse("wagtailadmin_home")).content.decode()


def test_templates_of_a_type_are_edited(ours: World, theirs: World, ada: Client) -> None:
    event_type = make_event_type(ours.campaign)
    foreign = make_event_type(theirs.campaign)
    told = {
        "event_type": event_type.pk, "title": "Welcome", "minutes_before": "45", "minutes_after": "15", "needed": "2",
        "language": "fr", "required_curriculum": "", "notes": "",
    }  # fmt: skip
    add = reverse("staff_shift_templates:add")
    page = ada.get(add, {"event_type": event_type.pk}).content.decode()
    assert f'value="{event_type.pk}" selected' in page
    assert ada.post(add, told).status_code == 302
    template = ShiftTemplate.objects.get()
    assert "event_type" in ada.post(add, {**told, "event_type": foreign.pk}).context["form"].errors
    other = make_curriculum(theirs)
    assert "required_curriculum" in ada.post(add, {**told, "required_curriculum": other.pk}).context["form"].errors
    assert "needed" in ada.post(add, {**told, "needed": "0"}).context["form"].errors
    edit = reverse("staff_shift_templates:edit", args=[template.pk])
    assert ada.post(edit, {**told, "title": "Door"}).status_code == 302
    index = reverse("staff_shift_templates:index")
    assert "Door" in ada.get(index, {"event_type": event_type.pk}).content.decode()
    assert browse(theirs.coordinator).get(edit).status_code == 404
    assert "Door" not in browse(theirs.coordinator).get(index).content.decode()
    assert browse(ours.manager).get(edit).status_code == 403
    assert ada.post(reverse("staff_shift_templates:delete", args=[template.pk])).status_code == 302
    assert not ShiftTemplate.objects.exists()


def test_shift_is_added_to_an_event(ours: World, theirs: World, ada: Client) -> None:
    event = make_event(make_event_type(ours.campaign), "Market day", starts_at=SATURDAY)
    url = f"{reverse('staff_shifts:add')}?event={event.pk}"
    page = ada.get(url).content.decode()
    assert "Market day" in page
    assert "2026-03-07 10:00" in page
    told = {
        "title": "Stall", "starts_at": "2026-03-07 10:00", "ends_at": "2026-03-07 13:00", "place": "", "territory": "",
        "needed": "2", "team": "", "required_curriculum": "", "language": "", "notes": "",
    }  # fmt: skip
    answer = ada.post(url, told)
    assert answer.status_code == 302, answer.context["form"].errors
    shift = Shift.objects.get()
    assert (shift.event, shift.campaign, shift.organisation) == (event, ours.campaign, ours.lead)
    assert browse(theirs.coordinator).get(url).status_code == 404
    assert browse(ours.manager).get(url).status_code == 404
