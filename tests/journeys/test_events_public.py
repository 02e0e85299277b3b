"""A visitor finds an event on a phone and at a desk, in English and in Arabic, with and without JavaScript."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.models import EventsPage
from events.enums import EventStatus
from events.models import EventText, Timeslot
from places.actions.load import load_places
from places.models import Territory
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.cms import make_events_page
from tests.factories.events import make_event, make_event_type, make_venue

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]


@pytest.fixture
def page_of(transactional_db: None, settings: Any, live_server: Any) -> EventsPage:
    """Two events to come, of which one is full, and a cancelled one."""
    settings.PUBLIC_URL = live_server.url
    load_places()
    workshop, later = make_event_type(), timezone.now() + timedelta(days=1)
    house = make_venue(
        workshop.campaign,
        territory=Territory.objects.get(code="NIS 21009"),
        latitude="50.8275",
        longitude="4.3715",
        features=["step_free", "lift"],
    )
    event = make_event(workshop, "How to register", starts_at=later, venue=house, slots=2, capacity=5, spoken=["fr"])
    Timeslot.objects.filter(pk=event.timeslots.all()[0].pk).update(taken=5)
    EventText.objects.create(event=event, language="ar", title="كيف تسجلون", summary="تعالوا واسألوا.")
    make_event(workshop, "Evening online", starts_at=later, online_url="https://meet.example.org/x", spoken=["ar"])
    make_event(workshop, "Stand", starts_at=later, status=EventStatus.CANCELLED, cancel_reason="Storm.")
    make_events_page(workshop.campaign, language="ar", title="لقاءات")
    return make_events_page(workshop.campaign, introduction="Come and ask.")


@pytest.mark.parametrize(("device", "javascript"), [("phone", False), ("desktop", True)])
def test_visitor_narrows_the_list_and_reads_an_event(
    open_page: OpenPage, page_of: EventsPage, device: str, javascript: bool
) -> None:
    page = open_page(device, javascript=javascript)
    page.goto(f"{page_of.get_url()}?s=poster")
    expect(page.locator(".event-card")).to_have_count(3)
    page.locator("summary", has_text="Filter the list").click()
    page.get_by_label("Language spoken").select_option("fr")
    page.get_by_label("step-free entrance").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    expect(page.locator(".event-card")).to_have_count(1)
    expect(page.locator(".event-active li")).to_have_count(2)
    assert_no_sideways_scroll(page)
    if javascript:
        assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("^step-free entrance")).click()
    expect(page.locator(".event-active li")).to_have_count(1)
    page.get_by_role("link", name="How to register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to register")
    expect(page.locator(".event-slots")).to_contain_text("Full: waiting list")
    expect(page.locator(".event-slots")).to_contain_text("5 places left")
    expect(page.locator(".event-map-pin")).to_be_visible()
    expect(page.locator("form[data-sign] [name=source]")).to_have_value("poster")
    told = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert told["name"] == "How to register"
    assert_no_sideways_scroll(page)
    if javascript:
        assert_accessible(page)


def test_visitor_reads_arabic_from_right_to_left(open_page: OpenPage, page_of: EventsPage) -> None:
    page = open_page("phone", locale="ar")
    page.goto(page_of.get_url() or "")
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator(".event-filters summary").click()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("link", name="كيف تسجلون").click()
    expect(page.get_by_role("heading", level=1)).to_have_attribute("lang", "ar")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
