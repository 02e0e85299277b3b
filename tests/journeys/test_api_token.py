"""A partner's manager makes a token, its program reads the partner's figures, and the manager ends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Partnership
from tests.browser import DEVICES, assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
LIST = "/api/v1/partnerships/"


def status(token: str) -> int:
    return Client().get(LIST, headers={"authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("device", list(DEVICES))
def test_manager_makes_a_token_a_program_uses_it_and_it_is_revoked(
    server: Server, open_page: Callable[..., Page], live_server: Any, device: str
) -> None:
    sync_roles()
    partner = Organisation.objects.create(name="Good Neighbours", slug="good-neighbours")
    Partnership.objects.create(campaign=server.campaign, organisation=partner)
    ben = make_member("ben", partner, Role.PARTNER_MANAGER)
    page = open_page(device)
    page.watch.allow("422")  # type: ignore[attr-defined]  # a token without a name
    sign_in(page.context, ben, live_server.url)

    page.goto(reverse("dashboards_tokens"))
    expect(page.get_by_text("There is no token yet.")).to_be_visible()
    page.get_by_role("link", name="Make a token").click()
    assert_accessible(page, within="main")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert")).to_have_count(1)  # the name; what it reads was chosen, there is but one
    page.get_by_label("Name").fill("Map on our website")
    page.get_by_role("button", name="Make the token").click()
    token = page.locator("#token").inner_text()
    assert status(token) == 200
    assert_accessible(page, within="main")
    assert_no_sideways_scroll(page)

    page.get_by_role("link", name="I have copied it").click()
    row = page.get_by_role("row", name="Map on our website")
    expect(row).to_contain_text("in use")
    assert token not in page.content()
    row.get_by_role("link", name="Revoke Map on our website").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("row", name="Map on our website")).to_contain_text("revoked")
    assert status(token) == 401

    page.goto("/api/")
    expect(page.get_by_role("heading", name="Public figures for programs")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
