"""The officer takes out the copy of somebody who cannot fetch it: proved anew, written down, kept nowhere."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from core.models import AuditEntry
from people.models import Supporter
from rights.enums import RequestKind
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World("bxl")


@pytest.fixture
def person(world: World) -> Supporter:
    return world.sign("Nina Example", email="nina@example.org").supporter


@pytest.fixture
def asked(person: Supporter) -> RightsRequest:
    return make_request(person, datetime.now(UTC), language="fr")


def copy_of(asked: RightsRequest) -> str:
    return reverse("staff_rights:copy", args=[asked.pk])


def show(asked: RightsRequest) -> str:
    return reverse("staff_rights:show", args=[asked.pk])


def test_copy_is_sent_in_the_persons_language_and_written_down(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    assert copy_of(asked) in page.get(show(asked)).content.decode()
    answer: Any = page.get(copy_of(asked))
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert "nina@example.org" in json.dumps(json.loads(archive.read("data.json")))
    assert 'lang="fr"' in archive.read("index.html").decode()
    entry = AuditEntry.objects.get(action="rights.copy.handed_out")
    assert (entry.actor, entry.target) == (f"user:{world.dpo.pk}", f"rights.rightsrequest:{asked.pk}")
    assert "Nina" not in str(entry.details)
    page.post(show(asked), {"do": "answer", "answer-answer": ""})
    asked.refresh_from_db()
    assert asked.counts["people.Supporter"] == 1


def test_copy_asks_for_a_fresh_proof_first(world: World, asked: RightsRequest, settings: Settings) -> None:
    settings.REAUTHENTICATION_SECONDS = 900
    answer = browse(world.dpo).get(copy_of(asked))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_confirm"))
    assert not AuditEntry.objects.filter(action="rights.copy.handed_out").exists()


def test_looking_at_the_headers_takes_nothing(world: World, asked: RightsRequest) -> None:
    assert browse(world.dpo).head(copy_of(asked)).status_code == 405
    assert not AuditEntry.objects.filter(action="rights.copy.handed_out").exists()


def test_who_does_not_read_all_of_the_person_takes_no_copy(world: World, asked: RightsRequest) -> None:
    stranger = World("paris")
    for user, status in ((world.coordinator, 403), (world.manager, 403), (stranger.dpo, 404)):
        assert browse(user).get(copy_of(asked)).status_code == status
    asked.organisations.add(stranger.lead)
    assert browse(stranger.dpo).get(copy_of(asked)).status_code == 403


def test_copy_with_what_another_coalition_holds_is_not_theirs_to_take(
    world: World, person: Supporter, asked: RightsRequest
) -> None:
    other = World("paris").sign("Nina Example")
    other.supporter = person
    other.save(update_fields=["supporter"])
    page = browse(world.dpo)
    assert page.get(copy_of(asked)).status_code == 403
    assert copy_of(asked) not in page.get(show(asked)).content.decode()


@pytest.mark.parametrize("kind", [RequestKind.ERASURE, RequestKind.RECTIFICATION])
def test_other_requests_give_no_copy(world: World, person: Supporter, kind: RequestKind) -> None:
    asked = make_request(person, datetime.now(UTC), kind)
    page = browse(world.dpo)
    answer = page.get(copy_of(asked))
    assert (answer.status_code, answer["Location"]) == (302, show(asked))
    assert copy_of(asked) not in page.get(show(asked)).content.decode()


def test_copy_ends_some_days_after_the_request_was_done(world: World, asked: RightsRequest, settings: Settings) -> None:
    page = browse(world.dpo)
    page.post(show(asked), {"do": "answer", "answer-answer": ""})
    assert page.get(copy_of(asked)).status_code == 200
    RightsRequest.objects.update(done_at=datetime.now(UTC) - timedelta(days=settings.RIGHTS_COPY_DAYS + 1))
    assert page.get(copy_of(asked)).status_code == 302
