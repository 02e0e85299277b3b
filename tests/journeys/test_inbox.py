"""A text that waits is read, taken and answered; the counter beside the answer says what the ledger sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import User
from messaging.actions.inbound import receive_text
from messaging.enums import InboundStatus
from messaging.models import InboundMessage, OutboundMessage
from messaging.sms_text import BASIC, EXTENDED, PLAIN, measure, one_line, plain_substitutions
from people.enums import Channel
from tests.browser import DEVICES, assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member
from tests.factories.people import make_organisation
from tests.factories.wordings import make_text
from tests.phone import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys"), pytest.mark.django_db(transaction=True)]
PHONE = "+32470123456"
LONG = "Fête à l’école ! " * 5
SAMPLES = [
    "", " \n ", "plain", "a" * 161, "€" * 81, "a" * 152 + "€" + "a" * 152, LONG, "Cœur… – “ça”", "🎉" * 40,
    "أوقف " * 20, "ê" * 66 + "🎉" + "ê" * 66, "line\r\none\u2028two\xa0three", "ﬁ Ǆ ½ ℃ ʼ", "\u200b\u202e hidden",
    "Ωμέγα", "[x]{y}|~^\\" * 30,
]  # fmt: skip


@pytest.fixture
def ada(live_server: Any, settings: Any) -> Iterator[User]:
    sync_roles()
    settings.SMS_PRICES = ["32=0.09 EUR"]
    lead = make_organisation("Lead")
    ada = make_member("ada", lead, Role.COORDINATOR)
    receive_text(
        channel=Channel.SMS, address=PHONE, text="Where do we meet?", provider_id="one",
        at=ada.date_joined, organisation=lead,
    )  # fmt: skip
    InboundMessage.objects.update(organisation=lead)
    return ada


@pytest.mark.parametrize("device", list(DEVICES))
def test_text_is_answered_with_its_cost_in_sight(
    ada: User, device: str, open_page: Callable[..., Page], live_server: Any
) -> None:
    page = open_page(device)
    sign_in(page.context, ada, live_server.url)
    page.goto(f"{live_server.url}/staff/texts/")
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name=PHONE).click()
    page.wait_for_url("**/staff/texts/thread/*/")
    page.get_by_role("button", name="I answer it").click()
    expect(page.get_by_text("taken by")).to_be_visible()
    page.get_by_label("Your answer").fill(LONG)
    shown = {name: page.locator(f"[data-show={name}]") for name in ("segments", "cost", "forcing", "offer", "press")}
    expect(shown["segments"]).to_have_text("2")
    expect(shown["cost"]).to_have_text("0.1800 EUR")
    expect(shown["forcing"]).to_have_text("ê ’")
    expect(shown["press"]).to_be_hidden()
    assert_no_sideways_scroll(page)
    assert_accessible(page, within=".inbox")
    page.get_by_role("button", name="Write it so").click()
    expect(page.get_by_label("Your answer")).to_have_value("Fete à l'école ! " * 5)
    expect(shown["cost"]).to_have_text("0.0900 EUR")
    expect(shown["offer"]).to_be_hidden()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is on its way")).to_be_visible()
    expect(page.get_by_role("button", name="Let it wait again")).to_be_visible()
    assert OutboundMessage.objects.get().answer == one_line("Fete à l'école ! " * 5)
    assert InboundMessage.objects.get().status == InboundStatus.SETTLED


def test_keyboard_alone_reads_and_answers(ada: User, desktop: Page, live_server: Any) -> None:
    sign_in(desktop.context, ada, live_server.url)
    desktop.goto(f"{live_server.url}/staff/texts/")
    desktop.get_by_role("link", name=PHONE).focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/staff/texts/thread/*/")
    desktop.get_by_label("Your answer").focus()
    desktop.keyboard.type("At noon")
    expect(desktop.locator("[data-show=segments]")).to_have_text("1")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("button", name="Send the answer")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_text("Your answer is on its way")).to_be_visible()


def test_wording_is_counted_by_its_preview_while_it_is_written(ada: User, desktop: Page, live_server: Any) -> None:
    text = make_text(ada.memberships.get().organisation, channel=Channel.SMS)
    sign_in(desktop.context, ada, live_server.url)
    desktop.goto(f"{live_server.url}{reverse('staff_wordings:write', args=[text.pk, 'en'])}")
    desktop.get_by_label("Text message").fill("{first_name|Friend}, la fête !")
    characters = desktop.locator("[data-show=characters]")
    expect(characters).to_have_text(str(len("Ada, la fête !")))
    desktop.get_by_role("button", name="Write it so").click()
    expect(desktop.locator("[data-show=alphabet]")).to_have_text("GSM-7")
    expect(desktop.get_by_label("Text message")).to_have_value("{first_name|Friend}, la fete !")
    assert_accessible(desktop, within=".sms-counter")


def test_script_counts_as_the_server_does(ada: User, desktop: Page, live_server: Any) -> None:
    sign_in(desktop.context, ada, live_server.url)
    desktop.goto(f"{live_server.url}/staff/texts/")
    counted = desktop.evaluate(
        """async ([texts, alphabet]) => {
            const { measure, oneLine, substitutions } = await import("/static/messaging/sms_counter.js");
            return texts.map((text) => {
                const said = oneLine(text);
                return [said, measure(said, alphabet), [...substitutions(said, alphabet)]];
            });
        }""",
        [SAMPLES, {"basic": BASIC, "extended": EXTENDED, "plain": {chr(code): to for code, to in PLAIN.items()}}],
    )
    for text, (said, measured, changes) in zip(SAMPLES, counted, strict=True):
        expected = measure(one_line(text))
        assert said == one_line(text)
        assert measured == {
            "characters": expected.characters, "isGsm": expected.is_gsm, "units": expected.units,
            "segments": expected.segments, "left": expected.left, "forcing": list(expected.forcing),
        }, text  # fmt: skip
        assert [tuple(change) for change in changes] == list(plain_substitutions(one_line(text))), text
