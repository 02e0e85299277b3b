"""Elections loaded from files, and rules that staff save."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from campaigns.actions.elections import FailingCasesError, load_elections, save_rules
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.eligibility_rules import RulesError, read_rules
from campaigns.models import Election, EligibilityRules
from campaigns.selectors.elections import failing_cases, judge_cases, rules_in_force
from core.models import AuditEntry
from places.models import Territory
from tests.factories.staff import World

KEY = "be-brussels-local-2018"
SHIPPED = json.loads(shipped_elections()[KEY].read_text())


@pytest.fixture
def election(territories: None) -> Election:
    load_elections([read_election(path) for path in shipped_elections().values()], by="job:tests")
    return Election.objects.get(key=KEY)


def rules_with(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(SHIPPED["rules"]) | parts


def save(election: Election, rules: dict[str, Any], **more: Any) -> EligibilityRules:
    given = {"territory": None, "source_text": "A law", "source_url": "https://law.example", "reason": ""}
    return save_rules(election=election, rules=rules, checked_date=date(2026, 3, 1), **given | more)


def test_load_elections_says_until_when_one_registers(election: Election) -> None:
    assert election.registration_deadline == date(2018, 7, 31)


def test_load_elections_twice_changes_nothing(election: Election) -> None:
    before = (EligibilityRules.objects.count(), AuditEntry.objects.count())
    report = load_elections([read_election(path) for path in shipped_elections().values()], by="job:tests")
    assert sorted(report.unchanged) == sorted(shipped_elections())
    assert (EligibilityRules.objects.count(), AuditEntry.objects.count()) == before
    assert all(result.passes for result in judge_cases(election.cases.all(), rules_in_force(election).rules))


def test_load_elections_follows_a_release_but_keeps_what_staff_changed(
    election: Election, tmp_path: Path, ours: World
) -> None:
    corrected = copy.deepcopy(SHIPPED)
    corrected["rules"]["sources"]["eu"]["text"] = "A better reference"
    (tmp_path / f"{KEY}.json").write_text(json.dumps(corrected))
    files = [read_election(tmp_path / f"{KEY}.json")]
    assert load_elections(files, by="job:tests").updated == [KEY]
    assert rules_in_force(election).version == 2
    save(election, rules_with(), by=ours.coordinator)
    assert load_elections(files, by="job:tests").kept == [KEY]
    assert rules_in_force(election).version == 3


def test_load_elections_follows_a_release_in_titles_and_examples(election: Election, tmp_path: Path) -> None:
    corrected = copy.deepcopy(SHIPPED) | {"titles": {"en": "A better title"}}
    corrected["cases"][0]["answers"]["birth_date"] = "1980-01-01"
    corrected["cases"].append({"label": "New", "answers": {"nationality": "FR"}, "outcome": "incomplete"})
    (tmp_path / f"{KEY}.json").write_text(json.dumps(corrected))
    own = election.cases.order_by("pk")[1]
    own.answers, own.is_shipped = {"nationality": "IT"}, False
    own.save()
    assert load_elections([read_election(tmp_path / f"{KEY}.json")], by="job:tests").updated == [KEY]
    election.refresh_from_db()
    assert election.titles == {"en": "A better title"}
    cases = {case.label: case.answers for case in election.cases.all()}
    assert cases[SHIPPED["cases"][0]["label"]]["birth_date"] == "1980-01-01"
    assert cases[own.label] == {"nationality": "IT"}
    assert cases["New"] == {"nationality": "FR"}
    assert rules_in_force(election).version == 1


def test_load_elections_does_not_bring_back_examples_that_staff_deleted_or_renamed(election: Election) -> None:
    deleted, renamed = election.cases.order_by("pk")[:2]
    deleted.delete()
    renamed.label, renamed.is_shipped = "Our own name", False
    renamed.save()
    files = [read_election(shipped_elections()[KEY])]
    assert load_elections(files, by="job:tests").kept == [KEY]
    labels = [case["label"] for case in SHIPPED["cases"]]
    assert {case.label for case in election.cases.all()} == {*labels[2:], "Our own name"}


def test_load_elections_wants_its_place_loaded(db: None) -> None:
    with pytest.raises(RulesError, match="BE-BRU"):
        load_elections([read_election(shipped_elections()[KEY])], by="job:tests")
    assert not Election.objects.exists()


def test_save_rules_makes_a_version_once_and_is_audited(election: Election, ours: World) -> None:
    first = save(election, rules_with(), by=ours.coordinator)
    assert (first.version, first.is_shipped) == (2, False)
    assert save(election, rules_with(), by=ours.coordinator) == first
    assert AuditEntry.objects.filter(action="campaigns.eligibility_rules.saved").count() == 1


def test_save_rules_moves_the_last_day_to_register(election: Election, ours: World) -> None:
    earlier = rules_with(application=SHIPPED["rules"]["application"] | {"last_day": "2018-07-15"})
    region = Territory.objects.get(code="BE-BRU")
    save(election, earlier, by=ours.coordinator, territory=region, reason="Earlier there")
    assert Election.objects.get(key=KEY).registration_deadline == date(2018, 7, 31)
    save(election, earlier, by=ours.coordinator, reason="Earlier everywhere")
    assert Election.objects.get(key=KEY).registration_deadline == date(2018, 7, 15)


def test_save_rules_against_an_example_needs_a_reason(election: Election, ours: World) -> None:
    stricter = rules_with(minimum_age={"years": 40, "source": "common"})
    with pytest.raises(FailingCasesError) as refused:
        save(election, stricter, by=ours.coordinator)
    assert "French, everything in order" in refused.value.labels
    assert rules_in_force(election).version == 1
    saved = save(election, stricter, by=ours.coordinator, reason="The law changed last week")
    assert saved.reason == "The law changed last week"
    assert rules_in_force(election).rules.minimum_age == 40


def test_rules_of_a_region_count_there_and_nowhere_else(election: Election, ours: World) -> None:
    region = Territory.objects.get(code="BE-BRU")
    commune = Territory.objects.brussels_communes().first()
    save(
        election,
        rules_with(minimum_age={"years": 16, "source": "common"}),
        by=ours.coordinator,
        territory=region,
        reason="Young",
    )
    assert rules_in_force(election).rules.minimum_age == 18
    assert rules_in_force(election, commune).rules.minimum_age == 16
    assert rules_in_force(election, Territory.objects.get(code="BE-WAL")).rules.minimum_age == 18


def test_rules_have_each_version_once(election: Election) -> None:
    row = EligibilityRules.objects.get(election=election)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_election_of_another_country_needs_no_code(territories: None, tmp_path: Path) -> None:
    """Malta for one: nationals must register themselves, some third countries vote after two years, on 5 May 2030."""
    src = {"law": {"text": "An act", "url": "https://law.example", "checked_on": "2030-01-01"}}
    of = {"answer": "may_register", "source": "law"}
    body = {
        "key": "mt-local-2030", "kind": "local", "country": "MT", "territory": "MT", "election_date": "2030-05-05",
        "titles": {"en": "Local elections in Malta"}, "source_text": "An act", "source_url": "https://law.example",
        "checked_on": "2030-01-01", "cases": [],
        "rules": {
            "schema": 1,
            "application": {"last_day": "2030-04-01", "closed": [], "source": "law"},
            "minimum_age": {"years": 16, "source": "law"},
            "register": {"accepted": ["population"], "source": "law"},
            "deprived": {"source": "law"},
            "groups": [
                {"name": "home", "who": {"countries": ["MT"]}, "answer": "must_register", "source": "law"},
                {"name": "eu", "who": {"union": "EU"}, **of},
                {"name": "treaty", "who": {"countries": ["TR", "GB"]}, "residence_years": 2, **of},
                {"name": "others", "who": {"anyone": True}, "answer": "no_right", "source": "law"},
            ],
            "registrations": {"local": "does_not_count", "european": "stays_valid", "source": "law"},
            "sources": src,
        },
    }  # fmt: skip
    (tmp_path / "mt-local-2030.json").write_text(json.dumps(body))
    call_command("load_elections", str(tmp_path), verbosity=0)
    rules = rules_in_force(Election.objects.get(key="mt-local-2030")).rules
    base = {"birth_date": "2014-05-05", "residence_register": "population", "applied_on": "2030-04-01"}
    expected = {
        "MT": "must_register", "IT": "eligible", "TR": "eligible", "MA": "not_eligible", "IT+MT": "must_register",
    }  # fmt: skip
    from campaigns.eligibility import judge

    ends = {
        who: judge(rules, base | {"nationality": who, "legal_residence_since": "2028-04-01"}).outcome
        for who in expected
    }
    assert ends == expected
    assert judge(rules, base | {"nationality": "TR", "legal_residence_since": "2028-04-02"}).outcome == "not_eligible"
    assert judge(rules, base | {"nationality": "IT", "birth_date": "2014-05-06"}).outcome == "not_eligible"


def change(place: str, value: Any) -> dict[str, Any]:
    raw = rules_with()
    inner = raw
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in path:
        inner = inner[part]
    inner[last] = value
    return raw


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("schema", 2, "schema: "),
        ("minimum_age", 18, "minimum_age: "),
        ("minimum_age.years", "18", "minimum_age.years: "),
        ("minimum_age.yeers", 18, "yeers"),
        ("application.last_day", "2018-13-01", "application.last_day: "),
        ("application.last_day", "2018-12-01", "after the election"),
        ("application.closed", [{"from": "2018-08-01", "to": "2018-07-01"}], "application.closed[1]: "),
        ("register.accepted", ["library"], "register.accepted: "),
        ("register.accepted", [], "register.accepted: "),
        ("groups", [], "groups: "),
        ("groups.1.who", {"union": "XY"}, "groups[2].who.union: "),
        ("groups.1.who", {"anyone": True}, "never reached"),
        ("groups.0.who", {"countries": ["Belgium"]}, "“Belgium”"),
        ("groups.2.who", {"countries": ["MA"]}, "nobody is forgotten"),
        ("groups.1.source", "hearsay", "“hearsay”"),
        ("groups.2.declaration", "yes", "groups[3].declaration: "),
        ("sources.eu.url", "http://plain.example", "https://"),
        ("deregistration.closed_months_before", -1, "deregistration.closed_months_before: "),
    ],
)
def test_rules_with_a_mistake_say_where(place: str, value: Any, said: str) -> None:
    with pytest.raises(RulesError) as refused:
        read_rules(change(place, value), election_date=date(2018, 10, 14))
    assert said in str(refused.value)


@pytest.mark.parametrize("raw", [None, [], "rules", 7, {}, {"schema": 1}])
def test_rules_that_are_none_are_refused(raw: Any) -> None:
    with pytest.raises(RulesError):
        read_rules(raw, election_date=date(2018, 10, 14))


def test_failing_cases_are_those_that_end_otherwise(election: Election) -> None:
    election.cases.filter(label="French, the last day").update(outcome="refused")
    (found,) = failing_cases(election, rules_with())
    assert (found.label, found.passes, found.verdict.outcome) == ("French, the last day", False, "eligible")


def test_load_elections_refuses_a_broken_file_whole(territories: None, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(shipped_elections()[KEY].read_text())
    (tmp_path / "b.json").write_text('{"key": "b"')
    with pytest.raises(CommandError, match=r"b\.json"):
        call_command("load_elections", str(tmp_path))
    assert not Election.objects.exists()
