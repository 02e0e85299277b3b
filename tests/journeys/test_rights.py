"""Journey 8: a citizen asks for their data and gets it; asks for erasure and is gone everywhere, while counts stay."""

import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.models import Signature, Tally
from messaging.actions.deliver import deliver_messages
from people.models import ContactPoint, Supporter, Suppression
from rights.enums import RequestKind
from rights.models import RightsRequest
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.one_person import places_of
from tests.factories.people import make_consent_text, write_consent_event
from tests.factories.requests import make_request
from tests.factories.staff import World
from tests.phone import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
NAME, EMAIL = "Noraquist Zephyrine", "noraquist@example.org"


@pytest.fixture
def world(transactional_db: None, settings: Any, live_server: Any) -> World:
    settings.PUBLIC_URL = live_server.url
    world = World("bxl")
    signature = world.sign(NAME, email=EMAIL, comment="Noraquist signs for her neighbours")
    Supporter.objects.filter(pk=signature.supporter_id).update(language="en", postcode="1000")
    world.sign("Somebody Else", email="else@example.org")
    point = ContactPoint.objects.get(canonical=EMAIL)
    write_consent_event(point, make_consent_text(world.lead), "granted", timezone.now())  # type: ignore[arg-type]
    count_signatures(at=timezone.now())
    return world


def follow_link(page: Page, live_server: Any) -> None:
    """Deliver what waits and follow the newest link to the data, as it stands in the outbox."""
    deliver_messages(at=timezone.now())
    page.goto("/outbox/")
    page.get_by_role("link", name="Your link: your data with us").first.click()
    frame = page.locator("a[href*='/your-data/mine/']").first
    address = frame.get_attribute("href") if frame.count() else None
    if address is None:
        text = page.content()
        start = text.index(f"{live_server.url}/en/your-data/mine/")
        address = text[start:].split()[0].split("<")[0].split('"')[0].split("&")[0]
    page.goto(address)


def reads_well(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_citizen_gets_a_copy_then_is_gone_and_the_count_stays(
    open_page: OpenPage, live_server: Any, world: World, tmp_path: Any, javascript: bool
) -> None:
    page = open_page("phone", javascript=javascript)
    page.goto("/en/your-data/")
    if javascript:
        reads_well(page)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me the link to my data").click()
    expect(page.get_by_text("We have written to this address.")).to_be_visible()
    follow_link(page, live_server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data")
    expect(page.get_by_text(NAME).first).to_be_visible()
    if javascript:
        page.locator("details.held").evaluate_all("all => all.forEach(each => each.open = true)")
        reads_well(page)
    data_url = page.url
    page.get_by_role("button", name="Make my copy").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my copy").click()
    file = tmp_path / "copy.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("data.json"))["tables"]
        assert NAME in archive.read("index.html").decode()
    assert told["people.Supporter"]["rows"][0]["full_name"] == NAME
    assert told["campaigns.Signature"]["rows"][0]["comment"].startswith("Noraquist")
    page.goto(data_url)
    page.get_by_role("link", name="Erase everything about me").click()
    expect(page.get_by_text("It cannot be undone.")).to_be_visible()
    if javascript:
        reads_well(page)
    page.get_by_role("button", name="Erase everything now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data is erased")
    if javascript:
        reads_well(page)
    assert set(places_of(("noraquist", "zephyrine"))) <= {
        "outbox_caughtmessage.address", "outbox_caughtmessage.html", "outbox_caughtmessage.text",
    }  # fmt: skip
    assert Signature.objects.counting().count() == 2
    count_signatures(at=timezone.now())
    assert not find_drift()
    assert sum(Tally.objects.filter(petition=world.petition).values_list("count", flat=True)) > 0
    assert Suppression.objects.filter(reason="erased").count() == 1
    assert RightsRequest.objects.get(kind=RequestKind.ERASURE).supporter is None
    assert page.request.get(data_url).status == 404
    page.goto("/en/your-data/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me the link to my data").click()
    expect(page.get_by_text("We have written to this address.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_data_page_reads_well_and_correction_is_undone(
    open_page: OpenPage, live_server: Any, world: World, language: str
) -> None:
    from rights.links import data_url

    page = open_page("phone", locale=language)
    page.goto(data_url(ContactPoint.objects.get(canonical=EMAIL), language))
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    reads_well(page)
    page.locator("#correct-full_name").fill("Nora Corrected")
    page.locator("button[value=correct]").click()
    assert Supporter.objects.filter(full_name="Nora Corrected").exists()
    reads_well(page)
    page.locator("button[value=undo]").click()
    expect(page.locator("#done")).to_be_visible()
    assert Supporter.objects.filter(full_name=NAME).exists()
    page.locator("button[value=restrict]").click()
    expect(page.locator("button[value=lift]")).to_be_visible()
    reads_well(page)


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_officer_answers_a_letter(open_page: OpenPage, live_server: Any, world: World, device: str) -> None:
    supporter = Supporter.objects.get(full_name=NAME)
    make_request(supporter, timezone.now(), RequestKind.ACCESS, words="What do you hold about me?")
    page = open_page(device)
    sign_in(page.context, world.dpo, live_server.url)
    page.goto("/staff/data-requests/")
    expect(page.get_by_text("days left").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="a copy of the data").first.click()
    expect(page.get_by_text("What do you hold about me?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Mail them the link to their copy").click()
    expect(page.get_by_text("The link to the copy is on its way.")).to_be_visible()
    page.get_by_role("link", name="Erase this person").click()
    assert_accessible(page)
    page.get_by_role("button", name="Yes, erase this person").click()
    expect(page.get_by_text("The person is erased.").first).to_be_visible()
    assert not Supporter.objects.filter(full_name=NAME).exists()
