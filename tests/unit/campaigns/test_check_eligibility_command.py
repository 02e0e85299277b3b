"""``manage.py check_eligibility``: the contract others rely on."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from campaigns.actions.elections import load_elections
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.models import Election, EligibilityRules
from places.models import Territory

KEY = "be-brussels-local-2018"
PERSON = {
    "nationality": "MA+FR",
    "birth_date": "2000-10-14",
    "residence_register": "foreigners",
    "register_since": "2018-08-01",
    "applied_on": "2018-07-31",
}


def check(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, body: Any, election: str = KEY
) -> dict[str, Any] | list[dict[str, Any]]:
    path = tmp_path / "person.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    call_command("check_eligibility", str(path), "--election", election, "--json")
    return json.loads(capsys.readouterr().out)


def test_check_eligibility_answers_outcome_reason_and_source(capsys: Any, tmp_path: Path, db: None) -> None:
    found = check(capsys, tmp_path, PERSON)
    assert (found["outcome"], found["reason_code"], found["group"]) == ("eligible", "meets_rules", "eu")
    assert "31 July 2018" in found["reason"]
    assert found["source"]["url"].startswith("https://")
    assert found["source"]["checked_on"] == "2026-11-21"


def test_check_eligibility_names_what_is_missing_and_what_it_did_not_know(
    capsys: Any, tmp_path: Path, db: None
) -> None:
    found = check(capsys, tmp_path, {"nationality": "FR", "birthday": "2000-10-14"})
    assert found["outcome"] == "incomplete"
    assert found["missing"] == ["birth_date", "residence_register", "register_since", "applied_on"]
    assert found["ignored"] == ["birthday"]


def test_check_eligibility_judges_a_list(capsys: Any, tmp_path: Path, db: None) -> None:
    found = check(capsys, tmp_path, [PERSON, PERSON | {"applied_on": "2018-08-01"}])
    assert [one["outcome"] for one in found] == ["eligible", "inadmissible"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (json.dumps(PERSON | {"birth_date": "14/10/2000"}), "birth_date"),
        ("{", "JSON"),
        ("[1]", "object"),
        ('"FR"', "object"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_check_eligibility_refuses_what_it_cannot_read(
    capsys: Any, tmp_path: Path, db: None, body: str, said: str
) -> None:
    path = tmp_path / "person.json"
    path.write_text(body)
    with pytest.raises(CommandError, match=said) as refused:
        call_command("check_eligibility", str(path), "--election", KEY, "--json")
    assert refused.value.returncode == 2
    assert said in json.loads(capsys.readouterr().out)["error"]["message"]


def test_check_eligibility_knows_its_elections(capsys: Any, tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="be-brussels-local-2024"):
        check(capsys, tmp_path, PERSON, "be-brussels-local-1900")
    with pytest.raises(CommandError, match=r"nowhere\.json"):
        call_command("check_eligibility", str(tmp_path / "nowhere.json"), "--election", KEY, "--json")


def test_check_eligibility_follows_what_staff_keep(capsys: Any, tmp_path: Path, territories: None) -> None:
    load_elections([read_election(shipped_elections()[KEY])], by="job:tests")
    row = EligibilityRules.objects.get()
    row.rules["minimum_age"]["years"] = 21
    row.save(update_fields=["rules"])
    found = check(capsys, tmp_path, PERSON)
    assert (found["outcome"], found["rules"]["from"]) == ("not_eligible", "database")


def test_check_eligibility_works_without_a_database(tmp_path: Path) -> None:
    environment = os.environ | {"CARILLON_VAR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", "check_eligibility", "-", "--election", KEY, "--json"],
        input=json.dumps(PERSON), capture_output=True, text=True, cwd=settings.BASE_DIR, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.load(io.StringIO(done.stdout))["outcome"] == "eligible"
    assert "shipped" in done.stderr


@pytest.fixture
def region(territories: None) -> Election:
    """Rules of the region of Brussels that ask for 21 years."""
    load_elections([read_election(shipped_elections()[KEY])], by="job:tests")
    election = Election.objects.get(key=KEY)
    rules = election.rules.get()
    EligibilityRules.objects.create(
        election=election,
        territory=Territory.objects.get(code="BE-BRU"),
        version=1,
        rules=rules.rules | {"minimum_age": {"years": 21, "source": "common"}},
        source_text="An ordinance",
        source_url="https://law.example",
        checked_date=rules.checked_date,
    )
    return election


@pytest.mark.parametrize("commune", ["Ixelles", "elsene", "NIS 21009", "21009", "إكسيل"])
def test_check_eligibility_follows_the_rules_of_the_communes_region(
    capsys: Any, tmp_path: Path, region: Election, commune: str
) -> None:
    found = check(capsys, tmp_path, PERSON | {"commune": commune})
    assert (found["outcome"], found["reason_code"]) == ("not_eligible", "too_young")
    assert (found["rules"]["territory"], found["rules"]["version"]) == ("BE-BRU", 1)


def test_check_eligibility_takes_the_commune_from_the_command_where_answers_name_none(
    capsys: Any, tmp_path: Path, region: Election
) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([PERSON, PERSON | {"commune": "Atlantis"}]))
    call_command("check_eligibility", str(path), "--election", KEY, "--commune", "Ixelles", "--json")
    young, nowhere = json.loads(capsys.readouterr().out)
    assert young["reason_code"] == "too_young"
    assert (nowhere["outcome"], nowhere["missing"]) == ("incomplete", ["commune"])


def test_check_eligibility_says_nothing_before_the_commune_where_regions_have_rules(
    capsys: Any, tmp_path: Path, region: Election
) -> None:
    found = check(capsys, tmp_path, PERSON)
    assert (found["outcome"], found["missing"], found["rules"]) == ("incomplete", ["commune"], None)


def test_check_eligibility_judges_an_unknown_commune_by_the_rules_of_the_whole_election(
    capsys: Any, tmp_path: Path, territories: None
) -> None:
    load_elections([read_election(shipped_elections()[KEY])], by="job:tests")
    found = check(capsys, tmp_path, PERSON | {"commune": "Atlantis"})
    assert (found["outcome"], found["rules"]["territory"]) == ("eligible", None)
