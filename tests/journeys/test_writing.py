"""A coordinator writes a mail with the keyboard, sees it as it arrives, saves it, and gets it herself."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from messaging.models import OutboundMessage, Wording
from tests.browser import wait_until
from tests.factories.staff import World, browse
from tests.factories.wordings import make_text

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.mark.django_db(transaction=True)
def test_mail_is_written_seen_saved_and_sent_to_oneself(ours: World, desktop: Page, live_server: Any) -> None:
    text = make_text(ours.lead, name="Halfway", scope=ours.campaign.slug)
    session = browse(ours.coordinator).cookies[settings.SESSION_COOKIE_NAME].value
    desktop.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    desktop.goto(f"/staff/wordings/write/{text.pk}/en/")
    desktop.get_by_label("Subject").fill("We are halfway")
    desktop.get_by_label("Words of the heading").fill("Halfway")
    paragraph = desktop.get_by_label("Words of the paragraph")
    paragraph.fill("Dear ")
    insert = desktop.get_by_role("button", name="first name")
    insert.focus()
    desktop.keyboard.press("Enter")
    expect(paragraph).to_be_focused()
    expect(paragraph).to_have_value("Dear {first_name|friend}")
    paragraph.press_sequentially(", thank you")
    for _letter in "thank you":
        desktop.keyboard.press("Shift+ArrowLeft")
    desktop.keyboard.press("Control+b")
    expect(paragraph).to_have_value("Dear {first_name|friend}, **thank you**")
    light = desktop.frame_locator("iframe.writing-light")
    expect(light.locator("strong")).to_have_text("thank you")
    expect(light.locator("bdi").first).to_have_text("Ada")
    desktop.get_by_role("radio", name="Plain text").check()
    expect(desktop.locator("pre.writing-text")).to_contain_text("Dear Ada, *thank you*")
    desktop.get_by_label("somebody who gave no name").check()
    expect(desktop.locator("pre.writing-text")).to_contain_text("Dear friend, *thank you*")
    desktop.get_by_role("button", name="Save, and send it to").click()
    expect(desktop.get_by_text("It is on its way to")).to_be_visible()
    wait_until(desktop, lambda: OutboundMessage.objects.filter(template="written").exists(), what="the mail is queued")
    assert Wording.objects.get().subject == "We are halfway"
