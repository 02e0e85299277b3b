"""What the staff area says after a button can be read by everybody: each kind of message, on a desktop and a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from tests.browser import assert_accessible
from tests.factories.accounts import make_member
from tests.factories.events import make_event, make_event_type
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_messages_of_every_kind_have_enough_contrast(
    server: Server, open_page: Callable[..., Page], live_server: Any, device: str
) -> None:
    sync_roles()
    ada = make_member("ada", server.organisation, Role.COORDINATOR)
    event = make_event(
        make_event_type(server.campaign),
        status="draft",
        online_url="https://meet.example.org/",
        starts_at=timezone.now(),
    )
    page = open_page(device)
    sign_in(page.context, ada, live_server.url)
    page.goto(reverse("staff_events:show", args=[event.pk]))
    page.get_by_role("button", name="Publish").click()
    message = page.locator(".messages .success")
    expect(message).to_contain_text("is published")
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")
    assert_accessible(page, within=".messages")
    for kind in ("info", "warning", "error"):
        page.evaluate("kind => { document.querySelector('.messages li').className = kind; }", kind)
        assert_accessible(page, within=".messages")
