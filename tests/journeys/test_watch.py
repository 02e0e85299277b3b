"""The watch over the browser itself: it must bite, or the journeys prove less than they claim."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from core.models import Heartbeat
from tests.browser import assert_accessible, assert_no_sideways_scroll, wait_until

pytestmark = pytest.mark.journey

OpenPage = Callable[..., Page]


def test_page_that_behaves_passes_and_orm_works_beside_the_browser(phone: Page, transactional_db: None) -> None:
    Heartbeat.objects.create(name="worker", at="2026-01-01T00:00:00Z")
    phone.goto("/healthz")
    expect(phone.locator("body")).to_have_text("ok")
    assert phone.evaluate("[screen.width, navigator.maxTouchPoints > 0]") == [360, True]


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("fetch('https://example.org/pixel').catch(() => 0)", "Content Security"),
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('boom') })", "a script threw"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "Content Security"),
    ],
)
def test_page_that_misbehaves_is_reported(open_page: OpenPage, script: str, complaint: str) -> None:
    page = open_page("desktop")
    page.goto("/account/login/")
    page.evaluate(f"() => {{ {script} }}")
    wait_until(page, lambda: any(complaint in problem for problem in page.watch.problems), what=complaint)  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match=complaint):
        page.watch.check()
    page.watch.allow(".")


def test_page_that_leaves_the_site_is_stopped_and_reported(phone: Page) -> None:
    with pytest.raises(Error, match="ERR_FAILED"):
        phone.goto("https://example.org/")
    with pytest.raises(AssertionError, match=r"left the site: GET https://example\.org/"):
        phone.watch.check()
    phone.watch.allow(".")


def test_page_without_javascript_runs_none(open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.goto("data:text/html,<p>plain<script>document.body.textContent = 'scripted'</script>")
    expect(page.locator("body")).to_have_text("plain")


def test_axe_reports_an_image_without_text(phone: Page) -> None:
    phone.goto("/healthz")
    phone.set_content("<html lang=en><title>t</title><main><h1>t</h1><img src='data:,'></main>")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(phone)


def test_sideways_scroll_is_reported(phone: Page) -> None:
    phone.goto("/healthz")
    phone.set_content(
        "<meta name=viewport content='width=device-width'><body style='margin:0'><div style='width:908px'>wide</div>"
    )
    phone.watch.allow("Content Security")
    with pytest.raises(AssertionError, match="908 px"):
        assert_no_sideways_scroll(phone)
