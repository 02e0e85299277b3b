"""What staff do on the screens of shifts and hours, and who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.staff import World, browse
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from volunteers.actions.shifts import assign_volunteer
from volunteers.models import HoursEntry, Shift, ShiftAssignment, Volunteer

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def shift_form(world: World, **changes: str) -> dict[str, str]:
    form = {
        "title": "Stall", "campaign": str(world.campaign.pk), "organisation": str(world.lead.pk),
        "starts_at": "2026-03-07 10:00", "ends_at": "2026-03-07 13:00", "place": "Place Flagey", "territory": "",
        "needed": "2", "team": "", "required_curriculum": "", "language": "", "notes": "",
    }  # fmt: skip
    return {**form, **changes}


def assign(client: Client, shift: Shift, volunteer: Volunteer) -> Any:
    return client.post(reverse("staff_shifts:assign", args=[shift.pk]), {"volunteer": volunteer.pk}, follow=True)


def test_shift_is_planned_and_moved(ours: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_shifts:add"), shift_form(ours))
    assert answer.status_code == 302, answer.context["form"].errors
    shift = Shift.objects.get()
    assert shift.starts_at == SATURDAY
    assign(ada, shift, make_volunteer(ours))
    edit = reverse("staff_shifts:edit", args=[shift.pk])
    assert ada.post(edit, shift_form(ours, place="Gare du Nord")).status_code == 302
    assert OutboundMessage.objects.get().template == "agenda_moved"
    assign(ada, shift, make_volunteer(ours))
    assert "2 people have this shift" in str(ada.post(edit, shift_form(ours, needed="1")).context["form"].errors)


def test_shift_with_another_campaigns_training_is_refused(ours: World, theirs: World, ada: Client) -> None:
    form = shift_form(ours, required_curriculum=str(make_curriculum(theirs).pk))
    assert "required_curriculum" in ada.post(reverse("staff_shifts:add"), form).context["form"].errors


def test_board_assigns_refuses_with_the_reason_and_warns(ours: World, theirs: World, ada: Client) -> None:
    shift = make_shift(ours, needed=2, language="fr")
    assert "did not name the language" in said(assign(ada, shift, make_volunteer(ours, "Nele", languages=("nl",))))
    assert "warn" not in said(assign(ada, shift, make_volunteer(ours, "Fanny", languages=("fr",))))
    assert "Everybody who is needed" in said(assign(ada, shift, make_volunteer(ours)))
    assert assign(ada, shift, make_volunteer(theirs)).status_code == 404
    asking = make_shift(ours, required_curriculum=make_curriculum(ours, title="Doors"))
    cleo = make_volunteer(ours, "Cleo")
    assert "holds no certificate of “Doors”" in said(assign(ada, asking, cleo))
    page = ada.get(reverse("staff_shifts:board", args=[asking.pk])).content.decode()
    assert "no valid certificate on that day" in page
    assert ShiftAssignment.objects.count() == 2


def test_board_marks_what_became_of_people(ours: World, ada: Client, clock: Traveller) -> None:
    shift, volunteer = make_shift(ours), make_volunteer(ours)
    assign(ada, shift, volunteer)
    place = ShiftAssignment.objects.get()
    url = reverse("staff_shifts:outcome", args=[shift.pk])
    assert "has not begun" in said(ada.post(url, {"assignment": place.pk, "status": "done"}, follow=True))
    clock.move_to(SATURDAY + timedelta(hours=3))
    for _ in range(2):
        ada.post(url, {"assignment": place.pk, "status": "done"})
    assert HoursEntry.objects.get().minutes == 180
    page = ada.get(reverse("staff_hours:totals")).content.decode()
    assert "3:00" in page
    ada.post(url, {"assignment": place.pk, "status": "released"})
    assert not HoursEntry.objects.exists()
    assert ada.post(url, {"assignment": "x", "status": "done"}).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_board_costs_the_same_for_any_number(
    ours: World, ada: Client, at: Any, people: int, django_assert_num_queries: Any
) -> None:
    shift = make_shift(ours, needed=9, language="fr", required_curriculum=None)
    for _ in range(people):
        assign_volunteer(shift=shift, volunteer=make_volunteer(ours, languages=("fr",)), by="test", at=at)
        make_volunteer(ours, languages=("nl",))
    url = reverse("staff_shifts:board", args=[shift.pk])
    ada.get(url)
    with django_assert_num_queries(25):
        ada.get(url)


def test_shift_called_off_tells_those_who_have_it(ours: World, ada: Client) -> None:
    shift = make_shift(ours)
    assign(ada, shift, make_volunteer(ours))
    for _ in range(2):
        ada.post(reverse("staff_shifts:cancel", args=[shift.pk]))
    assert OutboundMessage.objects.get().template == "agenda_cancelled"
    assert "called off" in said(assign(ada, shift, make_volunteer(ours)))


def test_hours_are_added_corrected_and_removed(ours: World, ada: Client) -> None:
    volunteer = make_volunteer(ours)
    told = {"volunteer": volunteer.pk, "day": "2026-03-01", "minutes": "90", "what": "leaflet"}
    for _ in range(2):
        assert ada.post(reverse("staff_hours:add"), told).status_code == 302
    entry = HoursEntry.objects.get()
    edit = reverse("staff_hours:edit", args=[entry.pk])
    assert ada.post(edit, {**told, "minutes": "60"}).status_code == 302
    assert AuditEntry.objects.get(action="volunteers.hours_entry.corrected").details == {"was": 90, "minutes": 60}
    assert "minutes" in ada.post(edit, {**told, "minutes": "2000"}).context["form"].errors
    assert "day" in ada.post(edit, {**told, "day": "2026-03-03"}).context["form"].errors
    assert ada.post(reverse("staff_hours:delete", args=[entry.pk])).status_code == 302
    assert not HoursEntry.objects.exists()
    trained = HoursEntry.objects.create(volunteer=volunteer, day="2026-03-01", minutes=60, kind="training")
    assert ada.post(reverse("staff_hours:delete", args=[trained.pk])).status_code == 403


@pytest.mark.parametrize("screen", ["edit", "board", "cancel"])
def test_outsider_finds_no_shift(ours: World, theirs: World, screen: str) -> None:
    url = reverse(f"staff_shifts:{screen}", args=[make_shift(ours).pk])
    assert browse(ours.coordinator).get(url).status_code == 200
    for user in (theirs.coordinator, ours.manager, ours.analyst):
        assert browse(user).get(url).status_code in (403, 404)
    assert browse(theirs.coordinator).get(url).status_code == 404
    assert browse(ours.dpo).get(url).status_code == 403


def test_hours_are_closed_to_who_has_no_right(ours: World) -> None:
    for name in ("index", "totals"):
        assert browse(ours.analyst).get(reverse(f"staff_hours:{name}")).status_code == 403


def test_shift_with_a_refused_campaign_is_refused_beside_the_campaign(ours: World, theirs: World, ada: Client) -> None:
    form = shift_form(ours, campaign=str(theirs.campaign.pk), ends_at="2026-03-07 09:00")
    errors = ada.post(reverse("staff_shifts:add"), form).context["form"].errors
    assert {"campaign", "ends_at"} <= set(errors)
    assert not Shift.objects.exists()
