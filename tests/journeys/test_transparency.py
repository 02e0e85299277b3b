"""A citizen looks who pays for a campaign: on a phone, on a desk, left to right and right to left, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from campaigns.models import Campaign, Initiative, Ledger
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.factories.initiatives import make_initiative
from tests.factories.people import make_organisation
from tests.factories.transparency import give, make_help, make_ledger, make_person, make_sponsor
from tests.phone import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
ADDRESS = "/{language}/transparency/ours/"


@pytest.fixture(autouse=True)
def ledger(transactional_db: None) -> Ledger:
    campaign = Campaign.objects.create(title="Ours", slug="ours", organisation=make_organisation("Lead"))
    Initiative.objects.filter(pk=make_initiative().pk).update(campaign=campaign)
    made = make_ledger(campaign)
    fund = make_sponsor(made, "A foundation with a very long name for the sake of narrow telephones (demo)")
    for amount in ("12500.50", "700"):
        give(fund, amount)
    give(make_person(made), "900")
    give(make_sponsor(made, "جمعية المثال"), "501", is_in_kind=True)
    give(make_sponsor(made, "Small Club"), "3")
    make_help(made, "Helping Hands", "Meeting rooms and their mailing list")
    return made


@pytest.mark.parametrize("device", ["phone", "desktop"])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "light"), ("ar", "dark")])
def test_ledger_reads_well(open_page: OpenPage, device: str, language: str, scheme: str) -> None:
    page = open_page(device, locale=language, color_scheme=scheme)
    page.goto(ADDRESS.format(language=language))
    expect(page.locator("table").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def test_ledger_is_found_from_the_initiative_without_scripts(open_page: OpenPage, ledger: Ledger) -> None:
    page = open_page("phone", javascript=False)
    page.goto("/en/initiatives/eci-2024-000007/")
    page.get_by_role("link", name="Who pays for “Ours”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who pays for “Ours”")
    expect(page.get_by_text("EUR 14,604.50")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="sponsors", exact=True).click()
    assert "sponsors" in download.value.suggested_filename


def test_empty_ledger_reads_well(open_page: OpenPage, ledger: Ledger) -> None:
    campaign = Campaign.objects.create(title="Empty", slug="empty", organisation=ledger.campaign.organisation)
    make_ledger(campaign)
    page = open_page("phone")
    page.goto("/en/transparency/empty/")
    expect(page.get_by_text("Nobody has given money to this campaign so far")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_coordinator_writes_down_a_contribution_takes_it_back_and_tells_the_register(
    open_page: OpenPage, live_server: Any, ledger: Ledger, device: str
) -> None:
    sync_roles()
    ada = make_member("ada", ledger.campaign.organisation, Role.COORDINATOR)
    page = open_page(device)
    sign_in(page.context, ada, live_server.url)
    page.goto(reverse("staff_ledgers:ledger", args=[ledger.pk]))
    page.get_by_text("A contribution", exact=True).click()
    page.get_by_label("Name of a new sponsor").fill("River Fund")
    page.get_by_label("Amount in euros").fill("512.25")
    page.get_by_label("Received on").fill(timezone.localdate().isoformat())
    assert_accessible(page, within=".ledger")
    assert_no_sideways_scroll(page)
    page.locator("button[value=contribution]").click()
    told = page.get_by_role("listitem").filter(has_text="River Fund: EUR 512.25")
    expect(told).to_be_visible()
    page.get_by_role("link", name="River Fund").click()
    page.get_by_text("Take back", exact=True).first.click()
    page.get_by_label("Why?").fill("Sent back to the bank")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Sent back to the bank")).to_be_visible()
    assert_accessible(page, within=".ledger")
    assert_no_sideways_scroll(page)
    page.goto(reverse("staff_ledgers:ledger", args=[ledger.pk]))
    expect(page.get_by_role("heading", name="What the register must be told")).to_be_visible()
    page.get_by_role("button", name="Yes, it is up to date").click()
    expect(page.get_by_role("cell", name="the public register")).to_be_visible()
    expect(page.get_by_role("heading", name="What the register must be told")).not_to_be_visible()
