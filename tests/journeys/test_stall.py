"""Journey 4: a mobiliser logs conversations on a phone whose network comes and goes, and nothing is lost or doubled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect

from accounts.models import User
from messaging.models import OutboundMessage
from outreach.actions.follow_up import message_context
from outreach.models import OutreachContact
from outreach.tasks import match_identities
from people.enums import Channel, ConsentState
from people.models import ConsentEvent, ContactPoint
from tests.browser import CHROMIUM_ARGUMENTS, PHONE, find_chromium, wait_until
from tests.factories.accounts import make_user
from tests.phone import (
    Server,
    expect_today,
    expect_unsent,
    kept_rows,
    kill_browser,
    lose_first_answer,
    open_app,
    send_now,
    show,
    sign_in,
    tap_outcomes,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]


def test_fifty_offline_contacts_survive_a_killed_browser_and_a_lost_answer(
    server: Server, cleo: User, browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"

    def start_phone() -> Any:
        return browser.browser_type.launch_persistent_context(
            profile, executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS, base_url=live_server.url,
            locale="en", timezone_id=server.zone, reduced_motion="reduce", **PHONE,
        )  # fmt: skip

    phone = start_phone()
    sign_in(phone, cleo, live_server.url)
    page = open_app(phone.pages[0], worker=True)
    phone.set_offline(True)
    page.reload()  # without a network from the start
    page.locator("[data-outcome=interested]").wait_for()
    tap_outcomes(page, 50)
    expect(page.locator(".link-state")).to_have_text("No network: kept here")
    kill_browser(profile)
    assert server.contacts_of(cleo) == 0

    phone = start_phone()
    sign_in(phone, cleo, live_server.url)  # a cookie of this session was not written before the battery ended
    lost = lose_first_answer(phone)
    page = phone.pages[0]
    page.goto("/m/")
    expect_unsent(page, 0)
    assert lost == [200]
    expect_today(page, 50)
    assert server.contacts_of(cleo) == 50
    assert {row["status"] for row in kept_rows(page)} == {"done"}
    phone.close()


def test_two_phones_of_one_account_add_up(server: Server, cleo: User, open_phone: OpenPhone) -> None:
    one, other = open_app(open_phone(cleo, still=True)), open_app(open_phone(cleo, still=True))
    one.context.set_offline(True)
    tap_outcomes(one, 3)
    tap_outcomes(other, 2)
    send_now(other)
    expect_unsent(other, 0)
    one.context.set_offline(False)
    send_now(one)
    expect_unsent(one, 0)
    assert server.contacts_of(cleo) == 5
    expect_today(one, 5)


def test_two_tabs_share_one_queue_and_send_each_record_once(server: Server, cleo: User, open_phone: OpenPhone) -> None:
    one = open_phone(cleo, worker=True, still=True)
    # The worker's time does not stand still: without background sync it leaves the records to the tabs.
    one.context.add_init_script("delete globalThis.ServiceWorkerRegistration?.prototype.sync")
    open_app(one, worker=True)
    sent: list[str] = []

    def see(request: Request) -> None:
        if request.url.endswith("/sync"):
            sent.extend(record["id"] for record in request.post_data_json["records"])

    one.context.on("request", see)
    other = open_app(one.context.new_page())
    tap_outcomes(one, 3)
    expect_unsent(other, 3)  # told by the first tab
    tap_outcomes(other, 2)
    expect_unsent(one, 5)
    send_now(one)
    send_now(other)
    expect_unsent(one, 0)
    expect_unsent(other, 0)
    assert server.contacts_of(cleo) == 5
    assert len(sent) == len(set(sent)) == 5


def test_expired_login_keeps_the_records_for_the_same_person(
    server: Server, cleo: User, open_phone: OpenPhone, live_server: Any
) -> None:
    dan = server.mobilise(make_user("dan"))
    page = open_app(open_phone(cleo, still=True))
    Session.objects.all().delete()
    tap_outcomes(page, 2)
    send_now(page)
    banner = page.locator(".banners .notice").filter(has_text="Sign in to send 2 records")
    expect(banner.get_by_role("link", name="Sign in")).to_have_attribute("href", "/account/login/?next=/m/")
    tap_outcomes(page, 1)  # logging goes on
    assert server.contacts_of(cleo) == 0

    # Somebody else borrows the phone: sees own records only, and that others wait.
    sign_in(page.context, dan, live_server.url)
    send_now(page)
    expect(page.locator(".banners")).to_contain_text("3 records of another person wait on this phone")
    expect_unsent(page, 0)
    tap_outcomes(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    assert (server.contacts_of(dan), server.contacts_of(cleo)) == (1, 0)

    sign_in(page.context, cleo, live_server.url)
    page.reload()
    send_now(page)
    expect(page.locator(".banners")).not_to_contain_text("another person")
    expect_unsent(page, 0)
    assert (server.contacts_of(dan), server.contacts_of(cleo)) == (1, 3)


def test_clock_one_day_wrong_is_told_and_counted_today(server: Server, cleo: User, open_phone: OpenPhone) -> None:
    page = open_phone(cleo)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    page.clock.install(time=yesterday)
    page.clock.resume()
    page.goto("/m/")
    page.locator("[data-outcome=interested]").wait_for()
    tap_outcomes(page, 2)
    expect_today(page, 2)
    send_now(page)
    expect_unsent(page, 0)
    expect_today(page, 2)
    show(page, "settings")
    expect(page.locator("main")).to_contain_text("clock is 1,440 minutes off")
    assert server.contacts_of(cleo) == 2
    for contact in OutreachContact.objects.all():
        assert abs(contact.clock_skew_seconds - 86_400) < 60
        assert abs(timezone.now() - contact.occurred_at) < timedelta(minutes=5)
        assert abs(contact.device_at - yesterday) < timedelta(minutes=5)


def test_undo_before_sending_leaves_no_trace_and_after_it_a_record(
    server: Server, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo, still=True))
    tap_outcomes(page, 1)
    page.locator(".slot").get_by_role("button", name="Undo").tap()
    expect_unsent(page, 0)
    assert kept_rows(page) == []

    page.locator("[data-outcome=pledged]").tap()
    expect_unsent(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    assert server.contacts_of(cleo) == 1
    page.locator(".slot").get_by_role("button", name="Undo").tap()
    expect_unsent(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    expect_today(page, 0)
    assert server.contacts_of(cleo) == 0


def test_double_tap_of_a_trembling_thumb_is_one_contact(cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo, still=True))
    page.locator("[data-outcome=pledged]").evaluate("button => { button.click(); button.click(); }")
    expect_unsent(page, 1)
    page.clock.run_for(450)
    page.locator("[data-outcome=pledged]").tap()
    expect_unsent(page, 2)


def test_signing_out_says_what_is_unsent_and_wipes_only_what_was_acknowledged(
    server: Server, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo))
    tap_outcomes(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    page.context.set_offline(True)
    tap_outcomes(page, 1)
    show(page, "settings")
    page.locator("[data-key=sign-out]").click()
    sheet = page.locator("dialog[open]")
    expect(sheet).to_contain_text("1 record is not sent.")
    sheet.get_by_role("button", name="Sign out anyway").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert [row["status"] for row in kept_rows(page)] == ["waiting"]
    page.context.set_offline(False)  # now the server hears of it
    expect(page.locator(".link-state")).to_have_text("Connected")
    wait_until(page, lambda: not Session.objects.exists(), what="signed out on the server")
    assert server.contacts_of(cleo) == 1


def test_correction_on_another_phone_changes_only_what_was_changed(
    server: Server, cleo: User, open_phone: OpenPhone
) -> None:
    one = open_app(open_phone(cleo, still=True))
    one.get_by_role("button", name="With details").tap()
    sheet = one.locator("dialog[open]")
    sheet.locator("[data-key=interested]").tap()
    sheet.get_by_role("button", name="No time").tap()
    sheet.get_by_role("button", name="Save").tap()
    expect_unsent(one, 1)
    send_now(one)
    expect_unsent(one, 0)

    other = open_app(open_phone(cleo, still=True))
    show(other, "records")
    other.locator(".record").tap()
    sheet = other.locator("dialog[open]")
    expect(sheet.get_by_role("button", name="No time")).to_have_attribute("aria-pressed", "true")
    sheet.locator("[data-key=pledged]").tap()
    sheet.get_by_role("button", name="Save the correction").tap()
    expect_unsent(other, 1)
    send_now(other)
    expect_unsent(other, 0)
    assert server.contacts_of(cleo) == 1
    last = OutreachContact.objects.get(is_current=True)
    assert (last.record_type, last.outcome, last.barriers) == ("correction", "pledged", ["no_time"])


def test_person_told_of_at_the_stall_gets_one_message_and_says_it_was_them(
    server: Server, cleo: User, open_phone: OpenPhone, phone: Page
) -> None:
    page = open_app(open_phone(cleo, still=True, locale="ar"))
    page.locator(".slot .button").first.tap()
    sheet = page.locator("dialog[open]")
    sheet.locator("[data-key=interested]").tap()
    page.fill("#person-name", "Layla Haddad")
    page.fill("#person-address", "0470 98 76 54")
    expect(sheet.locator(".wording blockquote")).to_have_attribute("lang", "ar")
    sheet.locator(f"[data-key=read-{server.wording.pk}]").tap()
    sheet.locator(".sheet-foot .button").tap()
    expect_unsent(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    assert "Haddad" not in str(kept_rows(page))

    match_identities()
    match_identities()
    message = OutboundMessage.objects.get()
    assert (message.channel, message.address, message.language) == (Channel.SMS, "+32470987654", "ar")
    granted = ConsentEvent.objects.get()
    assert granted.state == ConsentState.GRANTED

    phone.goto(urlsplit(message_context(message)["follow_up_url"]).path)
    expect(phone.locator("html")).to_have_attribute("lang", "ar")
    expect(phone.locator("main")).to_contain_text(server.wording.body)
    with phone.expect_navigation():
        phone.locator("button[name=answer][value=yes]").tap()
    expect(phone.locator("button[value=stop]")).to_be_visible()
    expect(phone.locator("button[value=yes]")).to_have_count(0)
    assert ContactPoint.objects.get(canonical="+32470987654").verified_at is not None
    confirmed = ConsentEvent.objects.exclude(pk=granted.pk).get()
    assert (confirmed.state, confirmed.text) == (ConsentState.GRANTED, server.wording)
    assert confirmed.source != granted.source
