"""Backed up while people write, the machine wiped, restored: everything is there, and proved."""

import json
import re
import resource
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from pyrage import x25519

from campaigns.actions.tallies import count_signatures
from campaigns.enums import Grain
from campaigns.models import Petition, Signature, Tally
from config.backups import BackupError
from config.backups.databases import count_rows, run_program
from config.backups.manifest import LOCAL_SECRETS, read_manifest
from core.models import AuditEntry
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.models import ConsentEvent
from tests.factories.campaigns import hand_in, sign
from tests.factories.cms import make_petition
from tests.factories.messaging import make_message
from tests.factories.people import make_consent_text

# One after the other: each takes thousands of locks, and PostgreSQL as it comes has room for one of them.
pytestmark = pytest.mark.xdist_group("restoring")
PICTURE = "original_images/our banner é.png"


@pytest.fixture
def uploads(settings: Any, tmp_path: Path) -> Path:
    """Where this machine keeps what was uploaded, on a disk as in production."""
    place = tmp_path / "machine" / "media"
    on_disk = "django.core.files.storage.FileSystemStorage"
    rights = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": on_disk, "OPTIONS": {"location": str(place)}},
        "private": {"BACKEND": on_disk, "OPTIONS": {"location": str(place.with_name("private")), **rights}},
    }
    return place


@pytest.fixture
def petition(transactional_db: None, uploads: Path, at: datetime) -> Petition:
    """A petition signed by three, their signatures counted, a letter that waits, and a picture."""
    petition = make_petition()
    wording = make_consent_text(petition.campaign.organisation)
    for name in ("ada", "ben", "chloé"):
        sign(petition, f"{name}@example.org", at=at, granted=(wording,), full_name=name.title())
    count_signatures(at=at)
    make_message(at=at)
    default_storage.save(PICTURE, ContentFile(b"a picture"))
    storages["private"].save("answers/ada.zip", ContentFile(b"for Ada alone"))
    return petition


@pytest.fixture
def wipe(petition: Petition, uploads: Path, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Return what throws this machine away and puts one in its place on which nothing ever was."""
    home = str(connection.settings_dict["NAME"])
    away = str(tmp_path / "machine" / "new.sqlite3") if connection.vendor == "sqlite" else f"{home}_wiped"

    def wipe() -> None:
        shutil.rmtree(uploads.parent, ignore_errors=True)
        uploads.parent.mkdir()
        connection.close()
        _drop(away)
        connection.settings_dict["NAME"] = away
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{away}"')

    yield wipe
    connection.close()
    connection.settings_dict["NAME"] = home
    _drop(away)


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            path.unlink()
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def somebody_writes(petition: Petition, at: datetime) -> Iterator[threading.Event]:
    """Write all the time, two rows in each transaction; set once the first ones are in."""
    begun, stop = threading.Event(), threading.Event()

    def write() -> None:
        with closing(connection):
            number = 0
            while not stop.is_set():
                with transaction.atomic():
                    submission = hand_in(petition, f"writer-{number}@example.org", at=at)
                    make_message(submission, at=at)
                number += 1
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        yield begun
    finally:
        stop.set()
        writer.join()


def _rows(folder: Path) -> dict[str, int]:
    rows: dict[str, int] = json.loads((folder / "manifest.json").read_text())["rows"]
    return rows


def test_backup_amid_writing_restored_on_a_wiped_machine_is_whole(
    somebody_writes: threading.Event,
    wipe: Callable[[], None],
    petition: Petition,
    tmp_path: Path,
    uploads: Path,
    capsys: pytest.CaptureFixture[str],
    at: datetime,
) -> None:
    folder = tmp_path / "backup"
    call_command("backup", folder)
    wipe()
    assert count_rows() == {}

    call_command("restore", folder)

    rows = _rows(folder)
    assert rows["campaigns_signature"] == Signature.objects.count() == 3
    assert {table: count for table, count in count_rows().items() if table.startswith(("people_", "campaigns_"))} == {
        table: count for table, count in rows.items() if table.startswith(("people_", "campaigns_"))
    }
    written = OutboundMessage.objects.filter(submission__email__startswith="writer-").count()
    assert written == rows["people_submission"] - 3 > 0  # both rows of each transaction, or neither
    assert Tally.objects.get(petition=petition, grain=Grain.TOTAL).count == 3
    call_command("check_tallies")
    assert "0 tallies differ; 0 signatures wait" in capsys.readouterr().out
    assert (uploads / PICTURE).read_bytes() == b"a picture"
    private = uploads.with_name("private") / "answers" / "ada.zip"
    assert private.read_bytes() == b"for Ada alone"
    modes = [path.stat().st_mode & 0o777 for path in (private, private.parent, private.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    _database_still_refuses(petition)
    sign(petition, "dora@example.org", at=at)  # ids go on behind the last one
    assert Signature.objects.count() == 4


def _database_still_refuses(petition: Petition) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConsentEvent.objects.update(source="changed")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="changed")
    first = Signature.objects.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=first.pk).update(supporter_id=999_999)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.bulk_create([first])


def test_what_waited_is_not_sent_after_a_restore_unless_it_is_asked_for(
    wipe: Callable[[], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", tmp_path / "backup")
    wipe()
    call_command("restore", tmp_path / "backup")
    assert [row.status for row in OutboundMessage.objects.all()] == [MessageStatus.UNKNOWN]
    assert "1 messages waited" in capsys.readouterr().out
    call_command("restore", tmp_path / "backup", "--replace", "--send-waiting")
    assert [row.status for row in OutboundMessage.objects.all()] == [MessageStatus.READY]


def test_restore_over_what_is_there_needs_to_be_typed(wipe: Callable[[], None], uploads: Path, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    wipe()
    call_command("restore", tmp_path / "backup")
    Signature.objects.latest("pk").delete()
    (uploads / "later.txt").write_text("later")
    with pytest.raises(CommandError, match=r"not empty.*--replace"):
        call_command("restore", tmp_path / "backup")
    assert Signature.objects.count() == 2
    assert (uploads / "later.txt").exists()

    call_command("restore", tmp_path / "backup", "--replace")
    assert Signature.objects.count() == 3
    assert not (uploads / "later.txt").exists()
    assert (uploads / PICTURE).exists()
    assert {path.name for path in uploads.parent.iterdir() if path.is_dir()} == {"media", "private"}


def test_backup_of_an_older_version_is_migrated_after_it_is_back(
    wipe: Callable[[], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = MigrationRecorder.Migration.objects.count()
    call_command("migrate", "outreach", "0004", verbosity=0)
    taken_back = newest - MigrationRecorder.Migration.objects.count()
    assert taken_back > 0
    call_command("backup", tmp_path / "backup")
    wipe()
    call_command("restore", tmp_path / "backup")
    assert f"{taken_back} migrations were newer and were run" in capsys.readouterr().out
    assert ("outreach", "0005_contacts_at_events") in MigrationRecorder(connection).applied_migrations()
    assert Signature.objects.count() == 3


def test_restore_onto_a_migrated_machine_without_people_needs_nothing_typed(
    transactional_db: None, uploads: Path, tmp_path: Path
) -> None:
    call_command("backup", tmp_path / "backup")
    call_command("restore", tmp_path / "backup")


@pytest.mark.parametrize("harm", ["changed", "missing", "manifest", "climbing", "newer", "format", "other engine"])
def test_damaged_or_foreign_backup_is_refused_before_anything_is_touched(
    petition: Petition, uploads: Path, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "backup"
    call_command("backup", folder)
    list_of_contents = folder / "manifest.json"
    told = json.loads(list_of_contents.read_text())
    picture = folder / "uploads" / "default" / PICTURE
    if harm == "changed":
        picture.write_bytes(b"another")
    elif harm == "missing":
        picture.unlink()
    elif harm == "manifest":
        list_of_contents.write_text("{")
    elif harm == "climbing":
        told["files"] = {f"../{name}": digest for name, digest in told["files"].items()}
    elif harm == "newer":
        told["migrations"]["people"].append("9999_of_tomorrow")
    elif harm == "format":
        told["format"] = 2
    else:
        told["engine"] = "another"
    if harm != "manifest":
        list_of_contents.write_text(json.dumps(told))
    default_storage.save("later.txt", ContentFile(b"later"))
    Signature.objects.latest("pk").delete()

    with pytest.raises(CommandError, match=r"damaged|newer version|this database is"):
        call_command("restore", folder, "--replace")
    assert Signature.objects.count() == 2
    assert default_storage.exists("later.txt")


def test_dump_that_breaks_off_leaves_the_database_as_it_was(
    petition: Petition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    call_command("backup", folder)
    manifest = read_manifest(folder)
    database = folder / manifest.database
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) * 2 // 3])
    monkeypatch.setattr("config.backups.restoring.check_files", lambda *_: None)
    Signature.objects.latest("pk").delete()
    with pytest.raises(CommandError):
        call_command("restore", folder, "--replace")
    assert Signature.objects.count() == 2


@contextmanager
def _disk_with_room_for(size: int) -> Iterator[None]:
    """Let the kernel refuse to make any file larger than ``size`` bytes, as a full disk would."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@pytest.mark.parametrize("room", [100, 200_000])
def test_full_disk_leaves_nothing_that_looks_like_a_backup(petition: Petition, tmp_path: Path, room: int) -> None:
    (tmp_path / "backups").mkdir()
    default_storage.save("documents/large.pdf", ContentFile(b"x" * 300_000))
    with _disk_with_room_for(room), pytest.raises(CommandError):
        call_command("backup", tmp_path / "backups" / "monday")
    assert list((tmp_path / "backups").iterdir()) == []


def test_full_disk_for_the_uploads_leaves_everything_as_it_was(
    petition: Petition, uploads: Path, tmp_path: Path
) -> None:
    default_storage.save("documents/large.pdf", ContentFile(b"x" * 300_000))
    call_command("backup", tmp_path / "backup")
    Signature.objects.latest("pk").delete()
    with _disk_with_room_for(200_000), pytest.raises(CommandError, match="could not be written"):
        call_command("restore", tmp_path / "backup", "--replace")
    assert Signature.objects.count() == 2
    assert default_storage.size("documents/large.pdf") == 300_000
    assert {path.name for path in uploads.parent.iterdir() if path.is_dir()} == {"media", "private"}


def test_backup_into_a_filled_folder_or_among_the_uploads_is_refused(
    petition: Petition, uploads: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", tmp_path / "full")
    with pytest.raises(CommandError, match="among the uploads"):
        call_command("backup", uploads / "backup")
    assert (tmp_path / "full" / "note.txt").read_text() == "mine"


def test_backup_holds_no_secret_and_other_secrets_are_refused(
    petition: Petition, tmp_path: Path, settings: Any
) -> None:
    folder = tmp_path / "backup"
    call_command("backup", folder)
    text = (folder / "manifest.json").read_text()
    assert settings.KEYED_HASH_SECRET not in text
    assert settings.SECRET_KEY not in text
    with pytest.raises(CommandError, match="Only a demo"):
        call_command("backup", tmp_path / "with-secrets", "--with-local-secrets")
    settings.KEYED_HASH_SECRET = "another"
    with pytest.raises(CommandError, match="KEYED_HASH_SECRET is not the one"):
        call_command("restore", folder, "--replace")
    call_command("restore", folder, "--replace", "--other-secrets")


def test_demo_takes_its_own_secrets_along(petition: Petition, tmp_path: Path, settings: Any) -> None:
    settings.DEMO_MODE, settings.VAR_DIR = True, tmp_path / "var"
    settings.VAR_DIR.mkdir()
    (settings.VAR_DIR / "keyed-hash-secret").write_text("of the demo")
    call_command("backup", tmp_path / "backup", "--with-local-secrets")
    (settings.VAR_DIR / "keyed-hash-secret").write_text("made by the new machine")
    settings.KEYED_HASH_SECRET = "made by the new machine"
    call_command("restore", tmp_path / "backup", "--replace")
    assert (settings.VAR_DIR / "keyed-hash-secret").read_text() == "of the demo"
    assert (settings.VAR_DIR / "keyed-hash-secret").stat().st_mode & 0o777 == 0o600


def test_every_secret_the_demo_keeps_in_a_file_is_taken_along() -> None:
    text = (django_settings.BASE_DIR / "config" / "settings" / "demo.py").read_text()
    kept = set(re.findall(r"local_\w+\(VAR_DIR, [\"']([\w-]+)[\"']\)", text))
    assert kept
    assert kept <= set(LOCAL_SECRETS)


def test_sealed_backup_tells_nothing_and_opens_with_its_key_alone(
    wipe: Callable[[], None], uploads: Path, tmp_path: Path
) -> None:
    key, other = x25519.Identity.generate(), x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# created: today\n{key}\n")
    (tmp_path / "other.txt").write_text(f"{other}\n")
    call_command("backup", tmp_path / "backup", "--to", str(key.to_public()))
    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["backup.tar.age"]
    assert b"ada@example.org" not in (tmp_path / "backup" / "backup.tar.age").read_bytes()
    wipe()
    with pytest.raises(CommandError, match="sealed"):
        call_command("restore", tmp_path / "backup")
    with pytest.raises(CommandError, match="does not open with this key"):
        call_command("restore", tmp_path / "backup", "--identity", tmp_path / "other.txt")
    call_command("restore", tmp_path / "backup", "--identity", tmp_path / "key.txt")
    assert Signature.objects.count() == 3
    assert (uploads / PICTURE).read_bytes() == b"a picture"


def test_backup_for_what_is_no_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="age1"):
        call_command("backup", tmp_path / "backup", "--to", "age1nonsense")
    assert not (tmp_path / "backup").exists()


def test_machine_without_postgresqls_programs_is_told_what_to_install() -> None:
    with pytest.raises(BackupError, match="postgresql-client"):
        run_program(["pg_dump-that-is-not-there"], {})
