"""A citizen looks how far an initiative is: on a phone, on a desk, in the dark, right to left, without scripts."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.initiatives import add_reading, make_initiative

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
ADDRESS = "/{language}/initiatives/eci-2024-000007/"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def initiative(transactional_db: None) -> None:
    made = make_initiative(deadline="31/07/2099")
    for month in (1, 2, 3):
        counts = {
            "DE": 40_000,
            "FR": 30_000,
            "GR": 8_000,
            "MT": 1_500,
            "SE": 6_000,
            "FI": 5_000,
            "IE": 5_000,
            "NL": 9_000,
        }
        add_reading(made, date(2025, month, 1), {country: count * month for country, count in counts.items()})


def first_country(page: Page) -> Locator:
    return page.locator("table[data-sortable] tbody th").first


def open_details(page: Page) -> None:
    details = page.locator("details.progress-details").first
    details.locator("summary").click()
    expect(details).to_have_attribute("open", "")


@pytest.mark.parametrize("device", ["phone", "desktop"])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("ar", "light"), ("ar", "dark")])
def test_progress_reads_well(open_page: OpenPage, device: str, language: str, scheme: str) -> None:
    page = open_page(device, locale=language, color_scheme=scheme)
    page.goto(ADDRESS.format(language=language))
    open_details(page)
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_progress_fits_a_phone_whatever_the_size_of_its_letters(open_page: OpenPage, language: str) -> None:
    page = open_page("phone", locale=language)
    page.goto(ADDRESS.format(language=language))
    open_details(page)
    assert_no_sideways_scroll(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert_no_sideways_scroll(page)


def test_progress_is_sorted_and_saved_with_scripts(desktop: Page, tmp_path: Path) -> None:
    desktop.goto(ADDRESS.format(language="en"))
    head = desktop.locator("th", has=desktop.get_by_role("link", name="Country", exact=True))
    head.get_by_role("link").click()
    expect(first_country(desktop)).to_have_text(re.compile("^Austria"))
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(first_country(desktop)).to_have_text(re.compile("^Sweden"))
    with desktop.expect_download() as saved:
        desktop.locator('button[data-png$="tiles.svg"]').click()
    saved.value.save_as(tmp_path / "tiles.png")
    assert saved.value.suggested_filename == "tiles.png"
    picture = (tmp_path / "tiles.png").read_bytes()
    assert picture.startswith(PNG_SIGNATURE)
    assert int.from_bytes(picture[16:20], "big") > 800  # twice the drawing's width


def test_progress_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.goto(ADDRESS.format(language="en"))
    expect(page.locator("button[data-png]").first).to_be_hidden()
    page.locator(".progress-sort").get_by_role("link", name="Country").click()
    expect(first_country(page)).to_have_text(re.compile("^Austria"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the countries as CSV").click()
    assert saved.value.suggested_filename == "eci-2024-000007-countries-2025-03-01.csv"
