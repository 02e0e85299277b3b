"""The way of a citizen through the web: form → inbox → confirm → share → withdraw, and every refusal on it."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from cms.intake_guard import ODD_FROM, WAIT_SECONDS
from cms.models import PetitionPage
from cms.views.confirming import SHARE
from core.ttl_cache import clear_ttl_caches
from integrations.outbox.models import CaughtMessage
from messaging.tasks import deliver_messages, drain_submissions
from people.enums import SubmissionStatus
from people.models import ConsentEvent, Submission
from people.tokens import SENT, sign_uuid
from tests.factories.campaigns import confirm_token
from tests.factories.cms import make_petition, make_petition_page
from tests.factories.forms import ALL_GOOD, ASKS_ALL, GOOD
from tests.factories.people import make_consent_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(at: datetime) -> PetitionPage:
    return make_petition_page(make_petition(**ASKS_ALL), title="Open the doors")


@pytest.fixture
def address(page: PetitionPage) -> str:
    return reverse("sign", args=[page.pk])


def hand_in_form(client: Client, address: str, **answers: str) -> Submission:
    response = client.post(address, {**ALL_GOOD, **answers})
    assert response.status_code == 303, response.content.decode()
    return Submission.objects.latest("pk")


def link(submission: Submission, name: str = "confirm") -> str:
    return reverse(name, args=[confirm_token(submission)])


def test_citizen_signs_confirms_shares_and_withdraws(client: Client, page: PetitionPage, address: str) -> None:
    campaign = page.petition.campaign
    text = make_consent_text(campaign.organisation, scope=campaign.slug)
    inbox = client.post(address, {**ALL_GOOD, f"consent_{text.pk}": "on"}, follow=True)
    assert "ada@example.org" in inbox.content.decode()
    drain_submissions()
    deliver_messages()
    letter = CaughtMessage.objects.get()
    found = re.search(r"http://127\.0\.0\.1:8000(/en/confirm/\S+)", letter.text)
    assert found is not None
    asked = client.get(found[1])
    assert asked.status_code == 200
    assert "Write to me." in unescape(asked.content.decode())
    assert Submission.objects.get().status == SubmissionStatus.PENDING
    thanks = client.post(found[1], follow=True)
    assert thanks.status_code == 200
    signature = Signature.objects.get()
    assert signature.status == SignatureStatus.CONFIRMED
    assert f"?s=~{signature.share_code}" in unescape(thanks.content.decode())
    assert ConsentEvent.objects.get().text == text
    assert client.post(found[1]).headers["Location"] == thanks.redirect_chain[0][0]
    withdraw = reverse("withdraw", args=[sign_uuid(signature.public_id, SHARE)])
    assert client.get(withdraw).status_code == 200
    signature.refresh_from_db()
    assert signature.status == SignatureStatus.CONFIRMED
    for _ in range(2):
        assert client.post(withdraw).status_code == 200
    signature.refresh_from_db()
    assert signature.status == SignatureStatus.WITHDRAWN
    assert ConsentEvent.objects.filter(state="withdrawn").count() == 1


def test_sign_writes_one_row_and_reads_nothing_once_warm(client: Client, address: str) -> None:
    hand_in_form(client, address)
    with CaptureQueriesContext(connection) as queries:
        hand_in_form(client, address, email="ben@example.org")
    statements = [query["sql"].split()[0] for query in queries if "people_submission" in query["sql"]]
    assert statements[0] == "INSERT"
    inserts = [query for query in queries if not query["sql"].startswith("SELECT")]
    assert len(inserts) == 1


def test_sign_answers_the_same_for_a_known_address_and_a_new_one(client: Client, address: str) -> None:
    first = hand_in_form(client, address)
    client.post(link(first))
    answers = [client.post(address, {**ALL_GOOD, "email": email}) for email in ("ada@example.org", "new@example.org")]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {re.sub(r"sent/[^/]+", "sent/…", answer["Location"]) for answer in answers} == {"/en/sign/sent/…/"}
    assert not any(answer.cookies for answer in answers)


def test_sign_with_a_fault_shows_the_page_again_with_everything_typed(client: Client, address: str) -> None:
    typed = {**ALL_GOOD, "email": "ada", "comment": "Because <b>doors</b> & windows", "source": "poster"}
    response = client.post(address, typed)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Enter a valid email address." in shown
    for value in (
        "Ada Lovelace",
        'value="ada"',
        "+32 470 12 34 56",
        "1050",
        "Because &lt;b&gt;doors",
        'value="poster"',
    ):
        assert value in shown
    assert '<option value="FR" selected>' in shown
    assert not Submission.objects.exists()


def test_sign_on_a_french_page_complains_in_french(client: Client, page: PetitionPage) -> None:
    french = make_petition_page(page.petition, language="fr", title="Ouvrez les portes")
    response = client.post(f"/fr/sign/{french.pk}/", {**ALL_GOOD, "email": ""})
    assert response.status_code == 422
    assert '<html lang="fr"' in response.content.decode()
    assert "This field is required." not in response.content.decode()
    hand_in_form(client, f"/fr/sign/{french.pk}/")
    submission = Submission.objects.get()
    assert (submission.locale, submission.target_title) == ("fr", "Ouvrez les portes")


def test_sign_by_get_leads_to_the_page(client: Client, page: PetitionPage, address: str) -> None:
    assert client.get(address)["Location"] == page.get_url()


def test_sign_of_no_live_page_is_not_found(client: Client, page: PetitionPage, address: str) -> None:
    assert client.post("/en/sign/999999/", ALL_GOOD).status_code == 404
    page.unpublish()
    clear_ttl_caches()
    assert client.post(address, ALL_GOOD).status_code == 404


def test_sign_of_an_impossible_number_is_not_found(client: Client, page: PetitionPage) -> None:
    address = reverse("sign", args=[10**20])
    assert client.get(address).status_code == 404
    assert client.post(address, GOOD).status_code == 404


def test_sign_before_opening_or_after_closing_takes_nothing(client: Client, page: PetitionPage, address: str) -> None:
    for change in ({"opens_at": "2026-04-01T00:00Z"}, {"opens_at": None, "closes_at": "2026-03-02T09:00Z"}):
        Petition.objects.update(**change)
        clear_ttl_caches()
        response = client.post(address, ALL_GOOD)
        assert (response.status_code, response["Location"]) == (302, page.get_url())
    assert not Submission.objects.exists()


def test_sign_from_another_site_is_refused(client: Client, address: str) -> None:
    response = client.post(address, ALL_GOOD, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Submission.objects.exists()


def test_sign_without_javascript_when_odd_waits_and_passes_with_what_the_page_carries(
    client: Client, address: str, clock: time_machine.Traveller
) -> None:
    slow = client.post(address, {**ALL_GOOD, "website": "http://x"})
    assert slow.status_code == 429
    shown = slow.content.decode()
    hidden = re.findall(r'<input type="hidden" name="wait_token" value="([^"]+)"', shown)
    assert len(hidden) == 1
    assert "Ada Lovelace" in shown
    again = {**ALL_GOOD, "website": "http://x", "wait_token": unescape(hidden[0])}
    assert client.post(address, again).status_code == 429
    clock.shift(WAIT_SECONDS)
    assert client.post(address, again).status_code == 303
    assert Submission.objects.count() == 1


def test_sign_in_a_flood_is_refused_with_a_page(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.intake_guard.FLOOD_FROM", ODD_FROM)
    answers = [client.post(address, GOOD | ALL_GOOD).status_code for _ in range(ODD_FROM + 1)]
    assert answers == [303] * ODD_FROM + [429]
    assert Submission.objects.count() == ODD_FROM


def test_check_inbox_sends_again_within_limits(client: Client, address: str, clock: time_machine.Traveller) -> None:
    submission = hand_in_form(client, address)
    inbox = reverse("check_inbox", args=[sign_uuid(submission.public_id, SENT)])
    assert client.get(inbox).status_code == 200
    assert client.post(inbox).status_code == 429
    statuses = []
    for _ in range(4):
        clock.shift(timedelta(minutes=2))
        statuses.append(client.post(inbox).status_code)
    assert statuses == [200, 200, 200, 429]
    assert client.post(inbox, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    drain_submissions()
    deliver_messages()
    assert CaughtMessage.objects.count() == 4


def test_check_inbox_of_a_forged_or_purged_link_is_gone(client: Client, address: str) -> None:
    submission = hand_in_form(client, address)
    assert client.get(reverse("check_inbox", args=[confirm_token(submission)])).status_code == 410
    inbox = reverse("check_inbox", args=[sign_uuid(submission.public_id, SENT)])
    submission.delete()
    assert client.get(inbox).status_code == 410


def test_confirm_refuses_in_words_what_it_cannot_do(
    client: Client, address: str, clock: time_machine.Traveller
) -> None:
    used, disowned, expired = (hand_in_form(client, address, email=f"{n}@example.org") for n in "abc")
    assert client.post(link(used)).status_code == 303
    assert client.post(link(disowned, "disown")).status_code == 200
    clock.shift(timedelta(minutes=11))
    assert client.post(link(used)).status_code == 409
    assert client.get(link(used)).status_code == 409
    assert client.post(link(used, "disown")).status_code == 409
    assert client.post(link(disowned)).status_code == 410
    assert client.get(link(disowned)).status_code == 410
    assert client.get("/en/confirm/made.up/").status_code == 404
    clock.shift(timedelta(days=22))
    assert client.post(link(expired)).status_code == 410
    assert client.get(link(expired)).status_code == 410
    assert Signature.objects.count() == 1


def test_opening_a_link_changes_nothing_however_often_scanners_do(client: Client, address: str) -> None:
    submission = hand_in_form(client, address)
    for name in ("confirm", "disown"):
        for method in (client.get, client.head):
            assert method(link(submission, name)).status_code == 200
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.PENDING
    assert submission.email


def test_share_and_withdraw_of_a_made_up_link_are_not_found(client: Client, page: PetitionPage) -> None:
    for name in ("share", "withdraw"):
        assert client.get(reverse(name, args=["made.up"])).status_code == 404
        assert client.post(reverse("withdraw", args=["made.up"])).status_code == 404


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        ("https://Mastodon.Social/@ada", "mastodon.social"),
        ("@ada@chaos.social", "chaos.social"),
        ("javascript:alert(1)", ""),
        ("localhost", ""),
        ("a.b/../../x", ""),
        ("evil.example\r\nX: y", ""),
        ("", ""),
    ],
)
def test_share_on_mastodon_links_to_a_server_only(client: Client, typed: str, host: str) -> None:
    response = client.post(reverse("share_mastodon"), {"server": typed, "text": "Sign & share"})
    shown = unescape(response.content.decode())
    if host:
        assert response.status_code == 200
        assert f"https://{host}/share?text=Sign%20%26%20share" in shown
    else:
        assert response.status_code == 422
        assert 'href="https://' not in shown.split("<main")[1].split("</main>")[0]


hostile = st.one_of(st.text(max_size=200), st.sampled_from(["\x00", "\r\nX: y", "x" * 5000, "../..", "{{x}}", "%00"]))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(answers=st.dictionaries(st.sampled_from([*ALL_GOOD, "source", "website", "altcha", "wait_token"]), hostile))
def test_sign_with_any_answers_never_breaks(client: Client, address: str, answers: dict[str, str]) -> None:
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in answers.items()}
    assert client.post(address, {**ALL_GOOD, **clean}).status_code in (303, 422, 429)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=60))
def test_links_with_any_token_never_break(client: Client, page: PetitionPage, token: str) -> None:
    for name in ("confirm", "disown", "share", "withdraw", "check_inbox"):
        path = reverse(name, args=["TOKEN"]).replace("TOKEN", "").rstrip("/")
        from urllib.parse import quote

        for method in (client.get, client.post):
            assert method(f"{path}/{quote(token, safe='')}/").status_code in (301, 302, 400, 404, 405, 410)
