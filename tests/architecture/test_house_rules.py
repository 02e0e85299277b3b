"""Small rules of the house that nobody should have to remember."""

import inspect
import re
import subprocess
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command

from config.forbidden_texts import find_forbidden

ROOT = Path(settings.BASE_DIR)
MOST_LINES = 400


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_grows_beyond_what_one_reads_at_a_time() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for path in tracked("*.py", "*.css", "*.js", "run", ".ci/*")
        if not {"migrations", "vendor"} & set(path.parts)
    }
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_no_junk_drawer() -> None:
    names = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py", "services.py", "managers.py"}
    assert not [str(path) for path in tracked("*.py") if path.name in names]


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    assert find_forbidden() == []


@pytest.mark.parametrize(
    "line",
    [
        "open('/" + "work/main/x')",
        "HOME=/" + "root/.cache",
        "path: /" + "home/ada/carillon",
        "--index-" + "url https://mirror.example.org/simple",
        "https://registry." + "npmjs.org/htmx",
        "https://files.python" + "hosted.org/packages/a",
        "https://pypi." + "org/simple",
        "<" * 7 + " HEAD",
    ],
)
def test_forbidden_text_is_found_in_any_file(tmp_path: Path, line: str) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "notes.txt").write_text(f"fine\n{line}\n")
    assert len(find_forbidden(tmp_path)) == 1


@pytest.mark.parametrize(
    "line",
    ["https://example.org/work/1", "see docs/root/cause", "the work/life balance", "/staff/pages/", "a/home/page"],
)
def test_harmless_text_is_let_be(tmp_path: Path, line: str) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "notes.txt").write_text(f"{line}\n")
    assert find_forbidden(tmp_path) == []


def our_tasks() -> list[str]:
    current_app.loader.import_default_modules()
    return sorted(name for name in current_app.tasks if not name.startswith("celery."))


@pytest.mark.parametrize("name", our_tasks())
def test_task_takes_keywords_it_does_not_know(name: str) -> None:
    """A task queued by a newer release must not fail in an older worker."""
    kinds = [parameter.kind for parameter in inspect.signature(current_app.tasks[name].run).parameters.values()]
    assert inspect.Parameter.VAR_KEYWORD in kinds
    assert inspect.Parameter.POSITIONAL_ONLY not in kinds


def test_every_scheduled_task_exists() -> None:
    assert current_app.conf.beat_schedule
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert not scheduled - set(our_tasks())


def test_run_prints_help_for_every_command() -> None:
    script = (ROOT / "run").read_text()
    commands = re.findall(r"^([a-z]+)\)$", script.partition("case $command in")[2], flags=re.MULTILINE)
    assert len(commands) > 5
    shown = subprocess.run(["./run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [command for command in commands if f"./run {command}" not in shown] == []


def test_run_refuses_what_it_does_not_know() -> None:
    done = subprocess.run(["./run", "fly"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no ./run fly" in done.stderr) == (1, True)
