import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command, execute_from_command_line

KEYS = {
    "total",
    "total_reached",
    "countries",
    "countries_passed",
    "breadth_reached",
    "seventh_country",
    "successful",
}


def judge(capsys, tmp_path, text, registered="2012-05-10"):
    path = tmp_path / "counts.csv"
    path.write_bytes(text.encode())
    call_command("initiative_status", "--registered", registered, "--counts", str(path), "--json")
    return json.loads(capsys.readouterr().out)


def test_initiative_status_json_has_the_keys_of_the_contract(capsys, tmp_path):
    status = judge(capsys, tmp_path, "country,statements_of_support,certified_after_submission\nEL,20000,0\nFR,9,1\n")
    assert set(status) == KEYS
    greece = next(row for row in status["countries"] if row["country"] == "GR")
    assert greece == {"country": "GR", "count": 20000, "minimum": 16500, "ratio": 20000 / 16500, "passed": True}
    france = next(row for row in status["countries"] if row["country"] == "FR")
    assert (france["count"], france["passed"], france["certified_after_submission"]) == (9, False, True)
    assert (status["total"], status["countries_passed"]) == (20000, ["GR"])
    assert status["seventh_country"] == {"country": None, "ratio": 0.0}
    assert len(status["countries"]) == 28


def test_initiative_status_needs_no_database(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("country,statements_of_support\nDE,1000000\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "manage.py", "initiative_status", "--registered", "2024-06-19", "--counts", path, "--json"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total_reached"] is True


@pytest.mark.parametrize(
    ("registered", "text", "place"),
    [
        ("2012-05-10", "country,statements_of_support\nDE,-1\n", (2, 2)),
        ("2012-05-10", "country,statements_of_support\nDE,1\n\nXX,1\n", (4, 1)),
        ("2012-03-31", "country,statements_of_support\nDE,1\n", (None, None)),
        ("10/05/2012", "country,statements_of_support\nDE,1\n", (None, None)),
    ],
)
def test_initiative_status_refusal_exits_2_with_a_sentence(capsys, tmp_path, registered, text, place):
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    arguments = ["manage.py", "initiative_status", "--registered", registered, "--counts", str(path), "--json"]
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert (error["line"], error["column"]) == place
    assert error["message"] in told.err
    assert "Traceback" not in told.err


def test_initiative_status_missing_file_is_a_sentence():
    with pytest.raises(CommandError, match="cannot be read") as refused:
        call_command("initiative_status", "--registered", "2024-06-19", "--counts", "/no/such/file")
    assert refused.value.returncode == 2


def test_initiative_status_without_json_is_a_table(capsys, tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("country,statements_of_support\nDE,1000000\n", encoding="utf-8")
    call_command("initiative_status", "--registered", "2024-06-19", "--counts", str(path))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["DE", "1000000", "67680", "14.78", "reached"]
    assert lines[-1] == "Not successful."
