"""A partner writes its page in French, the coordinator approves it, a citizen on a phone opens it and signs for it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Petition
from coalition.actions.joining import Newcomer, take_in
from core.ttl_cache import clear_ttl_caches
from people.models import Submission
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.factories.cms import make_petition_page
from tests.factories.partner_pages import make_partners_page, picture
from tests.factories.staff import NOON
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_partner_writes_coordinator_approves_and_a_citizen_signs_for_the_partner(
    server: Server, open_page: Callable[..., Page], live_server: Any, tmp_path: Path
) -> None:
    sync_roles()
    ada = make_member("ada", server.organisation, Role.COORDINATOR)
    newcomer = Newcomer("La Table commune", "FR", slug="la-table-commune")
    partnership = take_in(campaign=server.campaign, newcomer=newcomer, by="tests", at=NOON).partnership
    ben = make_member("ben", Organisation.objects.get(slug="la-table-commune"), Role.PARTNER_MANAGER)
    petition = Petition.objects.create(campaign=server.campaign, title="Ouvrez les portes")
    signing = make_petition_page(petition, language="fr", title="Ouvrez les portes")
    wall = make_partners_page(server.campaign, language="fr", title="Nos partenaires")
    logo = tmp_path / "logo.png"
    logo.write_bytes(picture((600, 200)))

    own = open_page("desktop")
    sign_in(own.context, ben, live_server.url)
    own.goto(reverse("staff_partners:public_page", args=[partnership.pk]))
    assert_accessible(own, within="main")
    own.get_by_label("Logo", exact=True).set_input_files(logo)
    own.get_by_label("Website").fill("http://table.example")
    french = own.locator("details", has=own.get_by_text("Français", exact=True))
    french.locator("summary").click()
    own.get_by_label("In one sentence (Français)").fill("Une table pour tout le monde.")
    own.get_by_label("In your own words (Français)").fill("Nous mangeons ensemble.\n\nEt nous signons ensemble.")
    own.get_by_role("button", name="Save and send for approval").press("Enter")
    expect(own.get_by_text("Write an address that begins with https://.")).to_be_visible()
    own.watch.allow("status of 422")  # type: ignore[attr-defined]
    own.get_by_label("Logo", exact=True).set_input_files(logo)  # browsers keep no file
    own.get_by_label("Website").fill("https://table.example")
    own.get_by_role("button", name="Save and send for approval").press("Enter")
    expect(own.get_by_text(re.compile("A version waits for approval"))).to_be_visible()

    page = open_page("phone")
    sign_in(page.context, ada, live_server.url)
    page.goto(f"{reverse('staff_partners:index')}?page=waiting")
    expect(page.get_by_role("link", name="La Table commune")).to_be_visible()
    page.goto(reverse("staff_partners:public_page", args=[partnership.pk]))
    expect(page.get_by_text("Une table pour tout le monde.")).to_be_visible()
    assert_accessible(page, within="main")
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Approve: put it on the site").click()
    expect(page.get_by_text("The page is public now.")).to_be_visible()
    clear_ttl_caches()

    citizen = open_page("phone", locale="fr")
    citizen.goto(wall.get_url())
    assert_accessible(citizen)
    assert_no_sideways_scroll(citizen)
    citizen.get_by_role("link", name="La Table commune").click()
    expect(citizen.get_by_role("heading", name="La Table commune")).to_be_visible()
    expect(citizen.get_by_role("img", name=re.compile("La Table commune"))).to_be_visible()
    assert_accessible(citizen)
    assert_no_sideways_scroll(citizen)
    citizen.get_by_role("link", name=re.compile("Ouvrez les portes")).click()
    citizen.wait_for_url(re.compile(re.escape(signing.get_url() or "")))
    citizen.locator('input[name="full_name"]').fill("Nora Example")
    citizen.locator('input[name="email"]').fill("nora@example.org")
    citizen.get_by_label(re.compile("Pays où vous habitez")).select_option("FR")
    citizen.get_by_role("button", name="Signer", exact=True).click()
    citizen.wait_for_url(re.compile("/sign/sent/"))
    kept = Submission.objects.get()
    assert kept.source == partnership.sources.get().code
