"""Journey 5, at the door: guests are let in on phones without a network, and each is counted once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from events.models import Attendance, Event
from events.selectors.door import code_of, door_of
from tests.factories.accounts import make_user
from tests.factories.door import make_shift_at
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.phone import Server, expect_unsent, kept_rows, open_app, send_now
from volunteers.models import Shift, Volunteer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]


def figure(page: Page, name: str, people: int) -> None:
    expect(page.locator(f"[data-figure={name}]")).to_have_text(str(people), timeout=20_000)


def open_door(page: Page, event: Event) -> Page:
    """Walk from the first screen to the door of the event one's shift is at, and wait for the names."""
    open_app(page).locator("[data-key=door]").tap()
    page.wait_for_url(f"**/m/#door/{event.pk}")
    page.locator("[data-guest]").first.wait_for()
    return page


@pytest.fixture
def event(server: Server, cleo: User) -> Event:
    """A workshop that began a quarter of an hour ago; Cleo and Dan work at it."""
    dan = server.mobilise(make_user("dan"))
    event = make_event(make_event_type(server.campaign), starts_at=timezone.now() - timedelta(minutes=15))
    for user in (cleo, dan):
        make_shift_at(event, Volunteer.objects.get(user=user))
    return event


def test_two_phones_without_a_network_let_everybody_in_once(cleo: User, event: Event, open_phone: OpenPhone) -> None:
    ines, omar, _zoe = (make_rsvp(event, name) for name in ("Inês Almeida", "Omar Guest", "Zoë Guest"))
    dan = User.objects.get(first_name="Dan")
    one, other = open_door(open_phone(cleo), event), open_door(open_phone(dan), event)
    for page in (one, other):
        page.context.set_offline(True)

    one.fill("#door-search", "ines")
    expect(one.locator("[data-guest]")).to_have_count(1)
    one.locator("[data-guest='Inês Almeida']").tap()
    figure(one, "in", 1)
    one.fill("#door-search", code_of(omar)[:6].lower())
    one.locator("[data-guest='Omar Guest']").tap()
    figure(one, "in", 2)
    one.locator("[data-guest='Zoë Guest']").tap()
    figure(one, "in", 3)
    one.get_by_role("button", name="One more").tap()
    one.locator("[data-key=walk-in]").tap()
    figure(one, "in", 5)
    expect_unsent(one, 4)

    other.locator("[data-key=scan]").tap()
    other.fill("#scan-code", code_of(ines))
    other.get_by_role("button", name="Let in").tap()
    expect(other.locator(".scan-result")).to_contain_text("Inês Almeida is in")
    other.keyboard.press("Escape")
    expect_unsent(other, 1)
    assert not Attendance.objects.exists()

    for page in (one, other):
        page.context.set_offline(False)
        send_now(page)
        expect_unsent(page, 0)
    other.locator("[data-key=door]").tap()
    figure(other, "in", 5)
    assert door_of(event).people_in == 5
    assert Attendance.objects.standing().filter(rsvp__isnull=False).count() == 3
    assert Attendance.objects.filter(rsvp=ines).count() == 2  # the second scan is kept, and counted for nothing


def test_undo_at_once_leaves_no_trace_and_later_takes_it_back(cleo: User, event: Event, open_phone: OpenPhone) -> None:
    make_rsvp(event, "Rita Guest", party_size=2)
    page = open_door(open_phone(cleo), event)
    page.locator("[data-guest='Rita Guest']").tap()
    figure(page, "in", 2)
    page.locator("[data-key=undo]").tap()
    figure(page, "in", 0)
    assert kept_rows(page, "doors") == []

    page.wait_for_timeout(450)  # a second tap within 400 ms is a trembling thumb's
    page.locator("[data-guest='Rita Guest']").tap()
    figure(page, "in", 2)
    send_now(page)
    expect_unsent(page, 0)
    assert door_of(event).people_in == 2
    page.locator("[data-key=door]").tap()
    page.locator("[data-guest='Rita Guest']").tap()
    page.get_by_role("button", name="Not here after all").tap()
    figure(page, "in", 0)
    send_now(page)
    expect_unsent(page, 0)
    assert door_of(event).people_in == 0
    assert Attendance.objects.count() == 1


def test_names_leave_the_phone_of_somebody_who_is_at_the_door_no_more(
    cleo: User, event: Event, open_phone: OpenPhone
) -> None:
    make_rsvp(event, "Rita Guest")
    page = open_door(open_phone(cleo), event)
    assert "Rita" in str(kept_rows(page, "guests"))
    page.watch.allow("status of 404")  # type: ignore[attr-defined]  # a list asked for at that very moment
    Shift.objects.update(cancelled_at=timezone.now())
    send_now(page)
    expect(page.locator("[data-key=door]")).to_have_count(0)
    expect_unsent(page, 0)
    assert kept_rows(page, "guests") == []
