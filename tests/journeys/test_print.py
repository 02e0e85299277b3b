"""A coordinator prints a dashboard: the figures fill the paper, the ways to other screens stay on the screen."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser import wait_until
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
MENU_WIDTH = 200


@pytest.mark.django_db(transaction=True)
def test_dashboard_on_paper_has_its_words_and_no_menu(ours: World, desktop: Page, live_server: Any) -> None:
    ours.sign(name="Nina Alvarez")
    session = browse(ours.coordinator).cookies[settings.SESSION_COOKIE_NAME].value
    desktop.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    for address in ("/staff/dashboards/petitions/", f"/staff/dashboards/petitions/{ours.petition.pk}/"):
        desktop.emulate_media(media="screen")
        desktop.goto(address)
        menu, heading = desktop.locator(".sidebar"), desktop.locator("main h1, main h2").first
        expect(menu).to_be_visible()
        desktop.emulate_media(media="print")
        expect(menu).to_be_hidden()
        expect(heading).to_be_visible()
        wait_until(
            desktop,
            lambda heading=heading: heading.evaluate("shown => shown.getBoundingClientRect().x") < MENU_WIDTH,
            what="the words begin where the menu was",
        )
