"""Erased, an older backup restored: the person is gone again, because the list outside the database says so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from campaigns.models import Petition, Signature
from core.models import AuditEntry, Heartbeat
from people.models import ContactPoint, Supporter, Suppression
from rights import erased_list
from rights.actions import erasure
from rights.actions.erased_again import UNWRITTEN, erase_again, note_unwritten
from rights.actions.erasure import erase_supporter
from tests.factories.campaigns import sign
from tests.factories.cms import make_petition

pytestmark = pytest.mark.xdist_group("restoring")


@pytest.fixture
def root(settings: Any, tmp_path: Path) -> Path:
    settings.ERASED_ROOT = tmp_path / "erased"
    on_disk = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": on_disk, "OPTIONS": {"location": str(tmp_path / "media")}},
        "private": {"BACKEND": on_disk, "OPTIONS": {"location": str(tmp_path / "private")}},
    }
    return tmp_path / "erased"


@pytest.fixture
def petition(transactional_db: None, root: Path, at: datetime) -> Petition:
    petition = make_petition()
    for name in ("ada", "ben"):
        sign(petition, f"{name}@example.org", at=at, full_name=name.title())
    return petition


def person(name: str) -> Supporter:
    return Supporter.objects.get(full_name=name)


def names() -> set[str]:
    return set(Supporter.objects.values_list("full_name", flat=True))


def lines(root: Path) -> list[str]:
    return [line for path in root.glob("*.jsonl") for line in path.read_text().splitlines() if line]


def restore(folder: Path, **options: Any) -> int:
    """Restore and return how the command ended."""
    try:
        call_command("restore", folder, replace=True, **options)
    except SystemExit as end:
        return int(str(end.code))
    return 0


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the process die between the commit and the line, once called."""
    return lambda: monkeypatch.setattr(erasure, "_write_down", lambda line: None)


def test_person_erased_after_the_backup_is_gone_again_and_the_others_stay(
    petition: Petition, root: Path, tmp_path: Path, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    erased_list.begin(at - timedelta(days=1))
    ada = person("Ada")
    call_command("backup", tmp_path / "backup")
    erase_supporter(supporter=ada, by="tests", at=at)

    assert restore(tmp_path / "backup") == 0

    assert names() == {"Ben"}
    assert Signature.objects.filter(supporter__isnull=True).count() == 1
    assert not ContactPoint.objects.filter(canonical__contains="ada").exists()
    assert Suppression.objects.in_force().count() == 1
    told = capsys.readouterr().out
    assert "1 people had been erased and are erased again." in told
    assert "by hand" not in told
    assert restore(tmp_path / "backup") == 0  # once more, with a line more
    assert names() == {"Ben"}
    assert erase_again(by="tests", at=at).erased == 0


def test_person_whose_time_was_over_goes_again_without_a_stop(petition: Petition, tmp_path: Path, at: datetime) -> None:
    call_command("backup", tmp_path / "backup")
    erase_supporter(supporter=person("Ada"), by="tests", at=at, suppress=False)
    restore(tmp_path / "backup")
    assert names() == {"Ben"}
    assert not Suppression.objects.exists()


def test_list_says_ids_and_when_and_nobody_else_reads_it(petition: Petition, root: Path, at: datetime) -> None:
    ada = person("Ada")
    erase_supporter(supporter=ada, by="tests", at=at)
    [line] = lines(root)
    assert str(ada.public_id) in line
    assert "ada" not in line.replace(str(ada.public_id), "").lower()
    assert {path.stat().st_mode & 0o777 for path in root.iterdir()} == {0o600}
    assert root.stat().st_mode & 0o777 == 0o700


def test_killed_between_commit_and_line_is_written_down_by_the_job(
    petition: Petition, root: Path, tmp_path: Path, at: datetime, kill: Callable[[], None]
) -> None:
    call_command("backup", tmp_path / "backup")
    kill()
    erase_supporter(supporter=person("Ada"), by="tests", at=at)
    assert lines(root) == []
    entry = AuditEntry.objects.get(action="rights.supporter.erased")
    assert note_unwritten(at=entry.at + timedelta(minutes=10)) == 1
    assert note_unwritten(at=entry.at + timedelta(minutes=20)) == 0
    restore(tmp_path / "backup")
    assert names() == {"Ben"}


def test_killed_between_restore_and_erasing_again_is_made_good_by_the_command_or_the_night(
    petition: Petition, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("backup", tmp_path / "backup")
    erase_supporter(supporter=person("Ada"), by="tests", at=at)

    def die(manifest: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("config.backups.restoring._erase_again", die)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "backup")
    assert names() == {"Ada", "Ben"}
    call_command("erase_again")
    assert names() == {"Ben"}


def test_rolled_back_erasure_is_not_in_the_list(
    petition: Petition, root: Path, settings: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_let_go", lambda family, at: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase_supporter(supporter=person("Ada"), by="tests", at=at)
    assert lines(root) == []


def test_full_disk_leaves_the_erasure_and_is_told_until_it_is_written(
    petition: Petition, root: Path, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write = erased_list.os.write

    def half(file: int, data: bytes) -> int:
        return int(write(file, data[: len(data) // 2]))

    with monkeypatch.context() as full:
        full.setattr(erased_list.os, "write", half)
        erase_supporter(supporter=person("Ada"), by="tests", at=at)
        assert names() == {"Ben"}
        assert "could not be written into the list" in caplog.text
        entry = AuditEntry.objects.get(action="rights.supporter.erased")
        assert note_unwritten(at=entry.at) == 0
        assert Heartbeat.objects.filter(name=UNWRITTEN).exists()
    assert note_unwritten(at=entry.at) == 1
    assert not Heartbeat.objects.filter(name=UNWRITTEN).exists()
    assert [line for line in erased_list.read() if line] != []
    assert erase_again(by="tests", at=at).unread == 2


@pytest.mark.parametrize(
    ("harm", "words"),
    [("missing", "There is no list of erasures"), ("late", "begins"), ("unreadable", "cannot be read")],
)
def test_list_that_cannot_say_it_is_told_plainly(
    petition: Petition,
    root: Path,
    tmp_path: Path,
    at: datetime,
    capsys: pytest.CaptureFixture[str],
    harm: str,
    words: str,
) -> None:
    call_command("backup", tmp_path / "backup")
    if harm == "late":
        erased_list.begin(datetime.fromisoformat("2999-01-01T00:00:00+00:00"))
    elif harm == "unreadable":
        erased_list.begin(at)
        (root / "2026-03.host.jsonl").mkdir()
    assert restore(tmp_path / "backup") == (1 if harm == "unreadable" else 0)
    assert words in capsys.readouterr().out
    assert names() == {"Ada", "Ben"}


def test_months_without_a_backup_leave_the_list(root: Path, settings: Any, at: datetime) -> None:
    settings.BACKUP_DAYS = 30
    for days in (100, 45, 0):
        erased_list.append(erased_list.Line(at - timedelta(days=days), (), stop=True))
    before = erased_list.begun_at()
    assert erased_list.prune(at) >= 1
    kept = [line for line in erased_list.read() if line]
    assert at - timedelta(days=100) not in [line.at for line in kept]
    assert at in [line.at for line in kept]
    assert before is not None
    assert before < (erased_list.begun_at() or before) <= at - timedelta(days=30)
    assert erased_list.prune(at) == 0
