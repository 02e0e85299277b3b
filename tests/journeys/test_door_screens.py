"""The door of an event on the phone: its looks, what is asked once a day, refused check-ins, names that leave."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_user
from tests.phone import expect_unsent, kept_rows, open_app, send_now
from tests.phone_server import StandIn, event

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]
LOOKS = {
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"color_scheme": "dark"},
    "arabic": {"locale": "ar"},
}


@pytest.fixture
def cleo(stand_in: StandIn) -> User:
    user = make_user("cleo")
    stand_in.mobilisers.add(user.pk)
    stand_in.events = [event()]
    return user


def open_door(page: Page) -> Page:
    open_app(page).locator("[data-key=door]").click()
    page.locator("[data-guest]").first.wait_for()
    return page


def look(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("name", LOOKS)
def test_door_is_accessible_and_fits(stand_in: StandIn, cleo: User, open_phone: OpenPhone, name: str) -> None:
    stand_in.events.append(event(id=8, title="Another room", shifts=[]))
    page = open_door(open_phone(cleo, **LOOKS[name]))
    page.locator("[data-guest='Łukasz Wójcik']").click()
    expect(page.locator("[data-figure=in]")).to_have_text(re.compile(r"^[4٤]$"))
    look(page)
    page.locator("[data-guest^=Nadia]").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    page.locator("[data-key=scan]").click()
    page.fill("#scan-code", "0000 000c")
    page.keyboard.press("Enter")
    expect(page.locator(".scan-result")).to_contain_text("Layla Haddad")
    look(page)
    page.keyboard.press("Escape")
    page.locator("[data-key=walk-in]").click()
    page.locator("[data-figure=walked] button").click()
    expect(page.locator("dialog[open] .record")).to_have_count(1)
    look(page)


def test_code_of_a_confirmation_is_known_without_a_network(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_door(open_phone(cleo))
    page.context.set_offline(True)
    page.locator("[data-key=scan]").click()
    for scanned, words in (
        ("https://campaign.example.org/en/events/rsvp/token-of-guest-11/", "Łukasz Wójcik is in · 3 people"),
        ("https://campaign.example.org/en/events/rsvp/token-of-guest-11/", "Łukasz Wójcik is in already"),
        ("https://campaign.example.org/en/events/rsvp/token-of-nobody-at-all/", "not on this event’s list"),
    ):
        page.fill("#scan-code", scanned)
        page.keyboard.press("Enter")
        expect(page.locator(".scan-result")).to_contain_text(words)


def test_names_are_found_without_their_accents_and_who_cancelled_only_by_name(
    cleo: User, open_phone: OpenPhone
) -> None:
    page = open_door(open_phone(cleo))
    expect(page.locator("[data-guest]")).to_have_count(6)
    for typed, name in (("lukasz", "Łukasz Wójcik"), ("yilmaz me", "Mehmet Yılmaz"), ("TOM", "Tom Janssens")):
        page.fill("#door-search", typed)
        expect(page.locator("[data-guest]")).to_have_count(1)
        expect(page.locator("[data-guest]")).to_have_attribute("data-guest", name)
    page.locator("[data-guest]").click()
    expect(page.locator(".door-slot")).to_contain_text("Tom Janssens is in, though they had cancelled")


def test_registration_that_is_gone_is_counted_as_a_walk_in(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_door(open_phone(cleo))
    stand_in.refused = "unknown_guest"
    page.locator("[data-guest='Łukasz Wójcik']").click()
    send_now(page)
    page.get_by_role("link", name="1 record needs attention").click()
    card = page.locator(".attention")
    expect(card).to_contain_text("Łukasz Wójcik")
    stand_in.refused = ""
    card.get_by_role("button", name="Count as a walk-in").click()
    expect(card).to_have_count(0)
    send_now(page)
    expect_unsent(page, 0)
    (record,) = stand_in.check_ins
    assert (record["via"], record["people"], "rsvp" in record) == ("walk_in", 3, False)


def test_phone_asks_once_where_one_is_and_says_so_with_each_contact(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    stand_in.events.append(event(id=8, title="Another room"))
    page = open_app(open_phone(cleo))
    page.locator("[data-outcome=informed]").click()
    expect_unsent(page, 1)
    page.get_by_role("group", name="Are you at …?").get_by_role("button", name="Another room").click()
    expect(page.locator("[data-key=event]")).to_have_text("Another room")
    page.locator("[data-outcome=interested]").click()
    expect_unsent(page, 2)
    page.locator("[data-key=event]").click()
    page.get_by_role("button", name="Not at an event").click()
    expect(page.locator("[data-key=event]")).to_have_text("Not at an event")
    page.locator("[data-outcome=pledged]").click()
    expect_unsent(page, 3)
    page.reload()
    expect(page.locator("[data-key=event]")).to_have_text("Not at an event")
    send_now(page)
    expect_unsent(page, 0)
    said = {record["outcome"]: record.get("event") for _, record in stand_in.records.values()}
    assert said == {"informed": None, "interested": 8, "pledged": None}


def test_names_leave_the_phone_when_somebody_signs_out(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_door(open_phone(cleo))
    assert "Almeida" in str(kept_rows(page, "guests"))
    page.locator("[data-guest='Inês Almeida']").click()
    expect_unsent(page, 1)
    page.locator(".tabs a[href='#settings']").click()
    page.locator("[data-key=sign-out]").click()
    page.get_by_role("button", name="Sign out anyway").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert kept_rows(page, "guests") == []
    assert "Almeida" not in str(kept_rows(page, "doors"))
    assert len(kept_rows(page, "doors")) == 1  # what was not sent waits for its owner
