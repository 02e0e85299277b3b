import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories.accounts import signed_in

pytestmark = pytest.mark.django_db
LOGIN, CONFIRM = "/account/login/", "/account/login/code/confirm/"


def ask(client, email, **extra):
    return client.post(LOGIN, {"email": email, **extra})


class TestCode:
    def test_sign_in_with_the_mailed_code_leads_to_the_staff_area_and_rotates_the_session(self, cast, client, code):
        client.get(LOGIN)
        assert ask(client, "ada@example.org").headers["Location"] == CONFIRM
        before = client.session.session_key

        answer = client.post(CONFIRM, {"code": code()})

        assert answer.headers["Location"] == "/staff/"
        assert client.session["_auth_user_id"] == str(cast.ada.pk)
        assert client.session.session_key != before
        assert mail.outbox[0].to == ["ada@example.org"]
        assert "Carillon" in mail.outbox[0].subject

    def test_sign_in_of_a_mobiliser_leads_to_the_phone_app(self, cast, client, code):
        ask(client, "cleo@example.org")

        assert client.post(CONFIRM, {"code": code()}, follow=True).redirect_chain == [("/m/", 302)]

        answer = client.get("/account/")
        assert 'href="/m/"' in answer.content.decode()
        assert "mobiliser" in answer.content.decode()
        assert "To the staff area" not in answer.content.decode()

    def test_sign_in_goes_on_to_where_one_was_going_but_never_off_the_site(self, cast, code):
        for following, expected in [
            ("/staff/memberships/", "/staff/memberships/"),
            ("https://evil.example/", "/staff/"),
        ]:
            client = Client()
            ask(client, "ada@example.org", next=following)
            answer = client.post(CONFIRM, {"code": code(), "next": following})
            assert answer.headers["Location"] == expected

    def test_sign_in_with_a_wrong_code_is_refused_and_after_three_tries_over(self, cast, client, code):
        ask(client, "ada@example.org")
        for _ in range(2):
            answer = client.post(CONFIRM, {"code": "WRONG1"})
            assert answer.status_code == 200
            assert "aria-invalid" in answer.content.decode()
        client.post(CONFIRM, {"code": "WRONG1"})

        client.post(CONFIRM, {"code": code()})

        assert "_auth_user_id" not in client.session

    def test_sign_in_with_somebody_elses_code_is_refused(self, cast, code):
        mine, theirs = Client(), Client()
        ask(theirs, "ada@example.org")
        stolen = code()
        ask(mine, "ben@example.org")

        mine.post(CONFIRM, {"code": stolen})

        assert "_auth_user_id" not in mine.session

    def test_sign_in_with_a_code_used_before_is_refused(self, cast, client, code):
        ask(client, "ada@example.org")
        client.post(CONFIRM, {"code": code()})
        client.post("/account/logout/")

        assert client.post(CONFIRM, {"code": code()}).headers["Location"].startswith(LOGIN)
        assert "_auth_user_id" not in client.session

    def test_sign_in_with_an_old_code_is_refused(self, cast, client, code, clock):
        ask(client, "ada@example.org")
        clock.shift(601)

        client.post(CONFIRM, {"code": code()})

        assert "_auth_user_id" not in client.session

    def test_sign_in_of_a_dismissed_member_sends_no_code(self, cast, client):
        cast.ada.is_active = False
        cast.ada.save()

        ask(client, "ada@example.org")

        assert all("Your code" not in message.body for message in mail.outbox)

    @pytest.mark.parametrize(
        "email", ["", "no-address", "a" * 300 + "@example.org", "a@b\r\nBcc: x@example.org", "\x00@x.org"]
    )
    def test_sign_in_with_a_bad_address_is_explained_beside_the_field(self, cast, client, email):
        answer = ask(client, email)

        assert answer.status_code == 200
        assert 'class="errors"' in answer.content.decode()
        assert mail.outbox == []


class TestNobodyLearnsWhoHasAnAccount:
    def answers(self, email):
        client = Client()
        first = ask(client, email)
        second = client.get(first.headers["Location"])
        third = client.post(CONFIRM, {"code": "WRONG1"})
        pages = [page.content.decode() for page in (second, third)]
        return [
            (first.status_code, first.headers["Location"], sorted(first.cookies)),
            *[re.sub(r'value="[^"]{60,}"', "", page).replace(email, "EMAIL") for page in pages],
        ]

    def test_a_known_and_an_unknown_address_get_the_same_answers(self, cast):
        assert self.answers("ada@example.org") == self.answers("stranger@example.org")

    def test_an_unknown_address_is_told_in_its_own_mailbox_only(self, cast, client):
        ask(client, "stranger@example.org")

        (message,) = mail.outbox
        assert message.to == ["stranger@example.org"]
        assert "no account" in message.body
        assert "Your code" not in message.body


class TestLimits:
    @pytest.fixture(autouse=True)
    def _limits(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {}  # allauth's own

    def test_codes_for_one_address_are_limited_whoever_asks(self, cast):
        answers = [ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), "ada@example.org") for number in range(5)]

        assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
        assert len(mail.outbox) == 3

    def test_attempts_from_one_address_of_the_network_end_in_429_with_a_page(self, cast):
        answers = [ask(Client(), f"stranger{number}@example.org") for number in range(40)]

        assert answers[0].status_code == 302
        assert answers[-1].status_code == 429
        assert "Too many attempts" in answers[-1].content.decode()


class TestThereAreNoPasswords:
    @pytest.mark.parametrize(
        "name",
        ["account_change_password", "account_set_password", "account_reset_password", "account_email"],
    )
    def test_password_and_address_screens_do_not_exist(self, name):
        with pytest.raises(NoReverseMatch):
            reverse(name)

    def test_a_password_does_not_sign_in(self, cast, client):
        cast.ada.set_password("correct horse battery")
        cast.ada.save()

        for address in (LOGIN, "/staff/login/"):
            form = {"login": "ada@example.org", "username": "ada@example.org", "password": "correct horse battery"}
            client.post(address, form, follow=True)
            assert "_auth_user_id" not in client.session

    def test_wagtails_own_sign_in_leads_to_ours(self, client):
        for address in ("/staff/login/", "/staff/password_reset/"):
            assert client.get(address).headers["Location"] == LOGIN
        assert client.get("/staff/login/?next=/staff/pages/").headers["Location"] == f"{LOGIN}?next=%2Fstaff%2Fpages%2F"
        assert client.get("/staff/").headers["Location"].startswith(LOGIN)

    def test_registration_is_closed_and_says_how_to_get_in(self, db, client):
        for answer in (client.get("/account/signup/"), client.post("/account/signup/", {"email": "x@example.org"})):
            assert "Accounts are made by invitation" in answer.content.decode()
        from accounts.models import User

        assert not User.objects.filter(email="x@example.org").exists()


class TestOut:
    def test_signing_out_asks_on_get_and_acts_on_post(self, cast):
        client = signed_in(cast.ada)
        assert client.get("/account/logout/").status_code == 200
        assert "_auth_user_id" in client.session

        client.post("/staff/logout/")

        assert "_auth_user_id" not in client.session
        assert client.get("/staff/logout/").status_code == 405

    def test_account_page_needs_a_sign_in_and_lists_ones_roles(self, cast, client, django_assert_num_queries):
        assert client.get("/account/").headers["Location"].startswith(LOGIN)

        page = signed_in(cast.ben).get("/account/").content.decode()

        assert "partner manager" in page
        assert "Partner" in page
        assert "To the staff area" in page

    def test_account_page_without_a_role_says_whom_to_ask(self, cast):
        assert "You have no role at the moment" in signed_in(cast.ivo).get("/account/").content.decode()

    def test_signed_in_people_are_led_past_the_sign_in_page_without_a_loop(self, cast):
        for who, home in (("ada", "/staff/"), ("cleo", "/m/"), ("ivo", "/account/")):
            answer = signed_in(cast[who]).get(LOGIN, follow=True)
            assert answer.status_code == 200
            assert answer.redirect_chain[-1][0] == home
