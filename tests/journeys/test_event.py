"""Journey 5: a workshop from its planning to its figures, with the days between passed in a moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import User
from events.actions.publishing import close_over_events
from events.actions.reminders import queue_due_reminders
from events.actions.report_reminders import queue_report_requests
from events.enums import EventStatus, OutcomeField
from events.links import event_url
from events.models import Attendance, Event
from messaging.actions.deliver import deliver_messages
from messaging.ports import Letter
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_member, make_user
from tests.factories.cms import make_events_page
from tests.factories.events import make_venue
from tests.factories.people import make_consent_text
from tests.factories.reminders import make_scheduled_type
from tests.phone import Server, expect_unsent, open_app, send_now, show, sign_in
from volunteers.models import ShiftTemplate

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
ZONE = "Europe/Brussels"
PLANNED = datetime(2026, 4, 27, 8, tzinfo=UTC)  # a Monday
START = datetime(2026, 5, 2, 12, tzinfo=UTC)  # that Saturday, 14:00 in Brussels
END = START + timedelta(hours=2)
ELEVEN = datetime(2026, 5, 1, 9, tzinfo=UTC)  # 11:00 of the day before
NEXT_MORNING = datetime(2026, 5, 3, 7, tzinfo=UTC)
TITLE = "S’inscrire pour voter"
NOUR, OMAR, INES = "nour@example.org", "omar@example.org", "ines@example.org"


class Inbox:
    """Takes every letter and keeps it."""

    taken: ClassVar[list[Letter]] = []

    def send(self, letter: Letter) -> str:
        self.taken.append(letter)
        return ""

    def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock goes on as it does, but from the Monday before; ``move_to`` lets days pass."""
    with time_machine.travel(PLANNED, tick=True) as traveller:
        yield traveller


@pytest.fixture
def campaign(clock: time_machine.Traveller, transactional_db: None, settings: Any, live_server: Any) -> Server:
    """A campaign with workshops for two people and two volunteers, and a French page of its events."""
    settings.PUBLIC_URL, settings.TIME_ZONE = live_server.url, ZONE
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), f"{__name__}.Inbox")
    Inbox.taken.clear()
    sync_roles()
    made = Server(ZONE)
    asked = [OutcomeField.INFORMED.value, OutcomeField.SAID.value, OutcomeField.COST.value]
    workshop = make_scheduled_type(
        campaign=made.campaign, default_capacity=2, checklist=[{"text": "Open the doors", "days_before": 0}],
        outcome_fields=asked, largest_party=1,
    )  # fmt: skip
    ShiftTemplate.objects.create(event_type=workshop, title="At the door", needed=1)
    make_venue(made.campaign)
    make_events_page(made.campaign)
    make_events_page(made.campaign, language="fr", title="Rencontres")
    make_consent_text(made.campaign.organisation, "Écrivez-moi.", scope=made.campaign.slug, language="fr")
    return made


@pytest.fixture
def ada(campaign: Server) -> User:
    return make_member("ada", campaign.organisation, Role.COORDINATOR)


@pytest.fixture
def cleo(campaign: Server) -> User:
    return campaign.mobilise(make_user("cleo"))


def look(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def enter(page: Page, user: User, live_server: Any) -> Page:
    sign_in(page.context, user, live_server.url)
    return page


def letters(purpose: str, to: str = "") -> list[Letter]:
    """Let everything due leave, and return the letters of one purpose so far, to everybody or to one address."""
    deliver_messages(at=timezone.now())
    return [each for each in Inbox.taken if each.idempotency_key.startswith(f"{purpose}:") and to in each.address]


def follow(page: Page, letter: Letter, part: str) -> None:
    """Open the link of a letter whose address contains ``part``."""
    page.goto(next(word for word in letter.text.split() if part in word))


def plan(page: Page) -> Event:
    """Plan a workshop in the staff area, publish it, and find it in the calendar."""
    page.goto(reverse("staff_events:add"))
    page.get_by_role("link", name="Workshop").click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=language]").select_option("fr")
    page.locator("[name=starts_at]").fill("2026-05-02T14:00")
    page.locator("[name=venue]").select_option(label="Maison Example")
    expect(page.locator("[name=capacity]")).to_have_value("2")
    look(page)
    page.locator("#main form button[type=submit]").last.click()
    expect(page.locator(".ev-headline")).to_contain_text("draft")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".ev-headline")).to_contain_text("published")
    event = Event.objects.get()
    page.reload()  # axe dislikes the green of Wagtail's own message, which is gone now
    look(page)
    page.goto(reverse("staff_events:calendar") + "?day=2026-05-01")
    expect(page.locator("#main").get_by_role("link", name=TITLE)).to_be_visible()
    look(page)
    return event


def register(page: Page, event: Event, name: str, email: str, *, agrees: bool) -> Page:
    """Register on the public page, and prove the address on the page behind the letter's link."""
    page.goto(event_url(event, "fr"))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    look(page)
    page.locator("[name=full_name]").fill(name)
    page.locator("[name=email]").fill(email)
    if agrees:
        page.locator("[name^=consent_]").check()
    page.locator("#sign-form button[type=submit]").click()
    page.wait_for_url("**/sent/**")
    expect(page.locator("bdi", has_text=email)).to_be_visible()
    (letter,) = letters("rsvp-registered", email)
    follow(page, letter, "/events/rsvp/")
    page.locator("form[action*='/confirm/'] button").click()
    expect(page.locator("form[action*='/confirm/']")).to_have_count(0)
    return page


def test_workshop_from_plan_to_figures(
    campaign: Server,
    ada: User,
    cleo: User,
    clock: time_machine.Traveller,
    open_page: OpenPage,
    open_phone: OpenPage,
    live_server: Any,
) -> None:
    desk = enter(open_page("desktop"), ada, live_server)
    event = plan(desk)

    # Two places: Nour and Omar have them, Inês waits until Nour cannot come.
    nour = register(open_page("phone", locale="fr"), event, "Nour Guest", NOUR, agrees=True)
    register(open_page("phone", locale="fr"), event, "Omar Guest", OMAR, agrees=True)
    ines = register(open_page("phone", locale="fr"), event, "Inês Guest", INES, agrees=False)
    assert dict(event.rsvps.values_list("full_name", "status")) == {
        "Nour Guest": "coming",
        "Omar Guest": "coming",
        "Inês Guest": "waiting",
    }
    nour.locator("button[name=do][value=cancel]").click()
    expect(nour.locator("button[value=come]")).to_be_visible()
    (offer,) = letters("rsvp-offer")
    assert offer.address == INES
    follow(ines, offer, "/events/rsvp/")
    ines.locator("button[name=do][value=confirm]").click()
    expect(ines.locator(".rsvp-code")).to_be_visible()
    look(ines)
    assert event.timeslots.get().taken == 2

    # Cleo takes the shift that was planned with it.
    mine = enter(open_page("phone"), cleo, live_server)
    mine.goto("/en/volunteers/me/")
    mine.get_by_role("button", name="I take it").click()
    expect(mine.locator("section[aria-labelledby=shifts]")).to_contain_text("At the door")
    look(mine)

    # Reminders: to whoever comes, once, and not after the start.
    for moment in (ELEVEN - timedelta(minutes=1), ELEVEN, ELEVEN + timedelta(minutes=5), ELEVEN + timedelta(hours=1)):
        clock.move_to(moment)
        queue_due_reminders(at=moment)
        queue_due_reminders(at=moment)
        expected = [] if moment < ELEVEN else [INES, OMAR]
        assert sorted(each.address for each in letters("event-reminder")) == expected

    # At the door, Cleo's phone has no network: Omar is in, somebody walks in, a conversation is logged.
    clock.move_to(START - timedelta(minutes=10))
    app = open_phone(cleo, timezone_id=ZONE)
    app.clock.install(time=timezone.now())
    open_app(app)
    app.locator("[data-key=door]").tap()
    app.locator("[data-guest='Omar Guest']").wait_for()
    app.context.set_offline(True)
    app.locator("[data-guest='Omar Guest']").tap()
    expect(app.locator("[data-figure=in]")).to_have_text("1")
    app.locator("[data-key=walk-in]").tap()
    expect(app.locator("[data-figure=in]")).to_have_text("2")
    show(app, "log")
    app.locator("[data-outcome=informed]").tap()
    expect_unsent(app, 3)
    assert not Attendance.objects.exists()
    app.context.set_offline(False)
    for _ in range(2):  # the second time there is nothing left to send
        send_now(app)
        expect_unsent(app, 0)
    came = Attendance.objects.standing().values_list("rsvp__full_name", "people")
    assert sorted(came, key=str) == [("Omar Guest", 1), (None, 1)]
    clock.move_to(START + timedelta(minutes=1))
    queue_due_reminders(at=timezone.now())
    assert len(letters("event-reminder")) == 2

    # Over: the event closes, Ada is asked for the report once, and writes it.
    clock.move_to(NEXT_MORNING)
    assert close_over_events(at=timezone.now()) == 1
    for _ in range(2):
        queue_report_requests(at=timezone.now())
    (request,) = letters("report-request")
    assert request.address == ada.email
    report(enter(desk, ada, live_server), request)
    event.refresh_from_db()
    assert event.status == EventStatus.REPORTED
    figures(desk)


def report(page: Page, request: Letter) -> None:
    """Write the report behind the letter's link, with the numbers the phones counted."""
    follow(page, request, "/staff/event-reports/")
    expect(page.locator("[name=attended]")).to_have_value("2")
    expect(page.locator("[name=informed]")).to_have_value("1")
    look(page)
    page.locator("[name=said]").fill("On ne savait pas qu’on pouvait voter.")
    page.locator("[name=cost]").fill("40")
    page.get_by_role("button", name="Keep the report").click()
    expect(page.locator(".ev-headline")).to_contain_text("reported")


def figures(page: Page) -> None:
    """Read what the dashboard says of the one event."""
    page.goto(reverse("dashboards_events"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Events in figures")
    known = {"Held": "1", "Reported": "1", "People informed": "1", "Cost per person informed": "40.00 €"}
    for name, number in known.items():
        expect(page.locator(".progress-key div", has_text=name).first.locator("dd")).to_have_text(number)
    expect(page.locator("tr", has=page.get_by_role("rowheader", name="Workshop"))).to_contain_text("50 %")
    look(page)
