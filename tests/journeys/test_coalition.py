"""Ten partners from a file; one of their managers signs in by code, accepts the agreement, and finds the own page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import User
from campaigns.models import Partnership
from coalition.actions.agreements import publish_agreement, set_rules
from coalition.enums import AgreementKind
from coalition.models import PartnerAgreement
from people.enums import Purpose
from tests.browser import DEVICES, assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.factories.campaigns import make_source, sign
from tests.factories.cms import make_petition
from tests.factories.coalition import ten_partners
from tests.factories.people import make_consent_text
from tests.phone import Server, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.mark.parametrize("device", list(DEVICES))
def test_coordinator_takes_ten_partners_in_and_one_accepts_and_leaves(
    server: Server, open_page: Callable[..., Page], live_server: Any, device: str, tmp_path: Path
) -> None:
    sync_roles()
    lead, campaign = server.organisation, server.campaign
    ada = make_member("ada", lead, Role.COORDINATOR)
    set_rules(campaign=campaign, agreement_kind="joint", takes_applications=True, by="tests")
    publish_agreement(
        organisation=lead, kind=AgreementKind.JOINT, language="en", body="We decide together.", by="tests"
    )
    file = tmp_path / "partners.csv"
    file.write_bytes(ten_partners())

    page = open_page(device)
    sign_in(page.context, ada, live_server.url)
    page.goto(reverse("staff_partner_files:index"))
    assert_accessible(page, within="main")
    page.locator("#id_campaign").select_option(str(campaign.pk))
    page.get_by_label("CSV (UTF-8) or XLSX file").set_input_files(file)
    page.get_by_role("button", name="Look at what would be made").click()
    expect(page.get_by_text("person10@partner.example")).to_be_visible()
    assert_accessible(page, within="main")
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Take them in and invite").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible()
    assert Partnership.objects.filter(organisation__name__startswith="Partner ").count() == 10
    assert {"person3@partner.example"} <= {letter.to[0] for letter in mail.outbox}

    partnership = Partnership.objects.get(organisation__name="Partner 3")
    manager = User.objects.get(email="person3@partner.example")
    own = open_page(device)
    sign_in(own.context, manager, live_server.url)
    own.goto(reverse("staff_partners:own"))
    expect(own.get_by_text("Please accept the agreement below.")).to_be_visible()
    expect(own.get_by_text("We decide together.")).to_be_visible()
    assert_accessible(own, within="main")
    assert_no_sideways_scroll(own)
    own.get_by_label("Your function in the organisation").fill("Director")
    own.get_by_label(re.compile("I have read this")).check()
    own.get_by_role("button", name="Accept for my organisation").click()
    expect(own.get_by_text(re.compile("Accepted on"))).to_be_visible()
    accepted = PartnerAgreement.objects.get(partnership=partnership)
    assert (accepted.accepted_by, accepted.signatory_name) == (manager, "Person 3")
    expect(own.get_by_text("300 signatures")).to_be_visible()

    see_what_people_bring(own, partnership)
    own.goto(reverse("staff_partners:own"))
    own.get_by_role("link", name="Leave the campaign").click()
    expect(own.get_by_role("heading", name="What ends at once")).to_be_visible()
    own.reload()
    assert_accessible(own, within="main")
    own.get_by_role("button", name="End the part of Partner 3").click()
    own.wait_for_url(re.compile("login"))

    # The campaign's data stays right: both still count, and nobody of the partner reads them.
    page.goto(reverse("staff_signatures:index"))
    expect(page.get_by_text("Olga Open")).to_be_visible()
    expect(page.get_by_text("Sam Silent")).to_be_visible()
    assert own.request.get(reverse("staff_signatures:index"), max_redirects=0).status in {302, 403}
    page.goto(reverse("staff_partners:partner", args=[partnership.pk]))
    expect(page.get_by_text(re.compile("left the campaign on"))).to_be_visible()
    page.get_by_role("button", name="Take it back in").click()
    expect(page.get_by_text("The agreement is not accepted yet.")).to_be_visible()


def see_what_people_bring(own: Page, partnership: Partnership) -> None:
    """Two people sign by the partner's link; one agrees to its news, and the partner reads that name alone."""
    petition = make_petition(campaign=partnership.campaign)
    source = make_source(partnership.campaign, "partner-three", partnership)
    identity: dict[str, Any] = {"scope": partnership.campaign.slug, "purpose": Purpose.PARTNER_NEWS}
    news = make_consent_text(partnership.organisation, **identity)
    for name, granted in (("Olga Open", (news,)), ("Sam Silent", ())):
        email = f"{name.split()[0].lower()}@people.example"
        sign(petition, email, at=timezone.now(), full_name=name, source=source.code, granted=granted)
    own.goto(reverse("staff_signatures:index"))
    expect(own.get_by_text("Olga Open")).to_be_visible()
    expect(own.get_by_text("Sam Silent")).to_have_count(0)


def test_organisation_applies_on_the_site_without_a_mouse(server: Server, open_page: Callable[..., Page]) -> None:
    set_rules(campaign=server.campaign, agreement_kind="", takes_applications=True, by="tests")
    page = open_page("phone")
    page.goto(f"/en/partners/{server.campaign.slug}/apply/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("Name of your organisation").fill("Newcomers")
    page.get_by_label("Country it works in").select_option("FR")
    page.get_by_label("Your name").fill("Nora Example")
    page.get_by_label("E-mail address").fill("nora@newcomers.example")
    page.get_by_role("checkbox", name=re.compile("fran", re.IGNORECASE)).check()
    page.get_by_label("Why do you want to take part?").fill("We care.")
    page.get_by_role("button", name="Ask to take part").press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    page.goto(f"/ar/partners/{server.campaign.slug}/apply/")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
