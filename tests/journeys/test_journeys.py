"""A journey from its ready-made form to the letter: begun, changed, started, and what became of each step in sight."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audiences.actions.leading_on import lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import JourneyStatus
from audiences.models import Automation, Segment
from messaging.actions.deliver import deliver_messages
from tests.browser import DEVICES, assert_accessible, assert_no_sideways_scroll
from tests.factories.messaging import RecordingSender
from tests.factories.staff import World
from tests.phone import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any, settings: Any, ours: World) -> World:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    RecordingSender.letters.clear()
    Segment.objects.create(organisation=ours.lead, name="Volunteers", rule={"all": [{"is": "volunteers"}]})
    return ours


def look(page: Page) -> None:
    assert_no_sideways_scroll(page)
    assert_accessible(page, within=".jo-page")


@pytest.mark.parametrize("device", list(DEVICES))
def test_ready_made_journey_is_changed_started_and_writes_to_who_signs(
    world: World, device: str, open_page: Callable[..., Page], live_server: Any
) -> None:
    page = open_page(device)
    page.watch.allow("422")  # type: ignore[attr-defined]  # steps that cannot be published yet
    sign_in(page.context, world.coordinator, live_server.url)
    page.goto(f"{live_server.url}/staff/journeys/new/")
    look(page)
    page.get_by_role("link", name="Begin with “Welcome”").click()
    page.wait_for_url("**/journeys/new/welcome/")
    look(page)
    page.get_by_label("Name").fill("Hello to whoever signs")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("A draft: nobody is taken in yet")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Change the steps").click()
    page.wait_for_url("**/journeys/steps/*/")
    page.get_by_text("Add a step at the end").click()
    page.get_by_role("button", name="Ask whether they are in a segment").click()
    expect(page.get_by_text("The step is added.")).to_be_visible()
    expect(page.get_by_label("Segment")).to_be_focused()
    page.get_by_role("button", name="Publish these steps").click()
    expect(page.get_by_text("This has to be mended before it can be published")).to_be_visible()
    expect(page.get_by_label("Segment")).to_have_attribute("aria-invalid", "true")
    look(page)
    page.get_by_label("Segment").select_option(label="Volunteers")
    page.get_by_text("Add a step if 4 says no").click()
    page.get_by_role("group", name="Step 4: if not").get_by_role("button", name="Give a colleague a task").click()
    page.get_by_label("What is to be done").fill("Ask them to help")
    page.get_by_role("button", name="Move step 4 up").click()
    expect(page.get_by_text("The step is moved.")).to_be_visible()
    page.get_by_role("button", name="Undo the last press").click()
    expect(page.get_by_text("The last press is undone.")).to_be_visible()
    expect(page.get_by_label("What is to be done")).to_have_value("Ask them to help")
    look(page)
    page.get_by_role("button", name="Publish these steps").click()
    expect(page.get_by_text("Version 2 is published")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("It runs.")).to_be_visible()
    journey = Automation.objects.get()
    assert journey.status == JourneyStatus.RUNNING
    write_to_a_signer(world)
    page.reload()
    expect(page.locator('[data-message="sent"]')).to_have_text("1")
    expect(page.locator('[data-figure="waiting"]')).to_have_text("1")
    look(page)
    page.get_by_role("link", name="Who they are").click()
    page.get_by_role("link", name="Nina Example").click()
    expect(page.get_by_text("Waits until")).to_be_visible()
    expect(page.get_by_text("handed to the messages")).to_be_visible()
    look(page)


def write_to_a_signer(world: World) -> None:
    at = timezone.now()
    world.consent(world.sign(confirmed_at=at, verified_at=at), world.lead, at=at)
    take_people_in(at=at)
    lead_people_on(at=at)
    deliver_messages(at=at + timedelta(seconds=1))
    assert [letter.subject for letter in RecordingSender.letters]


def test_keyboard_alone_writes_and_publishes_a_step(world: World, desktop: Page, live_server: Any) -> None:
    sign_in(desktop.context, world.coordinator, live_server.url)
    desktop.goto(f"{live_server.url}/staff/journeys/new/empty/")
    desktop.get_by_label("Name").focus()
    desktop.keyboard.type("Tasks")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/journeys/edit/*/")
    look(desktop)
    desktop.get_by_label("Somebody offers to volunteer").focus()
    desktop.keyboard.press("Space")
    desktop.get_by_role("button", name="Save").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("is saved")).to_be_visible()
    desktop.get_by_role("link", name="Write the steps").focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/journeys/steps/*/")
    desktop.get_by_role("button", name="Give a colleague a task").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_label("What is to be done")).to_be_focused()
    desktop.keyboard.type("Call them")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_label("What is to be done")).to_have_value("Call them")
    desktop.get_by_role("button", name="Publish these steps").focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("Version 1 is published")).to_be_visible()
    assert Automation.objects.get().trigger == {"kind": "volunteer"}
