"""Somebody asks what we hold about them, and does what they want with it by the mailed link."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Signature
from messaging import wishes
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactConflict, ContactPoint, Supporter, Suppression
from rights import links
from rights.enums import RequestKind, RequestStatus
from rights.models import RecordDetails, RightsRequest
from tests.factories.people import BEN, make_consent_text, make_contact_point, make_organisation, write_consent_event

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
ASK = "/en/your-data/"


@pytest.fixture
def text() -> ConsentText:
    return make_consent_text(make_organisation("Brussels Together"))


@pytest.fixture
def point(text: ConsentText) -> ContactPoint:
    point = make_contact_point(verified_at=EARLY, language="en", full_name="Ada Example", postcode="1000")
    write_consent_event(point, text, ConsentState.GRANTED, EARLY)
    return point


def page_of(point: ContactPoint) -> str:
    return reverse("rights_data", args=[links.data_token(point)])


def press(client: Client, path: str, do: str, **told: str) -> object:
    return client.post(path, {"do": do, **told})


def test_known_and_unknown_addresses_are_answered_alike(client: Client, point: ContactPoint) -> None:
    answers, costs = [], []
    for address in (point.as_typed, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(ASK, {"email": address})
        answers.append((answer.status_code, answer["Location"], answer.content))
        costs.append(len(queries))
    assert answers[0] == answers[1]
    assert costs[0] == costs[1]
    told = dict(OutboundMessage.objects.values_list("template", "address"))
    assert told == {"rights_link": point.as_typed, "rights_nothing": "nobody@example.org"}
    assert client.get(answers[0][1]).status_code == 200
    assert client.cookies == {}


def test_link_is_sent_once_an_hour_and_opens_the_page(client: Client, point: ContactPoint) -> None:
    for _ in range(3):
        client.post(ASK, {"email": "ADA@example.org"})
    letter = render_message(OutboundMessage.objects.get())
    path = next(word for word in letter.text.split() if "/your-data/mine/" in word).removeprefix("http://testserver")
    page = client.get(path)
    assert page.status_code == 200
    assert b"Ada Example" in page.content
    assert page["Cache-Control"].startswith("max-age=0")


def test_one_network_cannot_ask_for_many_links(client: Client) -> None:
    statuses = [client.post(ASK, {"email": f"n{number}@example.org"}).status_code for number in range(12)]
    assert statuses[:10] == [303] * 10
    assert statuses[10:] == [429] * 2
    assert OutboundMessage.objects.count() == 10


@pytest.mark.parametrize("typed", ["", "nonsense", "a@b@c.org", "a" * 300 + "@example.org"])
def test_unreadable_address_is_explained(client: Client, typed: str) -> None:
    answer = client.post(ASK, {"email": typed})
    assert answer.status_code == 422
    assert b"one thing to put right" in answer.content
    assert not OutboundMessage.objects.exists()


def test_own_page_leads_to_a_fresh_link_and_shows_no_data(client: Client, point: ContactPoint) -> None:
    own = client.get(reverse("messages_own", args=[wishes.sign_page(point)])).content.decode()
    path = reverse("rights_ask_own", args=[wishes.sign_page(point)])
    assert path.rpartition("/for/")[0] in own
    assert b"Ada Example" not in client.get(path).content
    assert not OutboundMessage.objects.exists()
    assert client.post(path).status_code == 303
    assert OutboundMessage.objects.get().template == "rights_link"


@pytest.mark.parametrize("name", ["rights_data", "rights_erase", "rights_copy", "rights_address"])
def test_forged_and_borrowed_links_open_nothing(client: Client, point: ContactPoint, name: str) -> None:
    asked = RightsRequest.objects.create(
        kind="access", supporter=point.supporter, origin="link", received_at=EARLY, due_date=EARLY.date()
    )
    genuine = {"rights_copy": links.data_token(point)}.get(name, links.copy_token(asked))
    for token in ("nonsense", "1:1.abc.def", links.data_token(point)[:-1], wishes.sign_page(point), genuine):
        if name in {"rights_data", "rights_erase"} and token == links.data_token(point):
            continue
        assert client.get(reverse(name, args=[token])).status_code == 404
        assert client.post(reverse(name, args=[token]), {"do": "erase"}).status_code == 404
    assert Supporter.objects.filter(pk=point.supporter_id).exists()


def test_link_ends_after_its_hours(client: Client, point: ContactPoint) -> None:
    path = page_of(point)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(f"{path}erase/").status_code == 410


def test_address_nobody_proved_does_not_open_what_somebody_else_proved(client: Client, point: ContactPoint) -> None:
    typed = make_contact_point(BEN, supporter=point.supporter)
    assert client.get(page_of(typed)).status_code == 404
    client.post(ASK, {"email": BEN})
    letter = OutboundMessage.objects.get()
    assert letter.template == "rights_nothing"
    assert "nothing about it" not in render_message(letter).text


def test_letter_that_shows_nothing_says_what_may_stand_and_whom_to_ask(client: Client) -> None:
    lead, partner = make_organisation("Rhine Together"), make_organisation("Only a partner")
    Campaign.objects.create(title="Vote", slug="vote", organisation=lead)
    RecordDetails.objects.create(organisation=lead, officer_contact="dpo@rhine.example", changed_at=EARLY)
    client.post(ASK, {"email": "nobody@example.org"})
    letter = render_message(OutboundMessage.objects.get())
    for words in (letter.text, letter.html):
        assert all(said in words for said in ("21 days", "contact person", "Rhine Together: dpo@rhine.example"))
        assert partner.name not in words


def test_address_given_to_somebody_else_no_longer_opens_the_old_owner(client: Client, point: ContactPoint) -> None:
    path = page_of(point)
    ContactPoint.objects.filter(pk=point.pk).update(supporter=Supporter.objects.create(full_name="Zoe"))
    assert client.get(path).status_code == 404


def test_looking_changes_nothing(client: Client, point: ContactPoint) -> None:
    for path in (page_of(point), f"{page_of(point)}erase/"):
        assert client.get(path, {"do": "erase", "done": "objected"}).status_code == 200
    assert not RightsRequest.objects.exists()
    assert Supporter.objects.filter(pk=point.supporter_id).exists()


def test_page_costs_the_same_however_much_is_held(client: Client, point: ContactPoint, text: ConsentText) -> None:
    path = page_of(point)
    client.get(path)
    with CaptureQueriesContext(connection) as before:
        client.get(path)
    for _ in range(30):
        write_consent_event(point, text, ConsentState.GRANTED, EARLY)
    with CaptureQueriesContext(connection) as after:
        assert b"There is more" in client.get(path).content
    assert len(after) == len(before)


def test_copy_is_fetched_by_a_button_and_holds_what_is_known(client: Client, point: ContactPoint) -> None:
    answer = press(client, page_of(point), "copy")
    assert answer.status_code == 303
    assert client.get(answer["Location"])["Content-Type"].startswith("text/html")
    fetched = client.post(answer["Location"])
    assert fetched["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(fetched.getvalue()))
    told = json.loads(archive.read("data.json"))
    assert told["tables"]["people.Supporter"]["rows"][0]["full_name"] == "Ada Example"
    assert told["tables"]["people.ConsentEvent"]["rows"][0]["organisation"] == "Brussels Together"
    page = archive.read("index.html").decode()
    assert "Ada Example" in page
    asked = RightsRequest.objects.get()
    assert (asked.kind, asked.status) == (RequestKind.ACCESS, RequestStatus.DONE)
    assert asked.counts["people.Supporter"] == 1


def test_copy_link_ends_after_its_days_and_with_the_person(client: Client, point: ContactPoint) -> None:
    path = press(client, page_of(point), "copy")["Location"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=False):
        assert client.post(path).status_code == 410
    client.post(f"{page_of(point)}erase/")
    assert client.post(path).status_code == 404


def test_correction_is_written_and_undone(client: Client, point: ContactPoint) -> None:
    told = {"full_name": "Ada Lovelace", "language": "fr", "postcode": "1050"}
    page = press(client, page_of(point), "correct", **told)
    point.supporter.refresh_from_db()
    assert (point.supporter.full_name, point.supporter.postcode) == ("Ada Lovelace", "1050")
    before = page.context["undo"]
    assert "Ada" not in before
    press(client, page_of(point), "undo", before=before)
    point.supporter.refresh_from_db()
    assert (point.supporter.full_name, point.supporter.postcode) == ("Ada Example", "1000")
    other = make_contact_point(BEN, verified_at=EARLY, full_name="Ben")
    assert "done=nothing" in press(client, page_of(other), "undo", before=before)["Location"]


def test_correction_that_makes_no_sense_is_refused(client: Client, point: ContactPoint) -> None:
    answer = press(client, page_of(point), "correct", full_name="A\u202eb", language="xx")
    assert answer.status_code == 422
    point.supporter.refresh_from_db()
    assert point.supporter.full_name == "Ada Example"


def new_address_path() -> str:
    message = OutboundMessage.objects.get(template="rights_address")
    words = render_message(message).text.split()
    return next(word for word in words if "/new-address/" in word).removeprefix("http://testserver")


def test_new_address_takes_the_place_of_the_old_once_it_is_proved(client: Client, point: ContactPoint) -> None:
    press(client, page_of(point), "address", email="new.ada@example.org")
    path = new_address_path()
    assert client.get(path).status_code == 200
    point.refresh_from_db()
    assert point.as_typed == "ada@example.org"
    for _ in range(2):
        assert client.post(path)["Location"].endswith("done=changed")
    point.refresh_from_db()
    assert (point.as_typed, point.canonical) == ("new.ada@example.org", "new.ada@example.org")
    assert RightsRequest.objects.get().kind == RequestKind.RECTIFICATION


def test_new_address_of_somebody_else_stays_theirs(client: Client, point: ContactPoint) -> None:
    other = make_contact_point(BEN, verified_at=EARLY)
    press(client, page_of(point), "address", email=BEN)
    assert client.post(new_address_path())["Location"].endswith("done=taken")
    other.refresh_from_db()
    assert other.supporter_id != point.supporter_id
    assert ContactConflict.objects.get().contact_point_id == other.pk


def test_restriction_stops_everything_but_answers_and_is_lifted(
    client: Client, point: ContactPoint, text: ConsentText
) -> None:
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    at = datetime.now(UTC)
    assert may_contact(point, news, at).allowed
    press(client, page_of(point), "restrict")
    point = ContactPoint.objects.get(pk=point.pk)
    assert may_contact(point, news, at).reason == "restricted"
    assert may_contact(point, ContactPurpose(Purpose.SERVICE, Channel.EMAIL), at).allowed
    press(client, page_of(point), "lift")
    assert may_contact(ContactPoint.objects.get(pk=point.pk), news, at).allowed


def test_objection_takes_every_consent_back_of_one_or_of_all(client: Client, point: ContactPoint) -> None:
    other = make_consent_text(make_organisation("Others"))
    write_consent_event(point, other, ConsentState.GRANTED, EARLY)
    press(client, page_of(point), "object", organisation=str(other.organisation_id))
    taken = ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN)
    assert [event.organisation_id for event in taken] == [other.organisation_id]
    for _ in range(2):
        press(client, page_of(point), "object", organisation="")
    assert taken.all().count() == 2
    assert RightsRequest.objects.filter(kind=RequestKind.OBJECTION).count() == 2
    stranger = make_organisation("Never allowed anything")
    for odd in ("x", "9" * 30, str(stranger.pk)):
        assert "done=nothing" in press(client, page_of(point), "object", organisation=odd)["Location"]


def test_something_else_is_asked_of_the_team_and_the_clock_runs(client: Client, point: ContactPoint) -> None:
    press(client, page_of(point), "ask", words="My country in the petition is wrong.")
    asked = RightsRequest.objects.get()
    assert (asked.kind, asked.status, asked.words) == (
        RequestKind.RECTIFICATION, RequestStatus.OPEN, "My country in the petition is wrong.",
    )  # fmt: skip
    assert list(asked.organisations.values_list("name", flat=True)) == ["Brussels Together"]
    assert press(client, page_of(point), "ask", words=" ").status_code == 422


def test_erasure_is_done_at_once_and_its_proof_holds_nobody(client: Client, point: ContactPoint) -> None:
    press(client, page_of(point), "ask", words="Ada Example wants something.")
    path = f"{page_of(point)}erase/"
    first, second = client.post(path), client.post(path)
    assert first["Location"].startswith("/en/your-data/gone/")
    assert second.status_code == 404
    assert client.get(first["Location"]).status_code == 200
    assert not Supporter.objects.exists()
    assert Suppression.objects.count() == 1
    proofs = RightsRequest.objects.filter(kind=RequestKind.ERASURE)
    assert [(proof.supporter, proof.status) for proof in proofs] == [(None, RequestStatus.DONE)]
    assert not RightsRequest.objects.exclude(words="", status=RequestStatus.DONE).exists()
    assert list(proofs.get().organisations.values_list("name", flat=True)) == ["Brussels Together"]
    assert not Signature.objects.exists()


def test_form_from_another_site_is_refused(client: Client, point: ContactPoint) -> None:
    answer = client.post(f"{page_of(point)}erase/", HTTP_SEC_FETCH_SITE="cross-site")
    assert answer.status_code == 403
    assert Supporter.objects.exists()
