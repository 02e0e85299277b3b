"""What changed between two versions of rules, in words."""

import copy
from datetime import date
from typing import Any

from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.rules_words import RuleChange, WrittenRules, changes_between, lines_of

RAW = read_election(shipped_elections()["be-brussels-local-2024"]).raw_rules


def written(**changes: Any) -> WrittenRules:
    rules = copy.deepcopy(RAW)
    for place, value in changes.items():
        part, name = place.split("__")
        rules[part][name] = value
    return WrittenRules(rules, "A law", "https://law.example", date(2026, 3, 1))


def test_every_rule_has_a_line_of_its_own() -> None:
    lines = lines_of(written())
    labels = [line.label for line in lines]
    assert len(labels) == len(set(labels))
    said = {line.label: line.said for line in lines}
    assert said["Last day to apply"] == "31 July 2024"
    assert said["Registers that count"] == "population register, foreigners' register"
    assert said["Group “non_eu”: years of legal residence"] == "5"
    assert "المادة" in said["Source “eu”: text (ar)"]


def test_nothing_changed_is_no_line() -> None:
    assert changes_between(written(), written()) == []


def test_changed_day_is_told_with_both_sides() -> None:
    assert changes_between(written(), written(application__last_day="2024-07-15")) == [
        RuleChange("Last day to apply", "31 July 2024", "15 July 2024")
    ]


def test_rule_that_is_gone_and_one_that_is_new_have_one_side() -> None:
    without = written()
    del without.rules["register"]["by"]  # type: ignore[attr-defined]
    assert changes_between(written(), without) == [RuleChange("In the register by", "1 Aug. 2024", "")]
    assert changes_between(without, written()) == [RuleChange("In the register by", "", "1 Aug. 2024")]


def test_group_taken_out_is_told_line_by_line() -> None:
    fewer = written()
    fewer.rules["groups"].pop(1)
    changes = {change.label: change for change in changes_between(written(), fewer)}
    assert changes["Order of the groups"].after == "nationals, non_eu"
    assert changes["Group “eu”: who"] == RuleChange("Group “eu”: who", "citizens of the European Union", "")


def test_source_is_compared_language_by_language() -> None:
    later = written()
    later.rules["sources"]["eu"]["text"]["fr"] = "Une autre référence"
    (change,) = changes_between(written(), later)
    assert change.label == "Source “eu”: text (fr)"
