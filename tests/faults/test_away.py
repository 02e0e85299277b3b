"""What people see and what is kept while the database, the broker, the disk or a provider is away."""

import errno
import os
from datetime import datetime
from functools import partial
from html import unescape
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection

from campaigns.enums import SignatureStatus
from campaigns.models import Signature
from cms.models import PetitionPage
from config.settings.base import STORAGES as BASE_STORAGES
from core.failures import answer_failure, is_passing
from core.whole_files import WholeFileStorage
from integrations.outbox.models import CaughtMessage
from messaging.actions.deliver import MAX_ATTEMPTS
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.tasks import deliver_messages, drain_submissions
from people.models import Submission
from people.tokens import CONFIRM, InvalidToken, read_uuid
from tests.factories.accounts import make_user
from tests.factories.campaigns import confirm_token, hand_in, press
from tests.factories.cms import make_petition, make_petition_page
from tests.factories.forms import ALL_GOOD, ASKS_ALL
from tests.factories.messaging import make_message
from tests.outages import DatabaseLine
from tests.threads import run_at_once


@pytest.fixture
def page(transactional_db: None, at: datetime) -> PetitionPage:
    return make_petition_page(make_petition(**ASKS_ALL))


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_form_sent_while_the_database_is_away_is_kept_and_sent_again(
    page: PetitionPage, database_line: DatabaseLine, visitor: Client
) -> None:
    address = reverse("sign", args=[page.pk])
    typed = {**ALL_GOOD, "full_name": 'Ada "the <first>"'}
    database_line.cut()
    response = visitor.post(address, typed)
    body = unescape(response.content.decode())
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "was not taken yet" in body
    assert f'action="{address}"' in body
    assert "<first>" not in response.content.decode()
    for name, value in typed.items():
        assert f'name="{name}" value="{value}"' in body
    assert "default-src 'none'" in response["Content-Security-Policy"]

    database_line.mend()
    assert visitor.post(address, typed).status_code == 303
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "accepts", "language"),
    [
        ("/fr/nulle-part/", "nl", "fr"),
        ("/ar/nowhere/", "en", "ar"),
        ("/staff/", "nl", "nl"),
        ("/events/x/", "tlh", "en"),
    ],
)
def test_page_while_the_database_is_away_speaks_the_persons_language(
    database_line: DatabaseLine, visitor: Client, address: str, accepts: str, language: str
) -> None:
    visitor.cookies["sessionid"] = "a" * 32
    database_line.cut()
    response = visitor.get(address, headers={"Accept-Language": accepts}, follow=False)
    body = response.content.decode()
    assert response.status_code == 503
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in body
    assert f'href="{address}"' in body
    database_line.mend()
    assert visitor.get(address).status_code != 503


def _answer_to(request: HttpRequest) -> HttpResponse:
    try:
        raise OperationalError("connection refused")  # noqa: TRY301 - the handler reads it from the stack
    except OperationalError:
        return answer_failure(request)


def test_password_is_not_written_into_the_page(rf: RequestFactory) -> None:
    response = _answer_to(rf.post("/account/login/", {"login": "ada@example.org", "password": "correct horse"}))
    assert response.status_code == 503
    assert b"correct horse" not in response.content
    assert b"<form" not in response.content


@pytest.mark.parametrize(("site", "kept"), [("same-origin", True), ("cross-site", False)])
def test_form_of_another_site_does_not_become_ours_by_being_kept(rf: RequestFactory, site: str, kept: bool) -> None:
    response = _answer_to(rf.post("/en/sign/1/", {"email": "ada@example.org"}, headers={"Sec-Fetch-Site": site}))
    assert response.status_code == 503
    assert (b"ada@example.org" in response.content) == kept


def test_phone_is_answered_in_its_own_form(database_line: DatabaseLine, visitor: Client) -> None:
    visitor.cookies["sessionid"] = "a" * 32
    database_line.cut()
    response = visitor.get("/outreach/api/v1/me", headers={"Authorization": "Bearer x"})
    assert (response.status_code, response["Content-Type"]) == (503, "application/json")


def test_fault_of_ours_stays_a_500() -> None:
    assert not is_passing(OperationalError("no such table: people_supporter"))
    assert not is_passing(ValueError("wrong"))
    assert not is_passing(OSError(errno.EACCES, "not allowed"))
    assert not is_passing(None)
    assert is_passing(OSError(errno.ENOSPC, "No space left on device"))


def test_worker_goes_on_when_the_database_is_back(
    page: PetitionPage, database_line: DatabaseLine, at: datetime
) -> None:
    hand_in(page.petition, at=at)
    database_line.cut()
    for _ in range(3):
        for drain in (drain_submissions, deliver_messages):
            with pytest.raises(OperationalError):
                drain()
    database_line.mend()
    for _ in range(2):
        drain_submissions()
        deliver_messages()
    assert CaughtMessage.objects.count() == 1
    assert OutboundMessage.objects.get().attempts == 1


def test_signing_while_the_broker_is_away_waits_in_rows(
    page: PetitionPage, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_words: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("kombu.Connection.ensure_connection", away)
    monkeypatch.setattr("celery.app.task.Task.apply_async", away)
    monkeypatch.setattr("celery.app.base.Celery.send_task", away)
    assert visitor.post(reverse("sign", args=[page.pk]), ALL_GOOD).status_code == 303
    assert not CaughtMessage.objects.exists()
    monkeypatch.undo()
    drain_submissions()  # the beat, back
    deliver_messages()
    assert CaughtMessage.objects.count() == 1


def test_full_disk_under_the_database_takes_nothing_by_halves(
    page: PetitionPage, visitor: Client, settings: Any
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's own disk cannot be filled from here; its errors are of the same class")
    settings.INTAKE_ALLOWED_NETWORKS = ["127.0.0.0/8"]  # all of them from one address
    address = reverse("sign", args=[page.pk])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    answers = [visitor.post(address, {**ALL_GOOD, "email": f"ada{number}@example.org"}) for number in range(200)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    taken = [answer.status_code for answer in answers]
    assert set(taken) == {303, 503}
    assert Submission.objects.count() == taken.count(303)
    assert visitor.post(address, ALL_GOOD).status_code == 303
    drain_submissions()
    deliver_messages()
    assert CaughtMessage.objects.count() == taken.count(303) + 1


def test_full_disk_under_an_upload_leaves_no_row_and_no_piece(
    transactional_db: None, visitor: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = {**BASE_STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    visitor.force_login(make_user("hana", is_superuser=True))
    form = {"title": "Minutes", "collection": Collection.get_first_root_node().pk}
    with monkeypatch.context() as full:
        full.setattr("django.core.files.storage.filesystem.os", FullDisk())
        response = visitor.post(reverse("wagtaildocs:add"), {**form, "file": ContentFile(b"x" * 99_000, "minutes.txt")})
    assert response.status_code == 503
    assert "choose them again" in response.content.decode()
    assert not get_document_model().objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    for _ in range(2):
        answer = visitor.post(reverse("wagtaildocs:add"), {**form, "file": ContentFile(b"x", "minutes.txt")})
        assert answer.status_code == 302
    first, second = get_document_model().objects.order_by("pk")
    assert first.file.name == "documents/minutes.txt" != second.file.name  # one name, one file
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {
        Path(document.file.name).name for document in (first, second)
    }


def test_two_who_upload_the_same_name_at_once_get_a_file_each(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=str(tmp_path))
    names = run_at_once(*[partial(storage._save, "plan.txt", ContentFile(f"{who}".encode())) for who in range(6)])
    assert len(set(names)) == 6
    assert {(tmp_path / name).read_text() for name in names} == {"0", "1", "2", "3", "4", "5"}
    assert len(list(tmp_path.iterdir())) == 6


class FullDisk:
    """The module `os` on a machine whose disk takes half of a piece and no more."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fdopen(self, number: int, mode: str) -> "FullFile":
        return FullFile(number, mode)


class FullFile(FileIO):
    def write(self, piece: Any) -> int:
        super().write(bytes(piece)[: len(piece) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_clock_put_a_day_forward_and_back_breaks_no_link(
    page: PetitionPage, at: datetime, clock: time_machine.Traveller
) -> None:
    before = hand_in(page.petition, "ada@example.org", at=at)
    clock.shift(86_400)
    ahead = hand_in(page.petition, "ben@example.org", at=at)
    link_of_ahead = confirm_token(ahead)
    press(before, at=at)
    clock.shift(-86_400)
    assert read_uuid(link_of_ahead, CONFIRM) == ahead.public_id  # signed in what is now the future
    press(ahead, at=at)
    press(before, at=at)
    assert Signature.objects.filter(status=SignatureStatus.CONFIRMED).count() == 2
    with pytest.raises(InvalidToken):
        read_uuid(f"{link_of_ahead}x", CONFIRM)


def test_letter_whose_text_an_old_worker_does_not_know_waits_for_a_new_one(page: PetitionPage, at: datetime) -> None:
    unknown = make_message(at=at, template="text_of_tomorrow")
    hand_in(page.petition, "ben@example.org", at=at)
    drain_submissions()
    deliver_messages()
    unknown.refresh_from_db()
    assert unknown.status == MessageStatus.READY
    assert unknown.attempts == 1 < MAX_ATTEMPTS
    assert unknown.not_before > at
    assert [letter.address for letter in CaughtMessage.objects.all()] == ["ben@example.org"]  # held up by nothing
