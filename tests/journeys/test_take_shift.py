"""A mobiliser takes an open shift in the phone app; without a network, or when it is full, that is said plainly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_user
from tests.phone import Server, open_app, show
from volunteers.actions.shifts import assign_volunteer
from volunteers.models import Shift, ShiftAssignment, Volunteer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]


@pytest.fixture
def shift(server: Server, cleo: User) -> Shift:
    """A shift for one person, in two days; Cleo has none."""
    starts_at = timezone.now() + timedelta(days=2)
    return Shift.objects.create(
        campaign=server.campaign,
        organisation=server.organisation,
        title="Stall at Place Flagey",
        place="Place Flagey",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        needed=1,
    )


def test_open_shift_is_taken_and_stands_among_one_s_own(cleo: User, shift: Shift, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    show(page, "agenda")
    card = page.locator(".open-shift")
    expect(card).to_contain_text("1 free place")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    card.locator("button").tap()
    expect(page.locator(".open-shifts .notice-good")).to_contain_text("is yours")
    expect(page.locator(".card.shift")).to_contain_text("Stall at Place Flagey")
    expect(card).to_have_count(0)
    assert ShiftAssignment.objects.get().volunteer.user == cleo


def test_open_shifts_are_read_without_a_network_but_not_taken(cleo: User, shift: Shift, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    show(page, "agenda")
    page.locator(".open-shift").wait_for()
    page.context.set_offline(True)
    show(page, "log")
    show(page, "agenda")
    expect(page.locator(".open-shifts")).to_contain_text("As of")
    page.locator(".open-shift button").tap()
    expect(page.locator(".open-shifts .notice-warn")).to_contain_text("Taking a shift needs a network")
    expect(page.locator(".open-shift")).to_have_count(1)
    assert not ShiftAssignment.objects.exists()


def test_shift_that_is_full_meanwhile_is_told_so(
    server: Server, cleo: User, shift: Shift, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo))
    page.watch.allow("409")  # type: ignore[attr-defined]
    show(page, "agenda")
    page.locator(".open-shift").wait_for()
    dan = Volunteer.objects.get(user=server.mobilise(make_user("dan")))
    assign_volunteer(shift=shift, volunteer=dan, by="test", at=timezone.now())
    page.locator(".open-shift button").tap()
    expect(page.locator(".open-shifts .notice-warn")).to_contain_text("Somebody was quicker")
    expect(page.locator(".open-shift")).to_have_count(0)
    assert [each.volunteer for each in ShiftAssignment.objects.all()] == [dan]
