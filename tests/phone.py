"""Mobilisers' phones for the journeys: who may log, what a thumb does, and what the server then holds.

``server`` is the real API over the real tables; ``stand_in`` is the stand-in of ``tests/phone_server.py``, for screens.
"""

import itertools
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from campaigns.models import Campaign
from outreach.models import Barrier, CanvassingEffort, OutreachContact
from people.enums import Channel, Purpose
from people.models import Supporter
from tests import phone_server
from tests.browser import wait_for_looks
from tests.factories.accounts import make_organisation, make_user
from tests.factories.people import make_consent_text
from volunteers.enums import Stage
from volunteers.models import Volunteer

SYNC = "**/outreach/api/sync"
STATE = "**/outreach/api/state"
# What a browser says of a request that found no network, or that was answered with 401 or 403.
NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION|Failed to fetch"
REFUSED = r"status of 40[13]"
END_SECONDS = 60


def midday_zone() -> str:
    """Return the time zone where it is between noon and one o'clock: there no journey comes upon midnight."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # named the wrong way round: Etc/GMT-3 is three hours ahead


class Server:
    """One campaign with an effort that asks for people by text message, in Arabic."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.organisation = make_organisation("opendoors")
        self.campaign = Campaign.objects.create(
            title="Vote here", slug="vote-here", organisation=self.organisation, time_zone=self.zone
        )
        self.effort = CanvassingEffort.objects.create(
            campaign=self.campaign,
            organisation=self.organisation,
            title="Market at Flagey",
            languages=["fr", "nl", "en", "ar", "pt", "pl"],
        )
        Barrier.objects.get_or_create(key="no_time", defaults={"labels": {"en": "no time"}})
        self.wording = make_consent_text(
            self.organisation, "أوافق على أن تراسلوني.", scope=self.campaign.slug, language="ar",
            channel=Channel.SMS, purpose=Purpose.CAMPAIGN_NEWS,
        )  # fmt: skip

    def mobilise(self, user: User) -> User:
        """Make somebody an active volunteer of the campaign."""
        at = timezone.now()
        Volunteer.objects.create(
            supporter=Supporter.objects.create(full_name=user.first_name),
            user=user,
            campaign=self.campaign,
            organisation=self.organisation,
            stage=Stage.ACTIVE,
            stage_since_at=at,
            last_touch_at=at,
            calendar_key=f"calendar-{user.pk}",
        )
        return user

    def contacts_of(self, user: User) -> int:
        return OutreachContact.objects.counting().logged_by(user).count()


@pytest.fixture
def server(transactional_db: None, settings: Any) -> Server:
    settings.TIME_ZONE = midday_zone()
    return Server(settings.TIME_ZONE)


@pytest.fixture
def stand_in(transactional_db: None, settings: Any) -> phone_server.StandIn:
    """The stand-in whatever the real server can do: for screens that show what the stand-in's world holds."""
    settings.ROOT_URLCONF = phone_server.__name__
    settings.TIME_ZONE = midday_zone()
    phone_server.stand_in = phone_server.StandIn()
    return phone_server.stand_in


@pytest.fixture
def cleo(server: Server) -> User:
    return server.mobilise(make_user("cleo"))


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    """Give a phone the session of somebody, as the sign-in by code would."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def open_app(page: Page, *, worker: bool = False) -> Page:
    """Open the app and wait until it can log; with ``worker``, until its service worker keeps it."""
    page.goto("/m/")
    page.locator("[data-outcome=interested]").wait_for()
    wait_for_looks(page)
    if worker:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def stop_time(page: Page) -> None:
    """Let no time pass on a phone whose app is not open yet: ``page.clock.run_for(milliseconds)`` says how much does.

    What can be undone stays so and nothing is sent by itself, however slow the machine. Not for journeys with axe,
    which waits for time to pass.
    """
    now = datetime.now(UTC)
    page.clock.install(time=now)
    page.clock.pause_at(now + timedelta(seconds=1))


def show(page: Page, screen: str) -> None:
    """Go to one of the app's screens by its tab."""
    page.locator(f".tabs a[href='#{screen}']").click()
    expect(page.locator("body")).to_have_attribute("data-screen", screen)


_kinds = itertools.cycle(["interested", "informed", "nobody", "refused"])


def tap_outcomes(page: Page, times: int) -> None:
    """Log contacts and wait until all are kept; never one kind twice in a row, which the app takes for a double tap."""
    before = int(page.locator(".counter strong").nth(1).inner_text())
    for _ in range(times):
        page.locator(f"[data-outcome={next(_kinds)}]").tap()
    expect_unsent(page, before + times)


def send_now(page: Page) -> None:
    """Tap "send now" in the settings, wait until the try is over, and come back to the first screen."""
    show(page, "settings")
    button = page.locator("[data-key=send]")
    # The screen is drawn anew when a try begins or ends, and a tap just then would meet a button that goes away.
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    show(page, "log")


def expect_today(page: Page, number: int) -> None:
    expect(page.locator(".counter strong").first).to_have_text(str(number))


def expect_unsent(page: Page, number: int) -> None:
    expect(page.locator(".counter strong").nth(1)).to_have_text(str(number))


def lose_first_answer(context: BrowserContext) -> list[int]:
    """Let the server handle the first batch and lose its answer on the way; the list holds what it had answered."""
    lost: list[int] = []

    def handle(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    context.route(SYNC, handle)
    return lost


def kept_rows(page: Page, store: str = "records") -> list[dict[str, Any]]:
    """Return everything the phone keeps of records (or check-ins, guests), straight from IndexedDB."""
    rows: list[dict[str, Any]] = page.evaluate(
        """(store) => new Promise((resolve, reject) => {
          const opening = indexedDB.open("carillon");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const asking = opening.result.transaction(store).objectStore(store).getAll();
            asking.onsuccess = () => { opening.result.close(); resolve(asking.result); };
          };
        })""",
        store,
    )
    return rows


def kill_browser(profile: Path) -> None:
    """End the browser of a profile as an empty battery would: SIGKILL for all its processes, without a goodbye."""
    found = _processes_of(profile)
    assert found, f"no browser uses {profile}"
    deadline = time.monotonic() + END_SECONDS
    while found:
        for number in found:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.02)  # other processes' end: nothing tells us
        found = _processes_of(profile)
        assert time.monotonic() < deadline, "the browser does not end"


def _processes_of(profile: Path) -> list[int]:
    """Return the living processes that were started for a profile, the browser's own and its helpers."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")  # empty once it has ended
        except OSError:
            continue  # ended meanwhile
        if f"--user-data-dir={profile}" in words:
            found.append(int(entry.name))
    return found


@pytest.fixture
def open_phone(open_page: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """Return ``open_phone(user, worker=False, still=False, **options) -> Page``: a phone, signed in, the app not open.

    Only journeys that start without a network need the service worker; the others are quicker without. On a ``still``
    phone no time passes (see ``stop_time``).
    """

    def open_one(user: User | None, *, worker: bool = False, still: bool = False, **options: Any) -> Page:
        workers = "allow" if worker else "block"
        page = open_page("phone", service_workers=workers, **{"timezone_id": midday_zone(), **options})
        if still:
            stop_time(page)
        page.watch.allow(NO_NETWORK)  # type: ignore[attr-defined]
        page.watch.allow(REFUSED)  # type: ignore[attr-defined]
        if user:
            sign_in(page.context, user, live_server.url)
        return page

    return open_one
