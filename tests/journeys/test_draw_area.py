"""An organiser draws an area without a mouse."""

import json
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories.fieldwork import make_effort
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.mark.django_db(transaction=True)
def test_area_is_drawn_with_the_keyboard_alone(ours: World, territories: None, desktop: Page, live_server: Any) -> None:
    effort = make_effort(ours)
    session = browse(ours.coordinator).cookies[settings.SESSION_COOKIE_NAME].value
    desktop.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    desktop.goto(f"/staff/areas/new/?effort={effort.pk}")
    desktop.fill("[name=name]", "Two streets")
    picture, said = desktop.locator("[data-draw]"), desktop.locator("[data-said]")
    picture.focus()
    for key in ("Enter", "ArrowRight", "ArrowRight", "Enter", "Shift+ArrowDown", "ArrowDown", "Enter", "Enter"):
        desktop.keyboard.press(key)
    expect(said).to_have_text("Corners: 4")
    desktop.keyboard.press("Backspace")
    expect(said).to_have_text("Corners: 3")
    desktop.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text("Corners: 3")  # but where the cross is
    drawn = json.loads(desktop.locator("[data-outline]").input_value())
    assert len({tuple(corner) for corner in drawn["coordinates"][0]}) == 3
    with desktop.expect_navigation():
        desktop.locator("main form button[type=submit]").first.press("Enter")
    area = effort.areas.get()
    assert (area.name, area.polygon["type"]) == ("Two streets", "Polygon")
