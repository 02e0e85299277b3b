"""The demo's launcher: what it refuses, what it prepares, and that nothing is left running."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import demo
from config.demo import DemoError, Part
from config.demo_fingerprint import fingerprint_demo, is_input

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, path in {"VAR": "", "LOGS": "logs", "DATABASE": "c.sqlite3", "MARKER": "m.json", "SCHEDULE": "s"}.items():
        monkeypatch.setattr(demo, name, tmp_path / path)
    (tmp_path / "logs").mkdir()
    for name in ("PORT", "HOST", "DATABASE_URL", "PUBLIC_URL", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)


def start(name: str, script: str) -> Part:
    part = Part(name, [sys.executable, "-c", script], dict(os.environ))
    part.start()
    return part


def wait_for_word(part: Part) -> None:
    deadline = 1200
    while not part.log.read_bytes() and deadline:
        deadline -= 1
        subprocess.run(["sleep", "0.05"], check=True)
    assert part.log.read_bytes()


def is_gone(group: int) -> bool:
    """Whether a process group ends within half a minute: an orphan's new parent needs a moment to bury it."""
    for _ in range(600):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        subprocess.run(["sleep", "0.05"], check=True)
    return False


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80 80", "８０"])
def test_port_that_is_none_is_refused_in_a_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(DemoError, match="is not a port; write a number"):
        demo.read_port()


def test_port_in_use_is_named_with_another_to_choose() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is in use; choose another: PORT={port + 1}"):
            demo.check_port("127.0.0.1", port)
    demo.check_port("127.0.0.1", port)


def test_second_demo_of_one_folder_is_refused() -> None:
    with (
        demo.only_demo_of_this_folder(),
        pytest.raises(DemoError, match="running from this folder already"),
        demo.only_demo_of_this_folder(),
    ):
        pass
    with demo.only_demo_of_this_folder():
        pass


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8001"), ("::", "http://127.0.0.1:8001"), ("::1", "http://[::1]:8001")],
)
def test_links_lead_to_the_address_the_demo_serves(host: str, url: str) -> None:
    assert demo.demo_environment(host, 8001)["PUBLIC_URL"] == url


def test_fresh_removes_the_demo_and_never_a_foreign_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("c.sqlite3", "c.sqlite3-wal", "m.json", "keep.txt"):
        (tmp_path / name).write_text("x")
    demo.throw_away()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keep.txt", "logs"]
    (tmp_path / "c.sqlite3").write_text("x")
    monkeypatch.setenv("DATABASE_URL", "postgres://db/carillon")
    with pytest.raises(DemoError, match="DATABASE_URL"):
        demo.throw_away()
    assert (tmp_path / "c.sqlite3").exists()


def test_prepared_only_for_this_code_and_with_a_database(tmp_path: Path) -> None:
    assert not demo.is_prepared("abc", {})
    (tmp_path / "m.json").write_text(json.dumps({"fingerprint": "abc", "logins": []}))
    assert not demo.is_prepared("abc", {}), "the database is gone"
    (tmp_path / "c.sqlite3").write_text("x")
    assert demo.is_prepared("abc", {})
    assert not demo.is_prepared("other", {})


def test_fingerprint_changes_with_a_migration_and_not_with_a_view(tmp_path: Path) -> None:
    for name in ("requirements/runtime.txt", "config/settings/base.py", "config/settings/demo.py", "people/views.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    before = fingerprint_demo(tmp_path, "")
    (tmp_path / "people/views.py").write_text("changed")
    assert fingerprint_demo(tmp_path, "") == before
    (tmp_path / "people/migrations").mkdir()
    (tmp_path / "people/migrations/0001_initial.py").write_text("x")
    assert fingerprint_demo(tmp_path, "") != before
    assert fingerprint_demo(tmp_path, "postgres://db/c") != fingerprint_demo(tmp_path, "")


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("static/css/site.css", True),
        ("places/data/communes.csv", True),
        ("campaigns/demo.py", True),
        ("config/management/commands/load_demo.py", True),
        ("campaigns/actions/signatures.py", False),
        ("cms/templates/cms/home.html", False),
    ],
)
def test_what_asks_for_a_new_preparation(name: str, counts: bool) -> None:
    assert is_input(Path(name)) is counts


def test_part_that_ends_by_itself_is_reported_with_its_last_words() -> None:
    part = start("worker", "print('no broker here'); raise SystemExit(3)")
    part.process.wait()
    with pytest.raises(DemoError, match=r"worker process ended by itself \(code 3\):\n    no broker here"):
        demo.check_alive([part])


def test_stop_ends_what_ignores_the_request_and_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.2)
    family = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); {STUBBORN}"
    parts = [start("web", family), Part("worker", [], {})]
    wait_for_word(parts[0])
    demo.stop(parts)
    assert parts[0].process.returncode == -signal.SIGKILL
    assert is_gone(parts[0].process.pid)
