"""Elections as they are shipped, each with the examples that guard its rules."""

import copy

import pytest
from django.conf import settings

from campaigns.eligibility import judge
from campaigns.eligibility_files import Case, ElectionFile, read_election, shipped_elections
from campaigns.eligibility_rules import RulesError, read_rules

FILES = [read_election(path) for path in shipped_elections().values()]
CASES = [pytest.param(file, case, id=f"{file.key}: {case.label}") for file in FILES for case in file.cases]


def test_shipped_elections_are_named_after_their_keys() -> None:
    assert [file.key for file in FILES] == list(shipped_elections())
    assert {"be-brussels-local-2018", "be-brussels-local-2024", "it-european-2024"} <= set(shipped_elections())


@pytest.mark.parametrize(("file", "case"), CASES)
def test_shipped_example_ends_as_it_says(file: ElectionFile, case: Case) -> None:
    assert judge(file.rules, case.answers).outcome == case.outcome


@pytest.mark.parametrize("file", FILES, ids=[file.key for file in FILES])
def test_sources_of_shipped_rules_speak_every_language_of_the_site(file: ElectionFile) -> None:
    for group in file.rules.groups:
        for code, _name in settings.LANGUAGES:
            text, language = group.source.said_in(code)
            assert (bool(text), language) == (True, code)


def test_source_written_once_has_no_language_and_one_by_language_falls_back_to_english() -> None:
    raw = copy.deepcopy(FILES[0].raw_rules)
    raw["sources"]["eu"]["text"], raw["sources"]["non_eu"]["text"] = "A law", {"en": "An act", "fr": "Une loi"}
    by_name = {group.name: group.source for group in read_rules(raw, election_date=FILES[0].election_date).groups}
    assert by_name["eu"].said_in("ar") == ("A law", "")
    assert by_name["non_eu"].said_in("fr") == ("Une loi", "fr")
    assert by_name["non_eu"].said_in("ar") == ("An act", "en")


@pytest.mark.parametrize("text", [{}, {"english": "x"}, {"en": ""}, {"en": 5}, [], None])
def test_source_with_texts_that_cannot_be_read_is_refused(text: object) -> None:
    raw = copy.deepcopy(FILES[0].raw_rules)
    raw["sources"]["eu"]["text"] = text
    with pytest.raises(RulesError, match=r"sources\.eu\.text"):
        read_rules(raw, election_date=FILES[0].election_date)
