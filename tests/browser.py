"""A real Chromium for the journeys, which fails a test when a page misbehaves behind the reader's back.

Every page opened here is watched: an error in the console, a violation of the Content-Security-Policy, a script that
throws, an answer of 500, or a request to any other host than the server under test fails the test that caused it.
"""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
DEVICES = {"phone": PHONE, "desktop": DESKTOP}

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "the journeys need a Chromium browser: install one (Debian: apt install chromium) "
    "or name one with CARILLON_CHROMIUM=/path/to/chromium"
)
SERIOUS = {"serious", "critical"}
# How long a slow machine may take, in seconds: a page to answer a step, and what the step says to be true.
STEP_SECONDS = 60
EXPECT_SECONDS = 30
expect.set_options(timeout=EXPECT_SECONDS * 1000)


def find_chromium() -> str | None:
    """Return the path of the browser: CARILLON_CHROMIUM, else the first known name on the PATH, else nothing."""
    named = os.environ.get("CARILLON_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


class Watch:
    """Collects what goes wrong in one browser context; ``problems`` is empty for a well-behaved site."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.problems: list[str] = []
        self.ignored: list[re.Pattern[str]] = []
        context.route(lambda url: not self._is_ours(url), self._refuse)
        context.on("request", self._see_request)
        context.on("response", self._see_response)
        context.on("console", self._see_console)
        context.on("weberror", lambda error: self.problems.append(f"a script threw: {error.error}"))

    def allow(self, pattern: str) -> None:
        """Let problems that match the regular expression pass: a test that means to cause one says so."""
        self.ignored.append(re.compile(pattern))

    def check(self) -> None:
        """Fail the test when anything went wrong that was not allowed."""
        left = [problem for problem in self.problems if not any(p.search(problem) for p in self.ignored)]
        assert not left, "the browser complained:\n  " + "\n  ".join(left)

    def _is_ours(self, url: str) -> bool:
        address = urlsplit(url)
        return address.scheme in {"data", "blob", "about"} or f"{address.scheme}://{address.netloc}" == self.home

    def _refuse(self, route: Route) -> None:
        route.abort()

    def _see_request(self, request: Request) -> None:
        if not self._is_ours(request.url):
            self.problems.append(f"a request left the site: {request.method} {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} from {response.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Without one, journeys are skipped; under CI=true they fail instead."""
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
    with sync_playwright() as playwright:
        # Playwright's synchronous API keeps an event loop running on this thread, so Django believes it is being
        # called from a coroutine. It is not: tests are plain functions and the project has no asynchronous code.
        before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        try:
            yield launched
        finally:
            launched.close()
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Answering:
    """Which threads of the live server are answering a request; ``wait()`` returns once none is.

    A page that closes leaves its last requests to the server. The database is put back and the caches are emptied
    after each test: an answer still being made would read one and fill the other for the test that follows.
    """

    def __init__(self) -> None:
        self._threads: set[int] = set()

    def __enter__(self) -> Self:
        request_started.connect(self._begin)
        request_finished.connect(self._end)
        return self

    def __exit__(self, *_: object) -> None:
        request_started.disconnect(self._begin)
        request_finished.disconnect(self._end)

    def _begin(self, **_: Any) -> None:
        self._threads.add(threading.get_ident())

    def _end(self, **_: Any) -> None:
        self._threads.discard(threading.get_ident())

    def wait(self) -> None:
        deadline = time.monotonic() + STEP_SECONDS
        while self._threads - {threading.get_ident()}:
            assert time.monotonic() < deadline, f"a request is still being answered after {STEP_SECONDS} seconds"
            time.sleep(0.01)


@pytest.fixture
def answering() -> Iterator[Answering]:
    with Answering() as answering:
        yield answering


@pytest.fixture
def open_page(browser: Browser, live_server: Any, answering: Answering) -> Iterator[Callable[..., Page]]:
    """Return ``open_page(device="phone", javascript=True, locale="en", **context options) -> Page``.

    Each call is a new person: own cookies, own storage. Relative addresses lead to the live server. What the page did
    wrong is checked when the test ends; ``page.watch.allow(regex)`` lets an expected problem pass.
    """
    contexts: list[tuple[BrowserContext, Watch]] = []

    def open_one(device: str = "phone", *, javascript: bool = True, locale: str = "en", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            locale=locale,
            reduced_motion="reduce",  # a colour on its way from one to another has no contrast to judge
            **{"timezone_id": "Europe/Brussels", **DEVICES[device], **options},
        )
        context.set_default_timeout(STEP_SECONDS * 1000)
        watch = Watch(context, live_server.url)
        contexts.append((context, watch))
        page = context.new_page()
        page.watch = watch  # type: ignore[attr-defined]
        return page

    yield open_one
    for context, _ in contexts:
        context.close()
    answering.wait()
    for _, watch in contexts:
        watch.check()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone of 360 × 740 with touch, in English, with JavaScript."""
    return open_page("phone")


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop of 1280 × 900, in English, with JavaScript."""
    return open_page("desktop")


def wait_until(page: Page, condition: Callable[[], object], *, what: str, seconds: float = EXPECT_SECONDS) -> None:
    """Return once ``condition()`` is true, for what no locator shows; the browser goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds} seconds still not: {what}"
        page.wait_for_timeout(50)


def wait_for_looks(page: Page) -> None:
    """Return once the page has its style sheets and its letters: without them colours and widths are others."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """Fail when axe finds a serious or critical violation on the page (or ``within`` a CSS selector of it)."""
    wait_for_looks(page)
    violations = Axe().run(page, context=within).response["violations"]
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"      {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in violations
        if violation["impact"] in SERIOUS
    ]
    assert not lines, f"axe on {page.url}:\n  " + "\n  ".join(lines)


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than the screen, which on a phone means scrolling sideways to read."""
    wait_for_looks(page)
    width, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= screen, f"{page.url} is {width} px wide on a screen of {screen} px"
