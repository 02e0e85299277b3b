"""The help desk: somebody is called, what they say is written down, and the next call stands on the first page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from campaigns.models import Pledge, PledgeNote
from campaigns.pledge_enums import Standing
from campaigns.zones import zone_of
from places.actions.load import load_places
from tests.browser import DEVICES, assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.factories.pledges import make_kind, make_pledge
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
IXELLES, SCHAERBEEK = "NIS 21009", "NIS 21015"


@pytest.mark.parametrize("device", list(DEVICES))
def test_coordinator_filters_a_commune_writes_a_step_down_and_promises_a_call(
    server: Server, open_page: Callable[..., Page], live_server: Any, device: str
) -> None:
    sync_roles()
    load_places()
    ada, at = make_member("ada", server.organisation, Role.COORDINATOR), timezone.now()
    kind = make_kind(server.campaign, due_date=timezone.localdate() + timedelta(days=12))
    nina = make_pledge(kind, "nina@example.org", at=at, full_name="Nina Example", commune=IXELLES, locale="fr")
    make_pledge(kind, "omar@example.org", at=at, full_name="Omar Example", commune=SCHAERBEEK, locale="ar")
    page = open_page(device)
    sign_in(page.context, ada, live_server.url)

    page.goto(reverse("staff_pledges:index"))
    expect(page.get_by_text("2 people still have something to do")).to_be_visible()
    assert_accessible(page, within="main")
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="Ixelles, fr: 1").click()
    expect(page.get_by_role("link", name="Nina Example")).to_be_visible()
    expect(page.get_by_text("Omar Example")).to_have_count(0)

    page.get_by_role("link", name="Nina Example").click()
    page.get_by_role("button", name="form sent").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    expect(page.locator(".pl-moves li").first).to_contain_text("form sent")
    page.reload()  # without the message, which fades in
    expect(page.locator(".pl-moves li").first).to_contain_text("form sent")
    assert_accessible(page, within="main")
    assert_no_sideways_scroll(page)

    form = page.get_by_role("form", name="Promise a call")
    now = at.astimezone(zone_of(server.campaign))
    form.get_by_label("Call at").fill(f"{now:%Y-%m-%dT%H:%M}")
    form.get_by_label("What about").fill("Has the letter come?")
    form.get_by_role("button", name="Put it on the list").click()
    expect(page.locator(".pl-list")).to_contain_text("Has the letter come?")

    page.goto("/staff/")
    panel = page.get_by_role("region", name="Calls to make")
    expect(panel).to_contain_text("1 call in the next 24 hours")
    assert_accessible(page, within=".carillon-home")
    panel.get_by_role("link", name="1 call").click()
    expect(page.get_by_role("link", name="Nina Example")).to_be_visible()
    page.get_by_role("button", name="Call made").click()
    expect(page.get_by_text("No call is to be made.")).to_be_visible()
    nina.refresh_from_db()
    assert nina.standing == Standing.ACTED
    assert PledgeNote.objects.get().done_at is not None


def test_kind_is_changed_with_the_keyboard_and_without_a_script(
    server: Server, open_page: Callable[..., Page], live_server: Any
) -> None:
    sync_roles()
    ada = make_member("ada", server.organisation, Role.COORDINATOR)
    kind = make_kind(server.campaign, due_date=timezone.localdate() + timedelta(days=12))
    page = open_page("desktop", javascript=False)
    sign_in(page.context, ada, live_server.url)
    page.goto(reverse("staff_pledge_kinds:edit", args=[kind.pk]))
    page.get_by_role("button", name="Add a step").focus()
    page.keyboard.press("Enter")
    added = page.get_by_role("group", name="Step 5")
    expect(added).to_be_visible()
    added.get_by_label("Name (English)").fill("voted")
    added.get_by_label("From here on they have done it").check()
    added.get_by_label("Name (English)").press("Enter")
    expect(page.get_by_text("updated")).to_be_visible()
    kind.refresh_from_db()
    assert kind.ladder.steps[-1].key == "voted"
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("device", list(DEVICES))
def test_kinds_form_is_accessible(
    server: Server, open_page: Callable[..., Page], live_server: Any, device: str
) -> None:
    sync_roles()
    ada = make_member("ada", server.organisation, Role.COORDINATOR)
    kind = make_kind(server.campaign)
    page = open_page(device)
    sign_in(page.context, ada, live_server.url)
    for address in (
        reverse("staff_pledge_kinds:edit", args=[kind.pk]),
        reverse("staff_pledge_kinds:take"),
        reverse("staff_pledge_notes:index"),
    ):
        page.goto(address)
        assert_accessible(page, within="main")
        assert_no_sideways_scroll(page)
