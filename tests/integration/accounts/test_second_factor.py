import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.models import User
from tests.factories.accounts import signed_in

pytestmark = pytest.mark.django_db
SETUP = "/account/second-factor/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


def code_now(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def set_up_app(client):
    """Go through the screens as a person does; return the app's secret."""
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


@pytest.mark.parametrize("who", ["ada", "ben", "eva", "finn", "gul", "hana"])
@pytest.mark.parametrize("address", ["/staff/", "/staff/memberships/", "/staff/pages/", "/staff/nowhere/"])
def test_staff_without_a_second_factor_is_led_to_setting_one_up(cast, who, address):
    answer = signed_in(cast[who]).get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, SETUP)


def test_staff_without_a_second_factor_cannot_post_either(cast):
    client = signed_in(cast.ada)

    assert client.post("/staff/organisations/new/", {"name": "x", "slug": "x"}).headers["Location"] == SETUP


def test_the_page_explains_and_leads_to_both_ways(cast):
    page = signed_in(cast.ada).get(SETUP).content.decode()

    assert "/account/2fa/totp/activate/" in page
    assert "/account/2fa/webauthn/add/" in page


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_staff_area_and_shows_recovery_codes_at_once(cast):
    client = signed_in(cast.ada)

    set_up_app(client)

    assert client.get("/staff/").status_code == 200
    assert len(client.get("/account/2fa/recovery-codes/").context["unused_codes"]) == 10
    assert client.get(SETUP).headers["Location"] == "/account/2fa/"


def test_with_an_app_the_mailed_code_alone_does_not_sign_in(cast, code, clock):
    secret = set_up_app(signed_in(cast.ada))
    clock.shift(60)
    client = Client()
    client.post("/account/login/", {"email": "ada@example.org"})

    answer = client.post("/account/login/code/confirm/", {"code": code()})

    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/staff/").headers["Location"].startswith("/account/login/")
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session

    answer = client.post("/account/2fa/authenticate/", {"code": code_now(secret)})

    assert answer.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_a_recovery_code_signs_in_once(cast, code, clock):
    first = signed_in(cast.ada)
    set_up_app(first)
    recovery = RecoveryCodes(Authenticator.objects.get(user=cast.ada, type="recovery_codes")).get_unused_codes()[0]

    for signs_in in (True, False):
        client = Client()
        client.post("/account/login/", {"email": "ada@example.org"})
        client.post("/account/login/code/confirm/", {"code": code()})
        client.post("/account/2fa/authenticate/", {"code": recovery})
        assert ("_auth_user_id" in client.session) is signs_in


def test_taking_the_app_away_closes_the_staff_area_again(cast):
    client = signed_in(cast.ada)
    set_up_app(client)

    client.post("/account/2fa/totp/deactivate/")
    Authenticator.objects.filter(user=cast.ada).exclude(type="recovery_codes").delete()

    assert client.get("/staff/").headers["Location"] == SETUP


def test_recovery_codes_alone_are_no_second_factor(cast):
    RecoveryCodes.activate(cast.ada)

    assert signed_in(cast.ada).get("/staff/").headers["Location"] == SETUP


def test_where_it_is_not_required_staff_enters_without(cast, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    assert signed_in(cast.ada).get("/staff/").status_code == 200


@pytest.mark.parametrize("who", ["cleo", "ivo"])
def test_who_has_no_staff_area_is_told_so_and_not_asked_for_a_factor(cast, who):
    client = signed_in(cast[who])

    answer = client.get("/staff/")

    assert answer.status_code == 403
    assert "not open to your role" in answer.content.decode()
    assert client.get(SETUP).headers["Location"] == "/account/2fa/"
    assert client.get("/account/").status_code == 200


def test_public_and_account_pages_are_not_touched(cast):
    client = signed_in(cast.ada)

    assert client.get("/healthz").status_code == 200
    assert client.get("/account/2fa/").status_code == 200
    assert client.get("/staff/login/").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("password", [None, "correct horse battery"])
def test_the_first_administrator_of_a_new_site_gets_in(db, code, password):
    """``createsuperuser`` makes a login nobody invited: no address is recorded as proven, a password may be set."""
    User.objects.create_superuser("first@example.org", password)
    client = Client()
    client.post("/account/login/", {"email": "first@example.org"})
    answer = client.post("/account/login/code/confirm/", {"code": code()})
    assert answer.headers["Location"] == "/staff/"
    assert client.get("/staff/").headers["Location"] == SETUP
    if password:
        asked = client.get("/account/2fa/totp/activate/")
        assert asked.headers["Location"].startswith("/account/reauthenticate/")
        page = client.get(asked.headers["Location"])
        assert "password" in page.context["form"].fields
        client.post(asked.headers["Location"], {"password": password})

    set_up_app(client)

    assert client.get("/staff/").status_code == 200
