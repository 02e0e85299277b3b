"""The stand-in of the journeys says what docs/phone-protocol.md says, so that what passes with it passes for real."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories.accounts import make_user
from tests.phone_server import StandIn

APP = {"X-Carillon-App": "1"}


@pytest.fixture
def cleo(stand_in: StandIn) -> User:
    user = make_user("cleo")
    stand_in.mobilisers.add(user.pk)
    return user


def browse(user: User) -> Client:
    client = Client(headers=APP)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def record(**changes: Any) -> dict[str, Any]:
    identity = str(uuid.uuid4())
    base = {
        "id": identity, "root": identity, "type": "contact", "session": str(uuid.uuid4()), "effort": 3,
        "at": timezone.now().isoformat(), "outcome": "interested",
    }  # fmt: skip
    return {**base, **changes}


def send(client: Client, *records: dict[str, Any]) -> dict[str, Any]:
    batch = {"device": str(uuid.uuid4()), "sent_at": timezone.now().isoformat(), "records": list(records)}
    answer: dict[str, Any] = client.post("/outreach/api/sync", batch, content_type="application/json").json()
    return answer


def test_state_has_every_part_of_the_contract(cleo: User) -> None:
    answer = browse(cleo).get("/outreach/api/state")
    assert set(answer.json()) == {
        "user", "name", "language", "server_time", "today", "own_total", "efforts", "events", "shifts", "trainings",
        "calendar_url", "recent",
    }  # fmt: skip
    assert set(answer.json()["efforts"][0]) == {
        "id", "title", "kind", "outcomes", "languages", "communes", "areas", "barriers", "script", "asks_identity",
        "blocked", "consents", "handover", "handover_at",
    }  # fmt: skip
    again = browse(cleo).get("/outreach/api/state", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_refusals(cleo: User) -> None:
    assert Client(headers=APP).get("/outreach/api/state").json() == {"error": "signed_out"}
    stranger = browse(make_user("dan")).get("/outreach/api/state")
    assert (stranger.status_code, stranger.json()["error"]) == (403, "not_a_mobiliser")
    assert bool(stranger.json()["message"])


def test_second_sending_changes_nothing_and_an_undo_takes_the_chain_out(cleo: User, stand_in: StandIn) -> None:
    client = browse(cleo)
    first = record()
    assert [answer["status"] for answer in send(client, first)["answers"]] == ["accepted"]
    answer = send(client, first)
    assert [one["status"] for one in answer["answers"]] == ["duplicate"]
    assert (answer["today"]["contacts"], answer["own_total"]) == (1, 1)
    undo = {**record(root=first["id"], type="undo")}
    assert send(client, undo)["own_total"] == 0


def test_unreadable_number_needs_attention_and_is_not_kept(cleo: User, stand_in: StandIn) -> None:
    wrong = record(person={"name": "A", "phone": "12", "email": "", "language": "fr", "consents": []})
    (answer,) = send(browse(cleo), wrong)["answers"]
    assert (answer["status"], answer["reason"], answer["field"]) == (
        "needs_attention", "phone_unreadable", "person.phone",
    )  # fmt: skip
    assert stand_in.records == {}
