"""Materials put up, replaced, taken back and counted; what becomes of their files."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from PIL import Image, PngImagePlugin
from pytest_django import Settings

from coalition.actions.leaving import leave_campaign
from coalition.actions.material_downloads import count_download
from coalition.actions.materials import (
    FOLDER,
    NotOfThisKindError,
    RetiredError,
    bring_back,
    publish_file,
    publish_text,
    retire_material,
    sweep_files,
    take_back,
)
from coalition.material_enums import MaterialKind
from coalition.material_files import receive
from coalition.models import Material, MaterialDownload, MaterialVersion
from core.models import AuditEntry
from tests.clamd import EICAR, Clamd
from tests.factories.files import PDF
from tests.factories.materials import make_material, picture, put_up, upload
from tests.factories.staff import World
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def in_storage() -> set[str]:
    try:
        return set(storages["private"].listdir(FOLDER)[1])
    except FileNotFoundError:
        return set()


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    """Start with no file of another test: where most are unknown, none is swept."""
    for name in in_storage():
        storages["private"].delete(f"{FOLDER}/{name}")


def words(action: str) -> list[str]:
    return list(AuditEntry.objects.filter(action=f"coalition.{action}").values_list("action", flat=True))


def test_newer_version_takes_the_place_of_the_older_which_stays_on_record(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    older = put_up(flyer, "fr", at=at)
    newer = put_up(flyer, "fr", content=PDF + b"% newer\n", at=at + timedelta(hours=1))
    older.refresh_from_db()
    assert (older.ended_at, newer.number) == (at + timedelta(hours=1), 2)
    assert list(MaterialVersion.objects.offered()) == [newer]
    assert storages["private"].open(older.file).read() == PDF + b"% fr\n%%EOF\n"
    assert len(words("material_version.published")) == 2


def test_same_file_again_is_the_version_there_is(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    assert put_up(flyer, at=at) == put_up(flyer, at=at + timedelta(hours=1))
    text = make_material(ours, kind=MaterialKind.TEXT)
    assert put_up(text, at=at) == put_up(text, at=at)
    assert len(words("material_version.published")) == 2


def test_retired_material_takes_nothing_and_comes_back_as_it_was(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    version = put_up(flyer, at=at)
    retire_material(material=flyer, by=ours.coordinator, at=at)
    retire_material(material=flyer, by=ours.coordinator, at=at)
    assert not MaterialVersion.objects.offered().exists()
    with pytest.raises(RetiredError):
        put_up(flyer, "fr", at=at)
    bring_back(material=flyer, by=ours.coordinator)
    bring_back(material=flyer, by=ours.coordinator)
    assert list(MaterialVersion.objects.offered()) == [version]
    assert (len(words("material.retired")), len(words("material.brought_back"))) == (1, 1)


def test_text_is_no_file_and_a_file_no_text(ours: World, at: datetime) -> None:
    with pytest.raises(NotOfThisKindError):
        publish_text(material=make_material(ours), language="en", text="Sign!", by="tests", at=at)
    with pytest.raises(NotOfThisKindError):
        publish_file(
            material=make_material(ours, kind="text"), language="en", received=receive(upload()), by="tests", at=at
        )
    assert not MaterialVersion.objects.exists()
    assert not words("material_version.published")


def test_version_taken_back_is_offered_no_longer(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours), at=at)
    take_back(version=version, by=ours.coordinator, at=at)
    take_back(version=version, by=ours.coordinator, at=at + timedelta(hours=1))
    assert not MaterialVersion.objects.offered().exists()
    assert len(words("material_version.taken_back")) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"number": 1},
        {"number": 2},
        {"number": 2, "language": "fr", "text": ""},
        {"number": 2, "language": "fr", "file": "materials/a.pdf"},
        {"number": 2, "language": "fr", "sha256": ""},
    ],
)
def test_database_refuses_what_cannot_be(ours: World, at: datetime, columns: dict[str, Any]) -> None:
    text = make_material(ours, kind=MaterialKind.TEXT)
    put_up(text, at=at)
    told = {"language": "en", "text": "Sign!", "sha256": "0" * 64, "uploaded_at": at, **columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialVersion.objects.create(material=text, **told)


def test_picture_is_drawn_anew_without_what_stood_beside_its_pixels(at: datetime) -> None:
    out, beside = io.BytesIO(), PngImagePlugin.PngInfo()
    beside.add_text("Comment", "taken at Nora's home")
    Image.new("RGB", (640, 480), "red").save(out, "PNG", pnginfo=beside)
    received = receive(upload("logo.png", out.getvalue() + b"PK\x03\x04 something behind"))
    kept = received.content.read()
    assert b"Nora" not in kept
    assert b"something behind" not in kept
    assert Image.open(io.BytesIO(received.thumbnail)).size == (320, 240)
    assert received.size == len(kept)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("flyer\u202efdp.pdf", PDF, "cannot be shown"),
        ("a" * 150 + ".pdf", PDF, "longer than"),
        ("flyer.pdf", b"", "empty"),
        ("huge.pdf", PDF + b" " * 1_000_000, "larger than 1 MB"),
        ("broken.png", picture()[:40], "cannot be read"),
        ("flyer.svg", b"<svg/>", "are not taken"),
        ("moving.gif", picture("GIF"), "are not taken"),
    ],
)
def test_hostile_upload_is_refused_in_words(settings: Settings, name: str, content: bytes, said: str) -> None:
    settings.MATERIAL_MAX_MB = 1
    with pytest.raises(ValidationError, match=said):
        receive(upload(name, content))


def test_material_with_a_virus_is_refused(settings: Settings) -> None:
    clamd = Clamd()
    settings.CLAMD_ADDRESS = clamd.address
    with pytest.raises(ValidationError, match="virus scanner found something"):
        receive(upload("flyer.txt", b"I: " + EICAR))
    assert receive(upload()).size == len(PDF)
    clamd.close()


def test_name_with_a_path_or_a_line_break_reaches_no_folder_and_no_header() -> None:
    assert receive(upload("../../etc/flyer.pdf")).name == "flyer.pdf"
    with pytest.raises(ValidationError):
        receive(upload("flyer\r\nSet-Cookie: a=b.pdf"))


def test_picture_that_would_fill_the_memory_is_refused(settings: Settings) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1_000
    with pytest.raises(ValidationError, match="million pixels"):
        receive(upload("large.png", picture(side=100)))


def test_files_no_version_knows_are_swept_and_no_others(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours, kind=MaterialKind.LOGO), content=picture(), name="logo.png", at=at)
    known = {version.file.removeprefix(f"{FOLDER}/"), version.thumbnail.removeprefix(f"{FOLDER}/")}
    lost = storages["private"].save(f"{FOLDER}/lost.pdf", ContentFile(PDF)).removeprefix(f"{FOLDER}/")
    sweep_files(at=at + timedelta(minutes=5))
    assert in_storage() >= known | {lost}, "its row may be about to be written"
    sweep_files(at=at + timedelta(days=1))
    assert known <= in_storage()
    assert lost not in in_storage()


def test_file_another_host_sweeps_first_does_not_end_the_sweep(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = storages["private"]
    first, second = sorted(storage.save(f"{FOLDER}/lost-{number}.pdf", ContentFile(PDF)) for number in range(2))
    there = storage.get_modified_time

    def gone_meanwhile(name: str) -> datetime:
        storage.delete(first)
        return there(name)

    monkeypatch.setattr(storage, "get_modified_time", gone_meanwhile)
    sweep_files(at=at + timedelta(days=1))
    assert second.removeprefix(f"{FOLDER}/") not in in_storage()


def test_folder_of_another_database_is_left_as_it_is(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    storage = storages["private"]
    names = [storage.save(f"{FOLDER}/theirs-{number}.pdf", ContentFile(PDF)) for number in range(11)]
    assert sweep_files(at=at + timedelta(days=1)) == 0
    assert len(in_storage()) == 11
    assert "11 of 11" in caplog.text
    storage.delete(names[0])
    assert sweep_files(at=at + timedelta(days=1)) == 10, "a handful is what dead workers leave"


def test_worker_that_dies_between_file_and_row_leaves_nothing_offered(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    flyer = make_material(ours)
    with monkeypatch.context() as dying:
        dying.setattr("coalition.actions.materials._publish", lambda *_told, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            put_up(flyer, at=at)
    assert not MaterialVersion.objects.exists()
    version = put_up(flyer, at=at)
    sweep_files(at=at + timedelta(days=1))
    assert version.file.removeprefix(f"{FOLDER}/") in in_storage()
    assert storages["private"].open(version.file).read().startswith(b"%PDF")


def test_downloads_are_counted_by_day_and_partner(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours), at=at)
    for partnership in (ours.partnership, ours.partnership, None, None, None):
        count_download(version=version, partnership=partnership, at=at)
    count_download(version=version, partnership=ours.partnership, at=at + timedelta(days=1))
    counts = MaterialDownload.objects.order_by("pk").values_list("partnership", "count")
    assert list(counts) == [(ours.partnership.pk, 2), (None, 3), (ours.partnership.pk, 1)]


@pytest.mark.parametrize("is_lead", [True, False])
def test_database_keeps_one_row_for_a_day(ours: World, at: datetime, is_lead: bool) -> None:
    version = put_up(make_material(ours), at=at)
    told: dict[str, Any] = {"version": version, "partnership": None if is_lead else ours.partnership, "day": at.date()}
    MaterialDownload.objects.create(**told, count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialDownload.objects.create(**told, count=1)


def test_partner_that_leaves_leaves_its_counts_and_cannot_be_deleted_with_them(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours), at=at)
    count_download(version=version, partnership=ours.partnership, at=at)
    leave_campaign(partnership=ours.partnership, reason="", by=ours.coordinator, at=at)
    assert MaterialDownload.objects.get().count == 1
    with pytest.raises(ProtectedError):
        ours.partnership.delete()


def test_file_of_a_deleted_material_is_swept(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    name = put_up(flyer, at=at).file.removeprefix(f"{FOLDER}/")
    Material.objects.all().delete()
    sweep_files(at=at + timedelta(days=1))
    assert name not in in_storage()


@pytest.mark.django_db(transaction=True)
def test_two_downloads_at_once_are_both_counted(ours: World, at: datetime) -> None:
    version = put_up(make_material(ours), at=at)

    def take() -> None:
        count_download(version=version, partnership=None, at=at)

    assert run_at_once(take, take, take) == [None, None, None]
    assert MaterialDownload.objects.get().count == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_put_up_the_same_language_at_once_take_turns(ours: World, at: datetime) -> None:
    flyer = make_material(ours)
    files = [receive(upload(content=PDF + mark + b"\n%%EOF\n")) for mark in (b"% a", b"% b")]

    def put(number: int) -> int:
        received = files[number]
        return publish_file(material=flyer, language="en", received=received, by="tests", at=at).number

    assert sorted(run_at_once(lambda: put(0), lambda: put(1))) == [1, 2]
    assert MaterialVersion.objects.offered().count() == 1
