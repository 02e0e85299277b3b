"""Somebody fills in the commune's form on a phone: the PDF is made there, and nothing typed leaves the page."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from pypdf import PdfReader

from cms.models import RegistrationPage
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.elections import make_election, make_registration_page
from tests.journeys.test_eligibility import answer_all

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
TYPED = {
    "family_name": "Ćosić-Şahin",
    "given_names": "Łukasz Nguyễn Þóra",
    "birth_place": "Târgu Mureș",
    "street": "Chaussée d’Ixelles 12, bte 3",
    "postcode": "1050",
}


@pytest.fixture
def pages(transactional_db: None, settings: Any, live_server: Any) -> dict[str, RegistrationPage]:
    from places.actions.load import load_places

    settings.PUBLIC_URL = live_server.url
    load_places()
    election = make_election()
    return {language: make_registration_page(election, language) for language in ("en", "ar")}


def arrive(page: Page, address: str | None) -> None:
    """Answer the check as a Moroccan of Ixelles who may register."""
    page.goto(address or "")
    answer_all(page, lambda _shown: None)


def fill(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"[data-field={name}]", text)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def make_and_save(page: Page) -> bytes:
    page.locator("[data-make]").click()
    expect(page.locator("[data-download]")).to_be_visible()
    with page.expect_download() as found:
        page.locator("[data-download]").click()
    assert found.value.suggested_filename.endswith(".pdf")
    return found.value.path().read_bytes()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_form_filled_in_on_a_phone_becomes_a_pdf_there_and_nothing_is_sent(
    pages: dict[str, RegistrationPage], open_page: OpenPage, language: str
) -> None:
    page = open_page("phone")
    arrive(page, pages[language].get_url())
    form = page.locator("[data-commune-form]")
    expect(form).to_be_visible()
    assert page.locator("[data-commune-form] [name]").count() == 0
    assert form.get_attribute("action") is None
    expect(page.locator("[data-field=birth_date]")).to_have_value("1985-05-17")
    page.locator("[data-field=family_name]").focus()
    expect(form).to_have_attribute("data-ready", "yes")
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    page.context.set_offline(True)
    fill(page, **TYPED)
    page.select_option("[data-language]", "fr")
    content = make_and_save(page)
    assert [request.url for request in sent if not request.url.startswith("blob:")] == []  # not even a font
    read = text_of(content)
    for typed in TYPED.values():
        assert typed in read
    for printed in ("17/05/1985", "Maroc", "Ixelles", "Convention de sauvegarde des droits de l’homme", "une aide"):
        assert printed in read
    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []
    page.select_option("[data-language]", "nl")
    assert "Marokko" in text_of(make_and_save(page))
    page.locator("[data-clear]").click()
    expect(page.locator("[data-field=family_name]")).to_have_value("")
    expect(page.locator("[data-download]")).to_be_hidden()


def test_form_with_arabic_letters_or_gaps_says_so_at_the_field(
    pages: dict[str, RegistrationPage], open_page: OpenPage
) -> None:
    page = open_page("phone")
    arrive(page, pages["en"].get_url())
    fill(page, **TYPED | {"family_name": "كوسيتش", "postcode": "10", "given_names": ""})
    page.locator("[data-make]").click()
    expect(page.locator("#commune-form-family_name-error")).to_contain_text("The commune reads Latin letters.")
    expect(page.locator("#commune-form-given_names-error")).to_contain_text("Please fill this in.")
    expect(page.locator("#commune-form-postcode-error")).to_contain_text("4")
    expect(page.locator("[data-field=family_name]")).to_be_focused()
    expect(page.locator("[data-field=family_name]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-download]")).to_be_hidden()
    fill(page, family_name="Cosic", given_names="Luka", postcode="1050")
    assert "Cosic" in text_of(make_and_save(page))
    fill(page, family_name="Wolfeschlegelsteinhausen " * 3, given_names="Maximiliane Theodora " * 3)
    fill(page, street="Avenue de la Confédération " * 4, birth_place="Llanfairpwllgwyngyll " * 3)
    long = make_and_save(page)
    assert long.count(b"/Type /Page\n") == len(PdfReader(io.BytesIO(long)).pages) <= 2
    assert "Signature" in text_of(long)
    expect(page.locator("#commune-form-family_name-error")).to_be_hidden()


def test_form_without_javascript_is_offered_empty(pages: dict[str, RegistrationPage], open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    arrive(page, pages["en"].get_url())
    expect(page.locator("[data-commune-form]")).to_be_hidden()
    with page.expect_download() as found:
        page.locator("button[name=language][value=nl]").click()
    read = text_of(found.value.path().read_bytes())
    assert "Handtekening" in read
    assert "Verdrag tot bescherming van de rechten van de mens" in read
    assert "Moroccan" not in found.value.url
    assert "non_eu" not in found.value.url
