"""A shift that is moved: who is told, whom the new time does not suit, and where a list shows it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from tests.factories.staff import World, browse
from tests.factories.trainings import SATURDAY, make_curriculum, make_session, make_shift, make_volunteer
from tests.integration.volunteers.test_shift_screens import said, shift_form
from volunteers.actions.agenda_notices import queue_due_reminders
from volunteers.actions.shifts import announce_moved_shift, assign_volunteer
from volunteers.models import Availability, Certificate, Shift, Volunteer

pytestmark = pytest.mark.usefixtures("clock")
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def move(client: Client, world: World, shift: Shift, day: str, **changes: str) -> Any:
    form = shift_form(world, starts_at=f"{day} 10:00", ends_at=f"{day} 13:00", **changes)
    return client.post(reverse("staff_shifts:edit", args=[shift.pk]), form, follow=True)


def planned(world: World, at: datetime, *people: Volunteer, **columns: Any) -> Shift:
    shift = make_shift(world, needed=5, **columns)
    for volunteer in people:
        assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
    return shift


def test_move_that_suits_everybody_tells_them_and_warns_of_nothing(ours: World, ada: Client, at: datetime) -> None:
    shift = planned(ours, at, make_volunteer(ours, "Cleo"), make_volunteer(ours, "Omar"))
    answer = move(ada, ours, shift, "2026-03-08", needed="5")
    assert answer.redirect_chain[-1][0] == reverse("staff_shifts:board", args=[shift.pk])
    assert "2 people are told of it." in said(answer)
    assert "does not suit" not in said(answer)


def test_change_of_the_title_tells_nobody_and_returns_to_the_list(ours: World, ada: Client, at: datetime) -> None:
    shift = planned(ours, at, make_volunteer(ours, "Cleo"))
    answer = move(ada, ours, shift, "2026-03-07", needed="5", title="Market stall")
    assert answer.redirect_chain[-1][0] == reverse("staff_shifts:index")
    assert not OutboundMessage.objects.exists()


def test_move_onto_another_shift_names_whom_and_links_the_other(ours: World, ada: Client, at: datetime) -> None:
    cleo = make_volunteer(ours, "Cleo")
    other = planned(ours, at, cleo, starts_at=SATURDAY + DAY, title="Doors in Ixelles")
    shift = planned(ours, at, cleo, make_volunteer(ours, "Omar"))
    answer = move(ada, ours, shift, "2026-03-08", needed="5")
    assert "does not suit everybody who has this shift: Cleo." in said(answer)
    page = answer.content.decode()
    assert "has another shift then" in page
    assert reverse("staff_shifts:board", args=[other.pk]) in page


def test_clash_with_a_shift_one_may_not_see_shows_no_title(
    ours: World, theirs: World, ada: Client, at: datetime
) -> None:
    cleo = make_volunteer(ours, "Cleo")
    there = make_volunteer(theirs, supporter=cleo.supporter, email="")
    planned(theirs, at, there, starts_at=SATURDAY + DAY, title="Secret stall")
    answer = move(ada, ours, planned(ours, at, cleo), "2026-03-08", needed="5")
    assert "Cleo" in said(answer)
    assert "has another shift then" in answer.content.decode()
    assert "Secret stall" not in answer.content.decode()


def test_move_behind_the_end_of_a_certificate_names_whom(ours: World, ada: Client, at: datetime) -> None:
    training, cleo = make_curriculum(ours), make_volunteer(ours, "Cleo")
    Certificate.objects.create(
        curriculum=training,
        volunteer=cleo,
        code="ABCD2345",
        issued_date=(SATURDAY - WEEK).date(),
        valid_until=SATURDAY.date(),
    )
    shift = planned(ours, at, cleo, required_curriculum=training)
    answer = move(ada, ours, shift, "2026-03-08", needed="5", required_curriculum=str(training.pk))
    assert "Cleo" in said(answer)
    assert "no valid certificate on that day" in answer.content.decode()


def test_move_to_a_time_nobody_named_names_whom(ours: World, ada: Client, at: datetime) -> None:
    cleo = make_volunteer(ours, "Cleo")
    Availability.objects.create(volunteer=cleo, weekday=6, part="morning")
    answer = move(ada, ours, planned(ours, at, cleo, make_volunteer(ours, "Omar")), "2026-03-08", needed="5")
    assert "suit everybody who has this shift: Cleo." in said(answer)
    assert "did not name this time of the week" in answer.content.decode()


def test_moved_twice_before_the_letters_leave_tells_each_once(ours: World, ada: Client, at: datetime) -> None:
    shift = planned(ours, at, make_volunteer(ours, "Cleo"))
    queue_due_reminders(at=SATURDAY - timedelta(hours=23))
    move(ada, ours, shift, "2026-03-08", needed="5")
    statuses = dict(OutboundMessage.objects.values_list("template", "status"))
    assert statuses == {"agenda_reminder": MessageStatus.CANCELLED, "agenda_moved": MessageStatus.READY}
    Shift.objects.filter(pk=shift.pk).update(place="Gare du Nord")
    announce_moved_shift(shift=Shift.objects.get(), at=at + timedelta(seconds=1))
    moved = OutboundMessage.objects.filter(template="agenda_moved").order_by("pk")
    assert [message.status for message in moved] == [MessageStatus.CANCELLED, MessageStatus.READY]


def titles(client: Client, screen: str, **asked: str) -> list[str]:
    return [row.title for row in client.get(reverse(screen), asked).context["object_list"]]


@pytest.mark.parametrize("screen", ["staff_shifts:index", "staff_sessions:index"])
def test_list_shows_the_next_one_first_and_what_is_over_behind_a_filter(
    ours: World, ada: Client, at: datetime, screen: str
) -> None:
    training = make_curriculum(ours)
    for days in (9, -9, 2, -2):
        if screen == "staff_shifts:index":
            make_shift(ours, at + days * DAY, title=f"{days}")
        else:
            make_session(training, at + days * DAY, title=f"{days}")
    assert titles(ada, screen) == ["2", "9"]
    assert titles(ada, screen, when="over") == ["-2", "-9"]
    assert titles(ada, screen, when="all") == ["2", "9", "-2", "-9"]
