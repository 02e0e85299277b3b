"""Story: a member of staff signs in on a phone and on a desk, by code, and sets up a second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_no_sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def look(page):
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def sign_in(page, email):
    page.goto("/account/login/")
    page.fill("[name=email]", email)
    page.press("[name=email]", "Enter")
    page.wait_for_url("**/login/code/confirm/**")
    page.fill("[name=code]", re.search(r":\s+(\S+)\n", mail.outbox[-1].body)[1])
    page.press("[name=code]", "Enter")


@pytest.mark.parametrize(
    ("device", "options"),
    [
        ("phone", {}),
        ("phone", {"locale": "ar", "color_scheme": "dark"}),
        ("phone", {"javascript": False, "locale": "fr"}),
        ("desktop", {"locale": "nl", "color_scheme": "dark"}),
    ],
)
def test_every_account_page_is_accessible(cast, open_page, device, options):
    page = open_page(device, **options)
    javascript = options.get("javascript", True)
    check = look if javascript else assert_no_sideways_scroll
    for address in ("/account/login/", "/account/signup/"):
        page.goto(address)
        check(page)
    page.goto("/account/login/")
    page.fill("[name=email]", "nonsense")
    page.press("[name=email]", "Enter")
    expect(page.locator(".errors")).to_be_visible()
    check(page)
    page.fill("[name=email]", "cleo@example.org")
    page.press("[name=email]", "Enter")
    page.wait_for_url("**/login/code/confirm/**")
    check(page)
    page.fill("[name=code]", "WRONG1")
    page.press("[name=code]", "Enter")
    expect(page.locator(".errors")).to_be_visible()
    check(page)
    page.fill("[name=code]", re.search(r":\s+(\S+)\n", mail.outbox[-1].body)[1])
    page.watch.allow("403")  # nobody has taken her on as a volunteer yet, and the phone app says so
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/m/")
    expect(page.locator("h1")).to_be_visible()
    addresses = (
        "/account/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/add/",
        "/account/logout/",
    )
    for address in addresses:
        page.goto(address)
        check(page)
    page.goto("/staff/")  # not open to a mobiliser, and says so
    check(page)


def test_staff_sets_up_an_app_and_then_needs_it(cast, open_page, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    settings.MFA_TOTP_TOLERANCE = 10  # codes turn every thirty seconds; a slow browser may take longer to hand one in
    page = open_page("phone")
    sign_in(page, "ada@example.org")
    page.wait_for_url("**/account/second-factor/")
    look(page)

    page.get_by_role("link", name="Set up an app").click()
    page.wait_for_url("**/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", totp.format_hotp_value(totp.hotp_value(secret, counter_now())))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/recovery-codes/")
    look(page)
    recovery = page.input_value("#recovery_codes").split()
    assert len(recovery) == 10
    page.goto("/staff/")
    expect(page.get_by_role("button", name="Search")).to_be_visible()

    other = open_page("desktop")
    sign_in(other, "ada@example.org")
    other.wait_for_url("**/2fa/authenticate/")
    look(other)
    other.fill("[name=code]", recovery[0])
    other.press("[name=code]", "Enter")
    other.wait_for_url("**/staff/")


def counter_now():
    counters = list(totp.yield_hotp_counters_from_time())
    return counters[len(counters) // 2]  # those before and after are the tolerated ones


def test_a_passkey_is_made_and_signs_in(cast, open_page, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    page = open_page("desktop")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_in(page, "ada@example.org")
    page.wait_for_url("**/account/second-factor/")

    page.get_by_role("link", name="Add a passkey").click()
    page.wait_for_url("**/webauthn/add/")  # and for its scripts
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=cast.ada, type="webauthn").count() == 1
    page.goto("/account/2fa/webauthn/")
    look(page)
    page.goto("/account/logout/")
    with page.expect_navigation():
        page.locator("main form button").click()
    page.goto("/account/login/")
    page.click("#passkey_login")

    page.wait_for_url("**/staff/")
