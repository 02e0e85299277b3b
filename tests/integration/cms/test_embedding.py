"""The site's forms on other websites: what may be read, who may hand in, and what is refused."""

import gzip
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Organisation
from campaigns.actions.tallies import count_signatures
from campaigns.enums import VisitWay
from campaigns.models import Partnership, Petition, Signature, Source, SourceVisit, Tally
from cms.embed_guard import VALID
from cms.intake_guard import ODD_FROM
from core.ttl_cache import clear_ttl_caches
from people.models import ConsentEvent, Submission
from tests.factories.campaigns import press
from tests.factories.cms import make_petition, make_petition_page, make_pledge_page
from tests.factories.forms import GOOD
from tests.factories.people import make_consent_text
from tests.factories.pledges import make_kind

pytestmark = pytest.mark.django_db

HOST = "https://www.partner.example"
TOKEN, SEND = "/embed/v1/token", "/embed/v1/send"


def partner_source(petition: Petition, name: str = "green", **columns: Any) -> Source:
    organisation = Organisation.objects.create(
        name=name.title(), slug=name, privacy_url=f"https://{name}.example/privacy"
    )
    partnership = Partnership.objects.create(campaign=petition.campaign, organisation=organisation)
    return Source.objects.create(
        campaign=petition.campaign, code=f"{name}-site", label=name, partnership=partnership, **columns
    )


@pytest.fixture
def petition(at: datetime) -> Petition:
    petition = make_petition(asks_residence=True)
    make_petition_page(petition, title="Open the doors")
    make_petition_page(petition, language="fr", title="Ouvrez les portes")
    return petition


@pytest.fixture
def source(petition: Petition) -> Source:
    return partner_source(petition)


def post(client: Client, path: str, body: Any, *, origin: str | None = HOST, **headers: str) -> Any:
    if origin is not None:
        headers["origin"] = origin
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def get_token(client: Client, widget: str, source: str = "", *, origin: str = HOST, language: str = "en") -> str:
    answer = post(client, TOKEN, {"widget": widget, "source": source, "language": language}, origin=origin)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["token"])


def hand_in(client: Client, petition: Petition, by_code: str, **answers: str) -> Submission:
    token = get_token(client, f"petition-{petition.pk}", by_code)
    answer = post(client, SEND, {"token": token, "answers": {**GOOD, **answers}})
    assert answer.status_code == 201, answer.content
    return Submission.objects.latest("pk")


# --- The script and what it reads ---


def test_script_is_small_cacheable_and_for_everybody(client: Client) -> None:
    answer = client.get("/embed/v1.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert len(answer.content) < 30_000
    assert len(gzip.compress(answer.content)) < 9_000
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    packed = client.get("/embed/v1.js", headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(packed.content) == answer.content
    again = client.get("/embed/v1.js", headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_script_holds_nothing_a_strict_website_refuses(client: Client) -> None:
    body = client.get("/embed/v1.js").content.decode()
    dangerous = ("innerHTML", "eval(", "new Function", "document.cookie", "localStorage", "document.write", ".style.")
    for refused in dangerous:
        assert refused not in body, refused


def test_form_is_told_with_every_box_unticked_and_the_partners_own(
    client: Client, petition: Petition, source: Source
) -> None:
    ours = make_consent_text(petition.campaign.organisation, scope=petition.campaign.slug)
    partner = source.partnership
    assert partner is not None
    theirs = make_consent_text(partner.organisation, scope=petition.campaign.slug)
    answer = client.get(f"/embed/v1/petition-{petition.pk}/en/form.json?s={source.code}")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "max-age=" in answer.headers["Cache-Control"]
    assert not answer.cookies
    told = answer.json()
    fields = {field["name"]: field for section in told["sections"] for field in section["fields"]}
    assert list(fields)[:2] == ["full_name", "email"]
    assert {f"consent_{ours.pk}", f"consent_{theirs.pk}"} <= set(fields)
    assert fields[f"consent_{theirs.pk}"]["label"] == theirs.body
    assert fields[f"consent_{theirs.pk}"]["privacy"]["url"] == "https://green.example/privacy"
    assert not any("value" in fields[name] for name in fields if name.startswith("consent_"))
    assert told["page_url"].endswith(f"?s={source.code}")
    without = client.get(f"/embed/v1/petition-{petition.pk}/en/form.json").json()
    assert f"consent_{theirs.pk}" not in json.dumps(without)


def test_form_speaks_the_language_asked_for(client: Client, petition: Petition) -> None:
    told = client.get(f"/embed/v1/petition-{petition.pk}/fr/form.json").json()
    assert (told["language"], told["dir"], told["title"]) == ("fr", "ltr", "Ouvrez les portes")
    assert told["words"]["busy"] == "Un instant…"


def test_form_of_a_pledge_is_told_too(client: Client, petition: Petition) -> None:
    kind = make_kind(petition.campaign)
    make_pledge_page(kind)
    told = client.get(f"/embed/v1/pledge-{kind.pk}/en/form.json").json()
    assert told["button"] == kind.words("en").promise
    assert {"full_name", "email"} <= {field["name"] for section in told["sections"] for field in section["fields"]}


@pytest.mark.parametrize("name", ["petition-999999", "petition-x", "event-1", "petition-99999999999999999999"])
def test_form_unknown_is_missing_for_every_website(client: Client, petition: Petition, name: str) -> None:
    answer = client.get(f"/embed/v1/{name}/en/form.json")
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_form_is_kept_for_a_partner_and_carries_each_visits_own_code(client: Client, petition: Petition) -> None:
    path = f"/embed/v1/petition-{petition.pk}/en/form.json"
    for code in ("one", "two", "~abc234", ""):
        page_url = client.get(f"{path}?s={code}").json()["page_url"]
        assert page_url.endswith(f"/?s={code}" if code else "/"), page_url
    assert client.get(path).headers["Vary"] == "Accept-Encoding"


# --- Handing in ---


def test_form_handed_in_becomes_one_row_with_its_source(client: Client, petition: Petition, source: Source) -> None:
    row = hand_in(client, petition, source.code, source="somebody-else")
    assert (row.source, row.target_id, row.kind) == (source.code, petition.pk, "petition-signature")
    assert HOST not in json.dumps(row.payload)
    assert SourceVisit.objects.get(source=source, way=VisitWay.WIDGET).visits == 1


def test_answer_says_check_your_inbox_and_sets_no_cookie(client: Client, petition: Petition, source: Source) -> None:
    token = get_token(client, f"petition-{petition.pk}", source.code, language="fr")
    answer = post(client, SEND, {"token": token, "answers": GOOD})
    sent = answer.json()["sent"]
    assert GOOD["email"] in sent["lead"]
    assert "<" not in sent["lead"]
    assert "/fr/sign/sent/" in sent["again_url"]
    assert client.get(sent["again_url"]).status_code == 200
    assert not answer.cookies
    assert answer.headers["Access-Control-Allow-Origin"] == HOST
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


def test_wrong_answers_are_named_in_the_language_of_the_form(client: Client, petition: Petition) -> None:
    token = get_token(client, f"petition-{petition.pk}", language="fr")
    answer = post(client, SEND, {"token": token, "answers": {**GOOD, "email": "nobody"}})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert list(errors["fields"]) == ["email"]
    assert "adresse" in errors["fields"]["email"][0]
    assert errors["title"] == "Il y a une chose à corriger"
    # Put right, the same token lets it through.
    assert post(client, SEND, {"token": token, "answers": GOOD}).status_code == 201


def test_pledge_handed_in(client: Client, petition: Petition, source: Source) -> None:
    kind = make_kind(petition.campaign)
    make_pledge_page(kind)
    token = get_token(client, f"pledge-{kind.pk}", source.code)
    answers = {"full_name": "Ada Lovelace", "email": "ada@example.org", "remind": "never"}
    answer = post(client, SEND, {"token": token, "answers": answers})
    assert answer.status_code == 201, answer.content
    row = Submission.objects.get()
    assert (row.kind, row.target_id, row.source) == ("pledge", kind.pk, source.code)


def test_closed_petition_takes_nothing(client: Client, petition: Petition, at: datetime) -> None:
    token = get_token(client, f"petition-{petition.pk}")
    Petition.objects.update(closes_at=at)
    clear_ttl_caches()
    assert post(client, SEND, {"token": token, "answers": GOOD}).status_code == 410
    told = client.get(f"/embed/v1/petition-{petition.pk}/en/form.json").json()
    assert (told["open"], told["closed"]) == (False, "This petition is closed")
    assert not Submission.objects.exists()


# --- Refusals ---


def test_preflight_names_the_website_and_nothing_more(client: Client) -> None:
    answer = client.options(
        SEND,
        headers={
            "origin": HOST, "access-control-request-method": "POST", "access-control-request-headers": "content-type",
        },
    )  # fmt: skip
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == HOST
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "file://", "https://", "https://a.example/path", "https://a.example:bad", "ftp://a.example",
     "https://user@a.example", "https://[::1", "https://a.example, https://b.example"],
)  # fmt: skip
def test_request_without_a_website_is_refused(client: Client, petition: Petition, origin: str | None) -> None:
    answer = post(client, TOKEN, {"widget": f"petition-{petition.pk}", "language": "en"}, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_token_of_another_website_is_refused(client: Client, petition: Petition, source: Source) -> None:
    token = get_token(client, f"petition-{petition.pk}", source.code)
    answer = post(client, SEND, {"token": token, "answers": GOOD}, origin="https://thief.example")
    assert (answer.status_code, answer.json()) == (403, {"error": "token"})
    assert not Submission.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é" * 20])
def test_token_made_up_is_refused(client: Client, petition: Petition, token: str) -> None:
    answer = post(client, SEND, {"token": token, "answers": GOOD})
    assert (answer.status_code, answer.json()) == (403, {"error": "token"})


def test_token_lets_through_once(client: Client, petition: Petition) -> None:
    token = get_token(client, f"petition-{petition.pk}")
    assert post(client, SEND, {"token": token, "answers": GOOD}).status_code == 201
    replayed = post(client, SEND, {"token": token, "answers": {**GOOD, "email": "else@example.org"}})
    assert (replayed.status_code, replayed.json()) == (403, {"error": "used"})
    assert Submission.objects.count() == 1


def test_token_grows_old(client: Client, petition: Petition, clock: time_machine.Traveller) -> None:
    token = get_token(client, f"petition-{petition.pk}")
    clock.shift(timedelta(seconds=VALID + 1))
    answer = post(client, SEND, {"token": token, "answers": GOOD})
    assert (answer.status_code, answer.json()) == (403, {"error": "old"})


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        ("https://green.example", True),
        ("https://www.green.example", True),
        ("https://notgreen.example", False),
        ("https://green.example.evil.example", False),
        ("http://testserver", True),
    ],
)
def test_source_may_name_its_websites(client: Client, petition: Petition, origin: str, is_let_in: bool) -> None:
    source = partner_source(petition, embed_hosts="green.example\nother.example")
    body = {"widget": f"petition-{petition.pk}", "source": source.code, "language": "en"}
    answer = post(client, TOKEN, body, origin=origin)
    assert answer.status_code == (200 if is_let_in else 403)
    assert is_let_in or answer.json() == {"error": "host"}


def test_website_taken_off_the_list_can_hand_in_no_more(client: Client, petition: Petition, source: Source) -> None:
    token = get_token(client, f"petition-{petition.pk}", source.code)
    Source.objects.filter(pk=source.pk).update(embed_hosts="elsewhere.example")
    clear_ttl_caches()
    answer = post(client, SEND, {"token": token, "answers": GOOD})
    assert (answer.status_code, answer.json()) == (403, {"error": "host"})


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"token": 1}', '{"token": "x", "answers": {"email": ["a"]}}', "{" * 5000, "[" * 60_000]
)
def test_body_that_is_no_form_is_refused(client: Client, petition: Petition, body: str) -> None:
    answer = client.post(SEND, body, content_type="application/json", headers={"origin": HOST})
    assert answer.status_code == 400


def test_plain_form_of_another_page_is_refused(client: Client, petition: Petition) -> None:
    answer = client.post(SEND, {"token": "x"}, headers={"origin": HOST})
    assert answer.status_code == 400


def test_field_no_person_sees_asks_for_a_proof_and_the_wait_lets_through(
    client: Client, petition: Petition, clock: time_machine.Traveller
) -> None:
    token = get_token(client, f"petition-{petition.pk}")
    trapped = {**GOOD, "website": "https://spam.example"}
    answer = post(client, SEND, {"token": token, "answers": trapped})
    assert (answer.status_code, answer.json()["error"]) == (429, "proof")
    assert not Submission.objects.exists()
    wait = answer.json()["wait"]
    clock.shift(timedelta(seconds=wait["seconds"] + 1))
    answer = post(client, SEND, {"token": token, "answers": {**trapped, "wait_token": wait["token"]}})
    assert answer.status_code == 201


def test_many_forms_from_one_address_share_the_sites_own_limit(client: Client, petition: Petition) -> None:
    for number in range(ODD_FROM):
        hand_in(client, petition, "", email=f"p{number}@example.org")
    token = get_token(client, f"petition-{petition.pk}")
    assert post(client, SEND, {"token": token, "answers": GOOD}).status_code == 429


# --- Credit ---


def test_one_person_through_two_partners_counts_once_for_the_first_and_sharing_keeps_it(
    client: Client, petition: Petition, at: datetime
) -> None:
    green, blue = partner_source(petition, "green"), partner_source(petition, "blue")
    first = hand_in(client, petition, green.code)
    press(first, at=at)
    second = hand_in(client, petition, blue.code, email=GOOD["email"].upper())
    press(second, at=at + timedelta(hours=1))
    signature = Signature.objects.get()
    assert (signature.partnership, signature.source, signature.bucket) == (green.partnership, green.code, green.code)
    # A friend comes by the signatory's own link, even when it stands in the other partner's widget's place.
    friend = hand_in(client, petition, f"~{signature.share_code}", email="friend@example.org")
    press(friend, at=at + timedelta(hours=2))
    shared = Signature.objects.exclude(pk=signature.pk).get()
    assert (shared.partnership, shared.bucket) == (green.partnership, green.code)
    count_signatures(at=at + timedelta(hours=3))
    totals = Tally.objects.filter(petition=petition, metric="signatures")
    assert totals.get(grain="total").count == 2
    by_partner = dict(totals.filter(grain="partner").values_list("partnership", "count"))
    assert by_partner == {green.partnership_id: 2}


def test_partners_consent_is_kept_with_the_wording_that_was_shown(
    client: Client, petition: Petition, source: Source, at: datetime
) -> None:
    partner = source.partnership
    assert partner is not None
    text = make_consent_text(partner.organisation, scope=petition.campaign.slug)
    press(hand_in(client, petition, source.code, **{f"consent_{text.pk}": "on"}), at=at)
    event = ConsentEvent.objects.get()
    assert (event.text, event.organisation, event.state) == (text, partner.organisation, "granted")


def test_partner_that_left_is_credited_no_more(
    client: Client, petition: Petition, source: Source, at: datetime
) -> None:
    Partnership.objects.update(left_at=at)
    press(hand_in(client, petition, source.code), at=at)
    assert Signature.objects.get().partnership is None


@pytest.mark.parametrize("length", ["abc", "-1", "1_0", "٣", "9" * 30])
def test_length_that_is_no_number_is_unreadable(client: Client, length: str) -> None:
    answer = client.post(
        TOKEN, data=b"{}", content_type="application/json", HTTP_ORIGIN="https://x.example", CONTENT_LENGTH=length
    )
    assert answer.status_code == 400
