"""Somebody asks on a phone whether they may vote in their commune: in English, and in Arabic without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cms.models import RegistrationPage
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.elections import make_election, make_registration_page

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]


@pytest.fixture
def pages(transactional_db: None, settings: Any, live_server: Any) -> dict[str, RegistrationPage]:
    from places.actions.load import load_places

    settings.PUBLIC_URL = live_server.url
    load_places()
    election = make_election()
    return {language: make_registration_page(election, language) for language in ("en", "ar")}


def asked(page: Page, question: str) -> None:
    expect(page.locator(f"input[name=question][value={question}]")).to_have_count(1)


def go_on(page: Page, question: str) -> None:
    page.locator(".eligibility-form button.button-wide").first.click()
    asked(page, question)


def answer_all(page: Page, look: Callable[[Page], None]) -> None:
    """Answer as a Moroccan of Ixelles who has been there since 2012, with one step back on the way."""
    page.select_option("[name=first]", "MA")
    go_on(page, "birth_date")
    look(page)
    for part, value in (("day", "17"), ("month", "5"), ("year", "1985")):
        page.fill(f"[name={part}]", value)
    go_on(page, "commune")
    page.locator("[name=back]").click()
    asked(page, "birth_date")
    expect(page.locator("[name=year]")).to_have_value("1985")
    go_on(page, "commune")
    page.go_back()
    asked(page, "birth_date")
    page.go_forward()
    asked(page, "commune")
    page.select_option("[name=choice]", "NIS 21009")
    go_on(page, "earlier_local_registration")
    page.check("[name=choice][value=no]")
    go_on(page, "residence_register")
    look(page)
    page.check("[name=choice][value=foreigners]")
    for question in ("register_since", "ep_registration"):
        go_on(page, question)
        if question == "register_since":
            page.fill("[name=month]", "3")
            page.fill("[name=year]", "2012")
    page.check("[name=choice][value=no]")
    go_on(page, "legal_residence_since")
    page.fill("[name=month]", "3")
    page.fill("[name=year]", "2012")
    go_on(page, "residence_interruption")
    page.check("[name=choice][value=no]")
    go_on(page, "declaration_signed")
    page.check("[name=choice][value=yes]")
    go_on(page, "deprived")
    page.check("[name=choice][value=no]")
    page.locator(".eligibility-form button.button-wide").first.click()
    expect(page.locator("[data-outcome=eligible]")).to_be_visible()
    look(page)


@pytest.mark.parametrize(("language", "script"), [("en", True), ("ar", True), ("ar", False)])
def test_check_on_a_phone_leads_to_the_commune(
    pages: dict[str, RegistrationPage], open_page: OpenPage, language: str, script: bool
) -> None:
    page = open_page("phone", javascript=script)
    page.goto(pages[language].get_url())

    def look(shown: Page) -> None:
        if script:  # axe is a script itself
            assert_no_sideways_scroll(shown)
            assert_accessible(shown)

    look(page)
    answer_all(page, look)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("#next")).to_contain_text("إكسيل" if language == "ar" else "Ixelles")
    assert "?" not in page.url
    assert page.context.cookies() == []


def test_check_without_an_answer_says_so_at_the_field(pages: dict[str, RegistrationPage], open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.watch.allow("422")  # type: ignore[attr-defined]
    page.goto(pages["en"].get_url())
    page.locator(".eligibility-form button.button-wide").first.click()
    expect(page.locator("#field-first .errors")).to_contain_text("Choose your nationality.")
    expect(page.locator("#errors")).to_be_visible()
