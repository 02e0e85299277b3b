"""Elections as they are shipped, each with the examples that guard its rules."""

import pytest

from campaigns.eligibility import judge
from campaigns.eligibility_files import Case, ElectionFile, read_election, shipped_elections

FILES = [read_election(path) for path in shipped_elections().values()]
CASES = [pytest.param(file, case, id=f"{file.key}: {case.label}") for file in FILES for case in file.cases]


def test_shipped_elections_are_named_after_their_keys() -> None:
    assert [file.key for file in FILES] == list(shipped_elections())
    assert {"be-brussels-local-2018", "be-brussels-local-2024", "it-european-2024"} <= set(shipped_elections())


@pytest.mark.parametrize(("file", "case"), CASES)
def test_shipped_example_ends_as_it_says(file: ElectionFile, case: Case) -> None:
    assert judge(file.rules, case.answers).outcome == case.outcome
