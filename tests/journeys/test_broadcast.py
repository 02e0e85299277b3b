"""Journey 6: from a segment to delivery, bounces and unsubscribes, with a second person's word in between."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions.groups import sync_roles
from accounts.enums import Role
from accounts.models import User
from audiences.actions.sending import send_broadcasts
from audiences.enums import BroadcastStatus
from audiences.models import Broadcast
from audiences.tasks import send_broadcasts as work
from messaging.actions.deliver import deliver_messages
from messaging.actions.reports import take_report
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.enums import Channel
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.broadcasts import Newsroom
from tests.factories.staff import make_user
from tests.phone import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PEOPLE = 9
AHEAD = 3  # at this rate, in the minutes queued ahead
RATE = AHEAD / 300


class Inbox:
    """Takes every letter and keeps it."""

    taken: ClassVar[list[Letter]] = []

    def send(self, letter: Letter) -> str:
        self.taken.append(letter)
        return f"provider-{len(self.taken)}"

    def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture
def room(transactional_db: None, settings: Any, live_server: Any) -> Newsroom:
    settings.PUBLIC_URL = live_server.url
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), f"{__name__}.Inbox")
    settings.MESSAGE_RATES = {"email": RATE, "sms": 1}
    settings.SMS_PRICES = ["32=0.10 EUR"]
    settings.BROADCAST_APPROVAL_ABOVE = 5
    Inbox.taken.clear()
    sync_roles()
    room = Newsroom(timezone.now())
    room.ada = make_user("Ada", Role.COORDINATOR, room.lead)
    room.ben = make_user("Ben", Role.COORDINATOR, room.lead)
    room.people(PEOPLE - 2, language="en")
    room.people(2, language="tr")
    room.person(agrees=False)
    room.people(3, channel=Channel.SMS, language="fr")
    return room


def enter(open_page: Callable[..., Page], device: str, user: User, live_server: Any) -> Page:
    page = open_page(device)
    sign_in(page.context, user, live_server.url)
    return page


def look(page: Page) -> None:
    if page.locator(".messages .success").count():
        page.reload()  # axe dislikes the green of Wagtail's own message, which is gone now
    assert_accessible(page, within="#main")
    assert_no_sideways_scroll(page)


def compose(page: Page, name: str, *, text: str, channel: str = "E-mail") -> None:
    page.goto(reverse("staff_broadcasts:index"))
    look(page)
    page.goto(reverse("staff_broadcasts:add"))
    page.locator("[name=name]").fill(name)
    page.locator("[name=channel]").select_option(label=channel.replace("E-mail", "e-mail"))
    page.get_by_label("Everybody", exact=False).first.check()
    page.locator("[name=text_a]").select_option(text)
    look(page)
    page.locator("#main form button[type=submit]").last.click()
    expect(page.locator(".bc-headline")).to_contain_text("draft")


def test_broadcast_from_the_segment_to_who_unsubscribes(
    room: Newsroom, open_page: Callable[..., Page], live_server: Any, settings: Any
) -> None:
    mail = room.text("Halfway", en=f"Hello {{first_name|friend}}, look: {live_server.url}/en/")
    text = room.text("Short", channel=Channel.SMS, fr="Bonjour à tous, c’est demain", en="Tomorrow")

    # A text message first: segments and cost before anything is sent.
    ada = enter(open_page, "desktop", room.ada, live_server)
    compose(ada, "By SMS", text=str(text.pk), channel="SMS")
    expect(ada.locator("[data-figure=reachable]")).to_have_text("3")
    expect(ada.locator("[data-figure=cost]")).to_have_text("0.30 EUR")
    look(ada)

    # The mail: whom it reaches, in which languages, with the fallback told.
    compose(ada, "We are halfway", text=str(mail.pk))
    broadcast = Broadcast.objects.get(name="We are halfway")
    expect(ada.locator("[data-figure=members]")).to_have_text(str(PEOPLE + 4))
    expect(ada.locator("[data-figure=reachable]")).to_have_text(str(PEOPLE))
    expect(ada.locator("[data-lacks=tr]")).to_have_text("2 people speak Turkish: they get English.")
    look(ada)
    ada.get_by_role("button", name="Send me each text").click()
    expect(ada.locator("body")).to_contain_text("on the way to you")
    ada.get_by_role("button", name="Hand in for approval").click()
    expect(ada.locator(".bc-headline")).to_contain_text("waiting for approval")
    expect(ada.get_by_role("button", name="Approve")).to_have_count(0)

    # The second person, on a phone.
    ben = enter(open_page, "phone", room.ben, live_server)
    ben.goto(reverse("wagtailadmin_home"))
    ben.get_by_role("link", name="We are halfway").click()
    expect(ben.locator("[data-figure=reachable]")).to_have_text(str(PEOPLE))
    look(ben)
    ben.get_by_role("button", name="Approve").click()
    expect(ben.locator(".bc-headline")).to_contain_text("scheduled")

    # Sending, a little ahead of the rate; the page follows by itself.
    work()
    assert OutboundMessage.objects.filter(batch=broadcast.batch).count() == AHEAD
    ada.goto(reverse("staff_broadcasts:show", args=[broadcast.pk]))
    expect(ada.locator("#bc-progress")).to_contain_text(f"{PEOPLE - AHEAD} wait for their turn")
    look(ada)
    ada.get_by_role("button", name="Pause").click()
    expect(ada.locator(".bc-headline")).to_contain_text("paused")
    assert deliver_messages(at=timezone.now()) == 1, "the trial to oneself alone"
    ada.get_by_role("button", name="Go on").click()
    expect(ada.locator(".bc-headline")).to_contain_text("being sent")
    settings.MESSAGE_RATES = {"email": 0, "sms": 0}
    send_broadcasts(at=timezone.now())
    deliver_messages(at=timezone.now())
    sent = OutboundMessage.objects.filter(batch=broadcast.batch, status=MessageStatus.SENT)
    assert sent.count() == PEOPLE
    expect(ada.locator("#bc-progress")).to_contain_text(f"{PEOPLE} sent")

    # Reports of the provider, and somebody who wants no more of it.
    for number, message in enumerate(sent.order_by("pk")):
        event = ReportedEvent.HARD_BOUNCED if number == 0 else ReportedEvent.DELIVERED
        take_report(channel=Channel.EMAIL, event=event, at=timezone.now(), provider_id=message.provider_id)
    letter = next(each for each in Inbox.taken if each.idempotency_key.startswith(f"broadcast:{broadcast.pk}:"))
    citizen = open_page("phone")
    citizen.goto(Inbox.taken[-1].headers["List-Unsubscribe"].strip("<>"))
    citizen.locator("main form button").first.click()
    citizen.wait_for_load_state("load")
    assert f"?s=b{broadcast.pk}a" in letter.text

    work()
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.SENT
    ada.goto(reverse("staff_broadcasts:show", args=[broadcast.pk]))
    expect(ada.locator("#bc-progress")).to_contain_text(f"{PEOPLE - 1} delivered")
    expect(ada.locator("body")).to_contain_text("1 address does not work")
    expect(ada.locator("[data-figure=withdrawn]")).to_have_text("1")
    look(ada)
    ada.get_by_role("link", name="Who gets it").click()
    expect(ada.locator("table.listing")).to_contain_text("delivered")
    look(ada)
    assert len({each.address for each in Inbox.taken}) == PEOPLE + 1
