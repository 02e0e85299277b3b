"""Somebody supports an initiative on a phone: what the country asks, then out to the Union's form. Nothing is kept."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from playwright.sync_api import Page, Request, Route, expect

from campaigns.models import PledgeKind, SupportVisit
from cms.models import PledgePage
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.campaigns import make_partnership, make_source
from tests.factories.supporting import FORM, make_support_page, make_supported

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]


@pytest.fixture
def kind(transactional_db: None, settings: Any, live_server: Any) -> PledgeKind:
    settings.PUBLIC_URL = live_server.url
    today = timezone.localdate()
    kind = make_supported(
        collection_start_date=today - timedelta(days=30), ends=today + timedelta(days=300), registered_date="2026-01-15"
    )
    make_source(kind.campaign, "poster", make_partnership(kind.campaign))
    return kind


@pytest.fixture
def pages(kind: PledgeKind) -> dict[str, PledgePage]:
    return {language: make_support_page(kind, language) for language in ("en", "ar")}


class Elsewhere:
    """Stands for the European Union's form: answers in its place, and keeps what it was told."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        page.watch.allow(r"a request left the site: GET https://eci\.ec\.europa\.eu/")  # type: ignore[attr-defined]
        page.context.route("https://eci.ec.europa.eu/**", self._answer)

    def _answer(self, route: Route) -> None:
        self.requests.append(route.request)
        route.fulfill(
            status=200, content_type="text/html; charset=utf-8", body="<title>The form</title><h1>The form</h1>"
        )


@pytest.fixture
def nothing_else_kept(kind: PledgeKind) -> Iterator[None]:
    yield
    people = [model for model in apps.get_app_config("people").get_models() if model._meta.managed]
    assert {model: model._default_manager.count() for model in people if model._default_manager.exists()} == {}


def ask(page: Page, answer: str) -> None:
    page.select_option("[name=citizen_of]", answer)
    page.locator("#ask button[type=submit]").click()
    expect(page.locator("[data-may]")).to_be_visible()


@pytest.mark.usefixtures("nothing_else_kept")
@pytest.mark.parametrize(("language", "script"), [("en", True), ("ar", True), ("ar", False)])
def test_support_on_a_phone_leads_to_the_form_of_the_union(
    pages: dict[str, PledgePage], open_page: OpenPage, language: str, script: bool
) -> None:
    page = open_page("phone", javascript=script)
    elsewhere = Elsewhere(page)

    def look() -> None:
        if script:  # axe is a script itself
            assert_no_sideways_scroll(page)
            assert_accessible(page)

    page.goto(f"{pages[language].get_url()}?s=poster")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("#support")).to_have_attribute("data-collection", "open")
    look()
    support, form = page.locator("#support").bounding_box(), page.locator("#sign").bounding_box()
    assert support is not None
    assert form is not None
    assert support["y"] < form["y"]  # what it takes comes first, leaving one's address second

    ask(page, "other")
    expect(page.locator("[data-may=not_european]")).to_be_visible()
    expect(page.locator("[data-support-go]")).to_have_count(0)
    look()
    ask(page, "SK")
    expect(page.locator("[data-may=may]")).to_contain_text("18")
    expect(page.locator("[data-unsure]")).to_be_visible()
    expect(page.locator("[name=citizen_of]")).to_have_value("SK")
    look()
    assert "SK" not in page.url
    assert page.context.cookies() == []

    page.locator("[data-support-go]").click()
    expect(page.locator("h1")).to_have_text("The form")
    assert page.url == FORM
    [sent] = elsewhere.requests
    assert sent.url == FORM
    assert "referer" not in sent.all_headers()
    assert "cookie" not in sent.all_headers()
    visit = SupportVisit.objects.get()
    assert (visit.source, visit.locale) == ("poster", language)
    assert visit.partnership is not None


def test_going_back_and_again_is_two_visits_and_telling_us_is_one_press_away(
    pages: dict[str, PledgePage], open_page: OpenPage
) -> None:
    page = open_page("phone")
    Elsewhere(page)
    for times in (1, 2):
        page.goto(pages["en"].get_url())
        page.locator("[data-support-go]").click()
        expect(page.locator("h1")).to_have_text("The form")
        assert SupportVisit.objects.count() == times  # written before the answer that led here
        page.go_back()
        expect(page.locator("#support")).to_be_visible()
    page.get_by_role("link", name="Tell us").click()
    expect(page).to_have_url(re.compile(r"#pledge$"))
    expect(page.locator("#sign-form [name=email]")).to_be_in_viewport()


def test_asking_without_an_answer_says_so_at_the_field(pages: dict[str, PledgePage], open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.watch.allow("422")  # type: ignore[attr-defined]
    page.goto(pages["en"].get_url())
    page.locator("#ask button[type=submit]").click()
    expect(page.locator("#field-citizen_of .errors")).to_contain_text("Choose your nationality.")
    expect(page.locator("#errors")).to_be_visible()


def test_whole_way_by_keyboard_alone(pages: dict[str, PledgePage], open_page: OpenPage) -> None:
    page = open_page("desktop")
    Elsewhere(page)
    page.goto(pages["en"].get_url())
    page.locator("[name=citizen_of]").focus()
    page.keyboard.type("Belg")
    expect(page.locator("[name=citizen_of]")).to_have_value("BE")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-may=may]")).to_contain_text("16")
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    page.locator("[data-support-go]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The form")
