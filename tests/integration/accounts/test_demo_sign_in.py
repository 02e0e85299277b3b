import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import NoReverseMatch, include, path, reverse

from accounts.demo import DEMO_LOGINS, LEAD, NotADemoError, load_demo_accounts
from accounts.models import Membership, Organisation, User
from config.urls import urlpatterns as real_patterns

pytestmark = pytest.mark.django_db
urlpatterns = [path("account/demo/", include("accounts.demo_urls")), *real_patterns]


@pytest.fixture
def demo(settings, request):
    settings.DEMO_MODE = True
    settings.ROOT_URLCONF = __name__
    sys.modules[__name__] = sys.modules.get(__name__) or request.module
    load_demo_accounts()


def test_demo_sign_in_outside_the_demo_has_no_address_and_no_button(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_demo_sign_in")
    assert client.post("/account/demo/sign-in/", {"email": "admin@demo.example"}, follow=True).status_code == 404
    assert "Try it as" not in client.get("/account/login/").content.decode()


def test_demo_sign_in_in_production_settings_is_not_registered():
    program = (
        "import django; django.setup(); from django.urls import reverse, NoReverseMatch\n"
        "try: reverse('account_demo_sign_in')\n"
        "except NoReverseMatch: print('absent')"
    )
    secrets = dict.fromkeys(("SECRET_KEY", "KEYED_HASH_SECRET", "ALTCHA_HMAC_KEY"), "x" * 60)
    environment = {
        **secrets,
        "DATA_KEYS": "a=" + "A" * 43 + "=",
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PUBLIC_URL": "https://campaign.example.org",
        "DATABASE_URL": "sqlite:///:memory:",
        "CELERY_BROKER_URL": "filesystem://",
        "CACHE_URL": "locmem://",
        "DEFAULT_FROM_EMAIL": "x@example.org",
        "DEMO_MODE": "true",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "absent", done.stderr[-2000:]


def test_demo_sign_in_view_refuses_even_when_wired_outside_the_demo(demo, settings):
    settings.DEMO_MODE = False

    assert Client().post("/account/demo/sign-in/", {"email": "admin@demo.example"}, follow=True).status_code == 404


@pytest.mark.parametrize("login", DEMO_LOGINS, ids=lambda login: login.email)
def test_demo_sign_in_of_each_person_opens_what_their_role_opens(demo, login):
    client = Client()
    page = client.get("/account/login/").content.decode()
    assert login.email in page

    answer = client.post("/account/demo/sign-in/", {"email": login.email}, follow=True)

    assert client.session["_auth_user_id"] == str(User.objects.get(email=login.email).pk)
    expected = "/m/" if login.email.startswith("cleo") else "/staff/"
    assert answer.redirect_chain[-1][0] == expected
    assert answer.status_code == 200


def test_demo_sign_in_knows_the_demos_people_only(demo):
    User.objects.create_superuser("real@example.org")
    client = Client()

    for email in ("real@example.org", "", "ADMIN@demo.example"):
        assert client.post("/account/demo/sign-in/", {"email": email}, follow=True).status_code == 404
    assert client.get("/account/demo/sign-in/").status_code == 405
    assert "_auth_user_id" not in client.session


def test_demo_sign_in_needs_the_forms_token(demo):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/account/demo/sign-in/", {"email": "admin@demo.example"}).status_code == 403


def test_load_demo_accounts_twice_changes_nothing_and_marks_all_as_generated(demo):
    before = (Organisation.objects.count(), User.objects.count(), Membership.objects.count())

    assert load_demo_accounts() == DEMO_LOGINS

    assert (Organisation.objects.count(), User.objects.count(), Membership.objects.count()) == before
    assert not Organisation.objects.filter(is_generated=False).exists()
    partners = Organisation.objects.get(slug=LEAD).partners
    assert partners.count() == 21
    assert partners.values("country").distinct().count() == 18
    assert all(email.endswith("@demo.example") for email in User.objects.values_list("email", flat=True))
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_load_demo_accounts_outside_the_demo_is_refused():
    with pytest.raises(NotADemoError):
        load_demo_accounts()
    assert not User.objects.exists()
