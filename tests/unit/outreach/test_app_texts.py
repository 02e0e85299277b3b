"""The phone app's texts: every key it asks for, in every language, with every plural form."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from outreach.app_files import modules
from outreach.app_texts import COUNTED, TEXTS, texts_in

CODE = {name: packed.body.decode() for name, packed in modules().items() if name != "idb.js"}
CATEGORIES = {"zero", "one", "two", "few", "many", "other"}
# Where the noun alone says how many: Arabic has a singular and a dual, and says "no" for nought.
SAID_BY_THE_WORD = {"en": set(), "fr": set(), "nl": set(), "ar": {"zero", "one", "two"}}
# Keys put together from what they stand for.
FAMILIES = {
    "tab_": ("log", "records", "agenda", "settings"),
    "theme_": ("auto", "light", "dark"),
    "presence_": ("invited", "coming", "declined", "attended", "missed"),
    "blocked_": ("agreement", "certificate"),
    "status_": ("waiting", "attention", "done"),
    "guest_": ("coming", "offered", "waiting", "cancelled"),
}
ASKED = {f"{start}{end}" for start, ends in FAMILIES.items() for end in ends}


def named_in_code(function: str) -> set[str]:
    return {key for code in CODE.values() for key in re.findall(rf"\b{function}\(\"(\w+)\"", code)}


def test_every_text_the_code_asks_for_exists_and_none_is_left_over() -> None:
    # A key may also be chosen between two: t(condition ? "one" : "other").
    chosen = {key for code in CODE.values() for call in re.findall(r"\bt\(([^()]*\?[^()]*)\)", code)
              for key in re.findall(r"\"(\w+)\"", call)}  # fmt: skip
    used = named_in_code("t") | ASKED | (chosen & set(TEXTS))
    assert used - set(TEXTS) == set()
    assert set(TEXTS) - used == set()
    assert named_in_code("many") == set(COUNTED)


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_texts_are_whole_in_every_language(language: str) -> None:
    texts = texts_in(language)
    assert set(texts) == {*TEXTS, *COUNTED}
    assert all(texts[key] for key in TEXTS)
    for key in COUNTED:
        assert set(texts[key]) == CATEGORIES
        assert all("%(count)s" in texts[key][category] for category in CATEGORIES - SAID_BY_THE_WORD[language])
        assert all(texts[key].values())


def test_plural_forms_follow_the_languages_own_rules() -> None:
    english = texts_in("en")["attention_banner"]
    assert english["one"] == "%(count)s record needs attention"
    assert {english[category] for category in CATEGORIES - {"one"}} == {"%(count)s records need attention"}


def test_texts_leave_the_language_as_it_was() -> None:
    with translation.override("fr"):
        texts_in("ar")
        assert translation.get_language() == "fr"


def test_modules_hold_no_word_meant_for_people_and_stay_readable() -> None:
    assert all(len(code.splitlines()) < 400 for code in CODE.values())
    assert "innerHTML" not in "".join(CODE.values())


def test_files_of_the_app_are_the_files_of_its_folder() -> None:
    folder = Path(settings.BASE_DIR) / "outreach" / "static" / "outreach" / "app"
    assert set(modules()) == {path.relative_to(folder).as_posix() for path in folder.rglob("*.js")} | {"idb.js"}
