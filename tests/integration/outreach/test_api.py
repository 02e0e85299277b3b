"""The phone's two addresses: who gets in, what they refuse, and that nothing a phone sends breaks them."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from campaigns.enums import SourceKind
from cms.models import HomePage, PetitionPage
from outreach.models import Area, Barrier, CanvassingEffort, HandoverLink, OutreachContact
from outreach.record_parts import moment_text
from tests.factories.outreach import (
    MONDAY,
    Stall,
    client_id,
    contact,
    everything,
    make_effort,
    make_script,
    make_volunteer,
    moment,
)
from tests.factories.staff import World, browse, make_user
from volunteers.models import Curriculum, Shift, ShiftAssignment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
APP = {"X-Carillon-App": "1"}


def post(client: Client, body: Any, **headers: str) -> HttpResponse:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/outreach/api/sync", text, content_type="application/json", headers={**APP, **headers})


def get_state(client: Client, **headers: str) -> HttpResponse:
    return client.get("/outreach/api/state", headers={**APP, **headers})


@pytest.fixture
def phone(stall: Stall) -> Client:
    return browse(stall.cleo)


def test_batch_is_answered_record_by_record(stall: Stall, phone: Client) -> None:
    batch = stall.batch(stall.record(1), stall.record(1), stall.record(2, outcome="won"), 7)
    answer = post(phone, batch, **{"Accept-Language": "en"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["received_at"] == "2026-03-02T09:00:00Z"
    assert [each["status"] for each in told["answers"]] == [
        "accepted", "duplicate", "needs_attention", "needs_attention",
    ]  # fmt: skip
    assert told["answers"][2] == {
        "id": client_id(2),
        "status": "needs_attention",
        "reason": "unknown_outcome",
        "field": "outcome",
        "message": "Choose how the conversation ended.",
    }
    assert told["answers"][3]["id"] is None
    assert (told["today"], told["own_total"]) == ({"date": "2026-03-02", "contacts": 1}, 1)
    assert answer["Cache-Control"] == "private, no-cache"


def test_expired_session_is_401_and_stores_nothing(stall: Stall) -> None:
    answer = post(Client(), stall.batch(stall.record(1)))
    assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})
    assert get_state(Client()).status_code == 401
    assert not OutreachContact.objects.exists()


def test_account_without_volunteer_is_403(stall: Stall) -> None:
    client = browse(make_user("Ivo", None))
    assert post(client, stall.batch(stall.record(1))).json()["error"] == "not_a_mobiliser"
    assert get_state(client).status_code == 403
    assert not OutreachContact.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Carillon-App": ""},
        {"X-Carillon-App": "1", "Sec-Fetch-Site": "cross-site"},
        {"X-Carillon-App": "1", "Sec-Fetch-Site": "same-site"},
        {"X-Carillon-App": "1", "Origin": "https://evil.example"},
        {"X-Carillon-App": "1", "Origin": "null"},
    ],
)
def test_other_sites_are_refused(stall: Stall, phone: Client, headers: dict[str, str]) -> None:
    assert post(phone, stall.batch(stall.record(1)), **headers).status_code == 403
    assert phone.get("/outreach/api/state", headers=headers).status_code == 403
    assert not OutreachContact.objects.exists()


def test_no_csrf_token_is_needed_but_json_is(stall: Stall) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stall.cleo, backend="django.contrib.auth.backends.ModelBackend")
    assert post(client, stall.batch(stall.record(1))).status_code == 200
    body = json.dumps(stall.batch(stall.record(2)))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post("/outreach/api/sync", body, content_type=kind, headers=APP)
        assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})


def test_batch_of_somebody_who_signed_out_meanwhile_is_409_and_stores_nothing(stall: Stall, phone: Client) -> None:
    mine = get_state(phone).json()["user"]
    eva = make_user("Eva", Role.MOBILISER, stall.world.partner)
    make_volunteer(stall.world, eva)
    answer = post(browse(eva), stall.batch(stall.record(1), user=mine))
    assert (answer.status_code, answer.json()) == (409, {"error": "other_user"})
    assert answer["Cache-Control"] == "private, no-cache"
    assert not OutreachContact.objects.exists()
    for wrong in (str(stall.cleo.pk), mine.upper() + "x", "\ud800"):
        assert post(phone, stall.batch(stall.record(1), user=wrong)).status_code == 409
    for unreadable in (7, [mine], {"user": mine}, True):
        assert post(phone, stall.batch(stall.record(1), user=unreadable)).status_code == 400
    assert not OutreachContact.objects.exists()
    for number, named in enumerate((mine, "", None)):
        told = post(phone, stall.batch(stall.record(number + 1), user=named)).json()
        assert told["answers"][0]["status"] == "accepted"


def test_other_methods_are_405(phone: Client) -> None:
    assert phone.get("/outreach/api/sync", headers=APP).status_code == 405
    assert phone.post("/outreach/api/state", headers=APP).status_code == 405


def test_too_much_is_413_before_it_is_read(stall: Stall, phone: Client) -> None:
    assert post(phone, stall.batch(*[None] * 1_001)).json() == {"error": "too_much"}
    assert post(phone, b" " * 2_000_001).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe\x00", b"\x00", b"[" * 200_000, b'{"a":' * 100_000,
        b'{"records": NaN}', b'{"records": [Infinity]}', b'{"sent_at": ' + b"9" * 5_000 + b"}",
        b'{"device": "x", "sent_at": "x", "records": []}',
    ],
)  # fmt: skip
def test_hostile_bytes_are_400(phone: Client, body: bytes) -> None:
    assert post(phone, body).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"device": 7}, {"device": None}, {"sent_at": 7}, {"sent_at": "2026-03-02T09:00"}, {"records": {}},
        {"records": None}, {"sent_at": "0001-01-01T00:00:00+00:00"}, {"sent_at": "9999-12-31T00:00:00-12:00"},
        {"device": "\ud800"},
    ],
)  # fmt: skip
def test_batch_of_another_shape_is_400(stall: Stall, phone: Client, changes: dict[str, Any]) -> None:
    answer = post(phone, stall.batch(stall.record(1), **changes))
    assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})
    assert not OutreachContact.objects.exists()


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**62, max_value=10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[]), max_size=30)
    | st.sampled_from(["1e400", "\ud800", "\x00", "contact", "undo", "2026-03-02T08:00:00Z", client_id(7)])
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
_FIELDS = (
    "id", "root", "type", "session", "at", "effort", "outcome", "language", "commune", "area", "shift", "barriers",
    "script", "answers", "person",
)  # fmt: skip
_PERSON_FIELDS = ("name", "email", "phone", "language", "consents")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=4),
    told=st.none() | st.dictionaries(st.sampled_from(_PERSON_FIELDS), _JSON, max_size=3),
    whole=st.none() | _JSON,
)
def test_hostile_json_never_breaks_and_each_record_has_its_answer(
    stall: Stall, phone: Client, changes: dict[str, Any], told: dict[str, Any] | None, whole: Any
) -> None:
    record = {**stall.record(), **changes}
    if told is not None:
        record["person"] = {**stall.person(), **told}
    before = OutreachContact.objects.count()
    answer = post(phone, stall.batch(record, whole))
    assert answer.status_code == 200
    statuses = [each["status"] for each in answer.json()["answers"]]
    assert len(statuses) == 2
    assert OutreachContact.objects.count() - before == statuses.count("accepted")


def test_lost_answer_resent_gives_duplicates_only(stall: Stall, phone: Client) -> None:
    batch = stall.batch(*[stall.record(number) for number in range(50)])
    post(phone, batch)  # stored; the answer never reached the phone
    again = post(phone, batch).json()
    assert {each["status"] for each in again["answers"]} == {"duplicate"}
    assert again["own_total"] == OutreachContact.objects.count() == 50


def test_clock_one_day_wrong_counts_today(stall: Stall, phone: Client) -> None:
    ahead = MONDAY + timedelta(days=1)
    batch = {**stall.batch(stall.record(1, at=moment(ahead - timedelta(minutes=3)))), "sent_at": moment(ahead)}
    assert post(phone, batch).json()["today"] == {"date": "2026-03-02", "contacts": 1}
    assert contact(1).occurred_at == MONDAY - timedelta(minutes=3)


# --- Others' records -----------------------------------------------------------------------------


def test_nobody_reads_or_changes_anothers_records(stall: Stall, phone: Client) -> None:
    post(phone, stall.batch(stall.record(1, person=stall.person()), stall.record(2)))
    before = everything()
    dora = make_user("Dora", None)
    make_volunteer(stall.world, dora)
    other = browse(dora)
    hostile = stall.batch(
        stall.record(1, outcome="refused"),
        stall.word(3, 1, 5, "undo"),
        stall.word(4, 2, 5, outcome="refused", person=stall.person("Eve")),
        stall.record(5, mobiliser=stall.cleo.pk, user=stall.cleo.pk),
    )
    answers = post(other, hostile).json()["answers"]
    assert [each.get("reason", each["status"]) for each in answers] == [
        "not_yours", "accepted", "accepted", "accepted",
    ]  # fmt: skip
    assert [row for row in everything() if row[3] == stall.cleo.pk] == before
    assert OutreachContact.objects.filter(mobiliser=dora).count() == 3
    seen = get_state(other).content.decode()
    assert client_id(2) not in [each["id"] for each in json.loads(seen)["recent"]]
    assert "Nora" not in seen
    assert get_state(phone).json()["own_total"] == 2


def test_unknown_and_foreign_ids_are_told_apart_by_nothing_else(stall: Stall, phone: Client, theirs: World) -> None:
    foreign = make_effort(theirs)
    answers = post(phone, stall.batch(stall.record(effort=foreign.pk), stall.record(effort=999_999))).json()["answers"]
    told = [(each["reason"], each["field"], each["message"]) for each in answers]
    assert told == [told[0]] * 2


# --- State ---------------------------------------------------------------------------------------


def test_state_holds_what_the_phone_needs(stall: Stall, phone: Client, territories: None) -> None:
    from places.models import Territory

    stall.effort.script = make_script(stall.world, 1, 2)
    stall.effort.territories.set(Territory.objects.filter(code="NIS 21009"))
    stall.effort.languages = ["fr", "ar"]
    stall.effort.outcomes = ["informed", "gone"]
    stall.effort.save()
    shift = Shift.objects.create(
        campaign=stall.world.campaign, organisation=stall.world.lead, title="Saturday", starts_at=MONDAY,
        ends_at=MONDAY + timedelta(hours=2), place="Place Flagey",
    )  # fmt: skip
    ShiftAssignment.objects.create(shift=shift, volunteer=stall.volunteer, decided_at=MONDAY)
    post(phone, stall.batch(stall.record(1, person=stall.person()), stall.word(2, 1, 3), stall.record(3)))
    post(phone, stall.batch(stall.word(4, 3, 3, "undo")))
    state = get_state(phone).json()
    (effort,) = state["efforts"]
    assert (effort["id"], effort["blocked"], effort["asks_identity"]) == (stall.effort.pk, "", True)
    assert effort["outcomes"] == [{"key": "informed", "label": effort["outcomes"][0]["label"]}]
    assert set(effort["outcomes"][0]["label"]) == {"en", "fr", "nl", "ar"}
    assert effort["communes"][0]["name"]["nl"] == "Elsene"
    assert effort["script"]["version"] == 2
    assert {each["channel"] for each in effort["consents"]} == {"email", "sms"}
    offered = Barrier.objects.filter(is_offered=True).values_list("key", flat=True)
    assert [barrier["key"] for barrier in effort["barriers"]] == list(offered)
    assert {"fr", "nl", "ar", "en"} <= set(effort["barriers"][0]["label"])
    assert state["shifts"][0] | {"id": 0} == {
        "id": 0, "title": "Saturday", "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T11:00:00Z",
        "place": "Place Flagey", "commune": "", "notes": "", "team": "",
    }  # fmt: skip
    assert (state["today"]["contacts"], state["own_total"], state["name"]) == (1, 1, "Cleo")
    (recent,) = state["recent"]
    assert (recent["id"], recent["root"], recent["has_person"]) == (client_id(2), client_id(1), True)
    assert recent["device_at"] == moment_text(OutreachContact.objects.get(client_id=recent["id"]).device_at)
    assert (recent["area"], recent["shift"], recent["barriers"], recent["script"], recent["answers"]) == (
        None, None, [], None, {},
    )  # fmt: skip
    assert "Nora" not in json.dumps(state)
    assert state["user"] != str(stall.cleo.pk)
    assert stall.volunteer.calendar_key in state["calendar_url"]


def test_state_repeats_what_a_correction_from_another_phone_has_to_say(stall: Stall, phone: Client) -> None:
    stall.effort.script = make_script(stall.world, 1, 2)
    stall.effort.save()
    area = Area.objects.create(effort=stall.effort, name="Flagey")
    said = {"area": area.pk, "barriers": ["no_time", "other"], "script": 1, "answers": {"heard": "yes"}}
    post(phone, stall.batch(stall.record(1, person=stall.person(), **said)))
    (recent,) = get_state(phone).json()["recent"]
    assert {key: recent[key] for key in said} == said
    assert "person" not in recent
    post(phone, stall.batch(stall.word(2, 1, 3, **{key: recent[key] for key in (*said, "language", "commune")})))
    last = OutreachContact.objects.get(is_current=True)
    assert (last.area, last.barriers, last.script_version.number, last.answers) == (
        area, said["barriers"], 1, said["answers"],
    )  # fmt: skip


def test_state_is_304_until_something_changes(stall: Stall, phone: Client, clock: Any) -> None:
    first = get_state(phone)
    clock.shift(60)
    again = get_state(phone, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    post(phone, stall.batch(stall.record(1)))
    assert get_state(phone, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_state_is_gzipped_for_whoever_takes_it(stall: Stall, phone: Client) -> None:
    plain = get_state(phone)
    packed = get_state(phone, **{"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert (packed["ETag"], "Content-Encoding" in plain) == (plain["ETag"], False)


def test_state_lists_open_efforts_and_says_what_blocks_them(stall: Stall, phone: Client) -> None:
    make_effort(stall.world, title="Closed", is_open=False)
    make_effort(stall.world, title="Past", ends_date=MONDAY.date() - timedelta(days=1))
    needed = Curriculum.objects.create(campaign=stall.world.campaign, organisation=stall.world.lead, key="x", title="x")
    make_effort(stall.world, title="Needs a certificate", required_curriculum=needed)
    found = {each["title"]: each["blocked"] for each in get_state(phone).json()["efforts"]}
    assert found == {"Market": "", "Needs a certificate": "certificate"}


@pytest.fixture
def page(stall: Stall) -> PetitionPage:
    """The live page of our petition."""
    from wagtail.models import Page, Site

    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Home", slug="home-x", heading="Home"))
    Site.objects.update_or_create(is_default_site=True, defaults={"root_page": home, "hostname": "testserver"})
    return home.add_child(instance=PetitionPage(title="Sign", slug="sign-x", petition=stall.world.petition))


def test_handover_link_is_made_once_and_credits_the_organisation(
    stall: Stall, phone: Client, page: PetitionPage
) -> None:
    stall.effort.petition = stall.world.petition
    stall.effort.save()
    first, second = (get_state(phone).json()["efforts"][0]["handover"] for _ in range(2))
    assert first == second
    source = HandoverLink.objects.get(effort=stall.effort, user=stall.cleo).source
    assert (source.kind, source.partnership) == (SourceKind.MOBILISER, stall.world.partnership)
    assert first["url"].endswith(f"?s={source.code}")
    assert first["urls"] == {"en": first["url"]}
    assert first["qr"].startswith("<svg")
    assert "style" not in first["qr"]


def test_effort_without_a_page_hands_nothing_over(stall: Stall, phone: Client) -> None:
    assert get_state(phone).json()["efforts"][0]["handover"] is None
    stall.effort.petition = stall.world.petition
    stall.effort.save()
    assert get_state(phone).json()["efforts"][0]["handover"] is None


def test_state_costs_the_same_for_one_effort_and_for_many(stall: Stall, phone: Client, page: PetitionPage) -> None:
    script = make_script(stall.world)
    CanvassingEffort.objects.update(petition=stall.world.petition, script=script)
    get_state(phone)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert get_state(phone).status_code == 200
        return len(captured)

    one = count()
    for number in range(3):
        make_effort(stall.world, title=f"Stall {number}", petition=stall.world.petition, script=script)
    get_state(phone)
    assert count() == one
    assert one <= 12  # session and user included
