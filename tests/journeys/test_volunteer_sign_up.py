"""A volunteer's story: applies on a phone, confirms, is moved along the pipeline, and opens the own page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.models import User
from cms.models import VolunteerPage
from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import deliver_messages
from people.models import Submission
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.people import make_consent_text
from tests.factories.staff import World
from tests.factories.volunteers import make_agreement, make_team, make_volunteer, make_volunteer_page
from volunteers.enums import AgreementKind, Stage
from volunteers.models import HoursEntry, Skill, Volunteer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, settings: Any, live_server: Any) -> World:
    settings.PUBLIC_URL = live_server.url
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    sync_roles()
    world = World("ours")
    make_agreement(world.lead, body="Be kind to everybody you meet.\n\nNobody has to talk to us.")
    make_agreement(world.lead, AgreementKind.DATA, body="What people tell you stays between you and us.")
    make_consent_text(world.lead, "The lead may send me news of this campaign, twice a month.")
    Skill.objects.create(key="stall", labels={"en": "Hold a stall"})
    return world


@pytest.fixture
def page_of(world: World) -> VolunteerPage:
    return make_volunteer_page(world.campaign, introduction="Two hours a month make a difference.")


def sign_in(page: Page, user: User, live_server: Any) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fill_in(page: Page) -> None:
    page.fill("[name=full_name]", "Nina Example")
    page.fill("[name=email]", "nina@example.org")
    page.get_by_role("checkbox", name="Français").check()
    page.get_by_role("checkbox", name="العربيّة").check()
    page.get_by_label("Another language").select_option(label="Soomaali")
    page.get_by_role("checkbox", name="Hold a stall").check()
    page.get_by_role("checkbox", name="Wednesday, evening").check()


def open_mail(page: Page) -> None:
    at = timezone.now()
    drain_submissions(at=at)
    deliver_messages(at=at)
    page.goto("/outbox/")
    page.get_by_role("link").filter(has_text="nina@example.org").first.click()
    body = page.locator(".mail-text").inner_text()
    assert "signature" not in body.lower()
    page.wait_for_load_state("load")
    page.goto(next(word for word in body.split() if "/confirm/" in word))


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_applies_on_a_phone(
    open_page: OpenPage, world: World, page_of: VolunteerPage, javascript: bool
) -> None:
    page = open_page("phone", javascript=javascript)
    page.watch.allow("422")  # type: ignore[attr-defined]
    page.goto(page_of.get_url() or "")
    if javascript:
        assert_accessible(page)
    assert_no_sideways_scroll(page)
    fill_in(page)
    if javascript:
        page.evaluate("document.querySelector('#sign-form').noValidate = true")
        page.get_by_role("button", name="Offer my help").click()
        expect(page.get_by_text("There are 2 things to put right")).to_be_visible()
        assert_accessible(page)
        expect(page.locator("[name=full_name]")).to_have_value("Nina Example")
        expect(page.get_by_role("checkbox", name="Wednesday, evening")).to_be_checked()
        expect(page.get_by_label("Another language")).to_have_value("so")
    boxes = page.get_by_role("checkbox", name="I have read this and accept it")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    expect(page.locator("[name^=consent_]").first).not_to_be_checked()
    page.get_by_role("button", name="Offer my help").click()
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    open_mail(page)
    assert Submission.objects.get().status == "pending"
    page.wait_for_load_state("load")
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Yes, I want to help").click()
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    page.wait_for_load_state("load")
    if javascript:
        assert_accessible(page)
    assert_no_sideways_scroll(page)
    nina = Volunteer.objects.get()
    assert nina.stage == Stage.APPLIED
    assert {row.language for row in nina.languages.all()} == {"ar", "fr", "so"}
    assert nina.acceptances.count() == 2


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_staff_move_a_card_and_plan_the_next_step(
    open_page: OpenPage, world: World, live_server: Any, device: str
) -> None:
    make_volunteer(world.campaign, "Nina Example", languages=("fr", "ar"), at=timezone.now())
    make_volunteer(world.campaign, "Old Friend", stage=Stage.ACTIVE, at=timezone.now())
    page = open_page(device)
    page.watch.allow("Refused to|Content Security Policy|frame-ancestors")  # type: ignore[attr-defined]
    sign_in(page, world.coordinator, live_server)
    page.goto(reverse("staff_volunteers:pipeline"))
    assert_accessible(page, within="#board")
    card = page.get_by_role("article", name="Nina Example")
    card.get_by_role("button", name="→ contacted").focus()
    page.keyboard.press("Enter")
    contacted = page.locator("#stage-contacted")
    expect(contacted.get_by_role("article", name="Nina Example")).to_be_visible()
    expect(page.locator("#board-said")).to_have_text("Nina Example is now: contacted.")
    contacted.get_by_role("link", name="Plan").click()
    page.get_by_label("Next step").fill("Call on Monday")
    page.get_by_role("button", name="Save").click()
    expect(contacted.get_by_text("Call on Monday")).to_be_visible()
    page.wait_for_load_state("load")  # the board's scripts, for the drag
    assert Volunteer.objects.get(next_action="Call on Monday").stage == Stage.CONTACTED
    if device == "desktop":
        contacted.get_by_role("article", name="Nina Example").drag_to(page.locator("#stage-trained"))
        expect(page.locator("#stage-trained").get_by_role("article", name="Nina Example")).to_be_visible()


def test_volunteer_reads_and_changes_the_own_page(open_page: OpenPage, world: World, live_server: Any) -> None:
    user = User.objects.create_user("nina@example.org", first_name="Nina")
    nina = make_volunteer(
        world.campaign, "Nina Example", languages=("fr",), user=user, team=make_team(world.campaign), stage=Stage.ACTIVE
    )
    HoursEntry.objects.create(volunteer=nina, day=timezone.localdate(), minutes=150, what="Stall at the market")
    page = open_page("phone")
    sign_in(page, user, live_server)
    page.goto("/en/volunteers/me/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    for left in (1, 0):
        page.get_by_role("checkbox", name="I have read this and accept it").first.check()
        with page.expect_navigation():
            page.get_by_role("button", name="Accept").first.click()
        expect(page.get_by_role("button", name="Accept")).to_have_count(left)
    with page.expect_navigation():
        page.get_by_role("link", name="Change this").click()
    expect(page.get_by_role("checkbox", name="Nederlands")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("checkbox", name="Nederlands").check()
    page.get_by_role("checkbox", name="Show my name").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()
    expect(page.get_by_text("2.5 hours")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    assert download.value.suggested_filename == "my-data.zip"
