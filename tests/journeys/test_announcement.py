"""A coordinator announces something in two languages; a partner reads it in French on a phone; that is seen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Partnership
from coalition.models import Announcement
from messaging.models import OutboundMessage
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_coordinator_announces_and_a_partner_reads_it_in_french_on_a_phone(
    server: Server, open_page: Callable[..., Page], live_server: Any
) -> None:
    sync_roles()
    ada = make_member("ada", server.organisation, Role.COORDINATOR)
    table = Organisation.objects.create(name="La Table", slug="la-table", country="FR")
    table.led_by.add(server.organisation)
    Partnership.objects.create(campaign=server.campaign, organisation=table)
    ben = make_member("ben", table, Role.PARTNER_MANAGER)

    page = open_page("desktop")
    sign_in(page.context, ada, live_server.url)
    page.goto(reverse("staff_announcements:index"))
    page.get_by_role("link", name="Write an announcement").first.click()
    page.locator("#id_subject_en").fill("Meeting on Monday")
    page.locator("#id_body_en").fill("Come all.")
    page.locator("summary", has_text="Français").click()
    page.locator("#id_subject_fr").fill("Réunion lundi")
    page.locator("#id_body_fr").fill("Venez tous.\n\n- avec vos questions\n- et vos idées")
    page.locator("#id_campaign").select_option(str(server.campaign.pk))
    assert_accessible(page, within="main")
    page.get_by_role("button", name="Save and look at it").click()
    expect(page.get_by_role("heading", name="It would go to 1 partner")).to_be_visible()
    assert_accessible(page, within="main")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish to 1 partner").click()
    expect(page.get_by_role("heading", name="Read by 0 of 1 partners")).to_be_visible()
    assert OutboundMessage.objects.get().address == ben.email

    phone = open_page("phone", locale="fr", viewport={"width": 360, "height": 740})
    sign_in(phone.context, ben, live_server.url)
    phone.goto(reverse("staff_announcements:inbox"))
    assert_accessible(phone, within="main")
    assert_no_sideways_scroll(phone)
    phone.get_by_role("link", name="Réunion lundi").click()
    expect(phone.get_by_role("listitem").filter(has_text="avec vos questions")).to_be_visible()
    assert_accessible(phone, within="main")
    assert_no_sideways_scroll(phone)

    page.goto(reverse("staff_announcements:show", args=[Announcement.objects.get().pk]))
    expect(page.get_by_role("heading", name="Read by 1 of 1 partners")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("La Table")).get_by_text(re.compile("^read, "))).to_be_visible()
