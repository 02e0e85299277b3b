"""Whatever is sent to the public addresses, the answer is a page: never a crash, and nothing odd is kept."""

import string
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cms.models import PetitionPage
from core.ttl_cache import clear_ttl_caches
from people.models import Submission
from people.tokens import CONFIRM, SENT, sign_uuid
from tests.factories.cms import make_petition, make_petition_page

pytestmark = pytest.mark.django_db

HOSTILE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FIELDS = [
    "full_name", "email", "phone", "nationality", "residence_country", "postcode", "comment", "source", "website",
    "altcha", "wait_token", "consent_1", "consent_999999999999999999", "consent_x", "csrfmiddlewaretoken", "page_id",
]  # fmt: skip
TRICKS = st.sampled_from(
    [
        "", "\x00", "a\r\nBcc: everyone@example.org", "a@b\nSubject: x", "<script>alert(1)</script>", "' OR 1=1 --",
        "{{ 7*7 }}", "{% load x %}", "%s%n", "../../etc/passwd", "\u202egpj.exe", "\ud800", "🕊" * 200, "ا" * 400,
        "A" * 100_000, "a@" + "b" * 300 + ".eu", "victim@example.org\x00", "x@xn--.eu", "x@..", "=cmd|' /C calc'!A0",
        "-1", "1e309", "NaN", "true", "[]", '{"a":1}', "BE", "ZZ", "GB\u0000", "+32470123456", "00" * 30, "~" * 50,
    ]
)  # fmt: skip
VALUES = st.one_of(TRICKS, st.text(max_size=60), st.text(alphabet=string.printable, max_size=300))
GOOD = {
    "full_name": "Ann", "email": "ann@example.org", "nationality": "BE", "residence_country": "BE", "postcode": "1050",
}  # fmt: skip


@pytest.fixture
def page() -> PetitionPage:
    petition = make_petition(asks_nationality=True, asks_phone=True, asks_postcode=True, asks_comment=True)
    page = make_petition_page(petition)
    clear_ttl_caches()
    return page


def _encodable(value: str) -> str:
    """Browsers cannot send half a surrogate pair; what stands for it can be sent."""
    return value.encode("utf-8", "replace").decode()


@HOSTILE
@given(changes=st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=8), keeps_rest=st.booleans())
@example(changes={"email": "a@example.org\r\nBcc: b@example.org"}, keeps_rest=True)
@example(changes={"full_name": "x" * 200_000}, keeps_rest=True)
def test_sign_with_hostile_fields_answers_plainly_and_keeps_only_valid_rows(
    page: PetitionPage, changes: dict[str, str], keeps_rest: bool
) -> None:
    form = {name: _encodable(value) for name, value in {**(GOOD if keeps_rest else {}), **changes}.items()}
    before = Submission.objects.count()
    response = Client().post(f"/en/sign/{page.pk}/", form, REMOTE_ADDR="192.0.2.7")
    assert response.status_code in (303, 422, 429), response.status_code
    kept = Submission.objects.count() - before
    assert kept == (1 if response.status_code == 303 else 0)
    if kept:
        row = Submission.objects.latest("pk")
        told = [row.email, row.payload.get("full_name", ""), row.source, row.payload.get("postcode", "")]
        assert not any(ord(character) < 32 for text in told for character in text)
        assert len(row.email) <= 254


@HOSTILE
@given(body=st.binary(max_size=2_000), kind=st.sampled_from(
    [
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", "",
        "x/y; charset=utf-7",
    ]
))  # fmt: skip
def test_sign_with_a_body_that_is_no_form_answers_plainly(page: PetitionPage, body: bytes, kind: str) -> None:
    response = Client().generic("POST", f"/en/sign/{page.pk}/", body, content_type=kind, REMOTE_ADDR="192.0.2.8")
    assert response.status_code in (400, 422, 429), response.status_code
    assert not Submission.objects.exists()


@HOSTILE
@given(
    token=st.one_of(
        TRICKS, st.text(max_size=80), st.from_regex(r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", fullmatch=True)
    ),
    address=st.sampled_from(["confirm", "not-me", "share", "withdraw", "sign/sent"]),
    method=st.sampled_from(["get", "post", "head"]),
)  # fmt: skip
def test_forged_token_is_refused_everywhere(page: PetitionPage, token: str, address: str, method: str) -> None:
    path = f"/en/{address}/{quote(_encodable(token), safe='')[:3000]}/"
    response = getattr(Client(), method)(path, REMOTE_ADDR="192.0.2.9")
    assert 300 <= response.status_code < 500, response.status_code


@pytest.mark.parametrize("address", ["confirm", "not-me", "withdraw"])
def test_token_made_for_one_address_is_refused_at_another(page: PetitionPage, address: str) -> None:
    Client().post(f"/en/sign/{page.pk}/", GOOD)
    row = Submission.objects.get()
    wrong = sign_uuid(row.public_id, SENT)
    assert Client().post(f"/en/{address}/{wrong}/").status_code == 404
    row.refresh_from_db()
    assert row.status == "pending"


def test_replayed_confirmation_after_a_while_changes_nothing(page: PetitionPage) -> None:
    Client().post(f"/en/sign/{page.pk}/", GOOD)
    row = Submission.objects.get()
    path = f"/en/confirm/{sign_uuid(row.public_id, CONFIRM)}/"
    first = Client().post(path)
    assert (first.status_code, "/share/" in first["Location"]) == (303, True)
    Submission.objects.filter(pk=row.pk).update(confirmed_at=row.created_at - timedelta(days=365))
    assert Client().post(path).status_code == 409


@HOSTILE
@given(query=st.text(max_size=100), path=st.text(alphabet=string.ascii_letters + "/.%-_ñ\u202e\x00", max_size=60))
def test_any_address_answers_without_a_crash(page: PetitionPage, query: str, path: str) -> None:
    address = f"/{quote(_encodable(path), safe='/%.')}"
    response = Client().get(f"{address}?{quote(_encodable(query), safe='=&')}")
    assert response.status_code < 500, response.status_code


@HOSTILE
@given(server=VALUES, text=VALUES)
def test_mastodon_server_is_never_anything_but_a_host_name(page: PetitionPage, server: str, text: str) -> None:
    response = Client().post("/en/share/on-mastodon/", {"server": _encodable(server), "text": _encodable(text)})
    assert response.status_code in (200, 422)
