"""The communes' forms are data that can be read, with every word in every language of the commune."""

import json
from pathlib import Path

import pytest

from campaigns import commune_forms
from campaigns.commune_forms import CommuneFormError, commune_form, read_forms
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.language_texts import in_language

FILES = sorted(commune_forms.FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_shipped_form_says_everything_in_every_language_of_the_commune(path: Path) -> None:
    for form in read_forms(path).values():
        assert set(form.words) == set(form.languages)
        same = {frozenset(words) for words in form.words.values()}
        assert len(same) == 1
        for code, words in form.words.items():
            empty = {name for name, said in words.items() if not said} - {"declaration"}
            assert not empty, (code, empty)
        assert form.source_url.startswith("https://")
        assert set(form.source_text) == {"en", "fr", "nl", "ar"}
        assert all(set(field.labels) == {"en", "fr", "nl", "ar"} for field in form.fields)


def test_shipped_form_that_nobody_saw_at_the_source_says_so() -> None:
    form = commune_form("be-brussels-local-2024", "BE-BRU", "local", "eu")
    assert form is not None
    assert form.is_verified is False
    assert "could not be opened" in form.source_text["en"]


def test_form_of_non_eu_citizens_holds_the_declaration_and_that_of_eu_citizens_does_not() -> None:
    forms = {group: commune_form("be-brussels-local-2024", "BE-BRU", "local", group) for group in ("eu", "non_eu")}
    assert forms["eu"] is not None
    assert forms["non_eu"] is not None
    assert "Constitution" in forms["non_eu"].words["fr"]["declaration"]
    assert not forms["eu"].words["fr"]["declaration"]


def test_form_of_a_group_or_country_we_know_none_of_is_none() -> None:
    assert commune_form("be-brussels-local-2024", "BE-BRU", "local", "nationals") is None
    assert commune_form("it-european-2024", "IT", "european", "eu") is None


@pytest.mark.parametrize("place", ["BE", "BE-VLG", "BE-WAL"])
def test_form_that_says_what_the_law_of_brussels_says_is_for_no_other_region(place: str) -> None:
    assert commune_form("local-2030", "BE-BRU", "local", "eu") is not None
    assert commune_form("local-2030", place, "local", "eu") is None


def test_groups_of_forms_are_groups_of_shipped_rules() -> None:
    rules = read_election(shipped_elections()["be-brussels-local-2024"]).rules
    assert set(read_forms(commune_forms.FOLDER / "be-bru-local.json")) <= {group.name for group in rules.groups}


def test_file_of_an_election_counts_before_that_of_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads((commune_forms.FOLDER / "be-bru-local.json").read_text())
    raw["words"]["fr"]["to"] = "Au collège de"
    (tmp_path / "one-2030.json").write_text(json.dumps(raw))
    monkeypatch.setattr(commune_forms, "FOLDER", tmp_path)
    found = commune_form("one-2030", "BE-BRU", "local", "eu")
    assert found is not None
    assert found.words["fr"]["to"] == "Au collège de"
    assert commune_form("two-2030", "BE-BRU", "local", "eu") is None


def test_file_with_a_field_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    raw = json.loads((commune_forms.FOLDER / "be-bru-local.json").read_text())
    raw["fields"][0]["kind"] = "photo"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(raw))
    with pytest.raises(CommuneFormError, match=r"bad\.json"):
        read_forms(path)


def test_text_in_a_language_there_is_none_in_falls_back_to_english() -> None:
    assert in_language({"en": "law", "fr": "loi"}, "fr-be") == ("loi", "fr")
    assert in_language({"en": "law", "fr": "loi"}, "ar") == ("law", "en")
    assert in_language({"nl": "wet"}, "ar") == ("wet", "nl")
    assert in_language({}, "ar") == ("", "")
