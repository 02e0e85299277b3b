"""Catalogues without a system gettext: what is collected, kept, carried over and judged."""

from pathlib import Path

import polib
import pytest

from config.message_catalogue import find_problems, is_required, merge_messages, new_catalogue
from config.message_extraction import Message, extract_messages
from config.translations import compile_catalogues


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_texts_are_found_in_python_and_templates_and_nowhere_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        "cms/views.py",
        '# Translators: on the button\na = _("Sign")\nb = pgettext("month", "May")\n'
        'c = ngettext("%(n)s row", "%(n)s rows", n)\n',
    )
    write(
        tmp_path,
        "cms/templates/cms/page.html",
        "{% load i18n %}\n    <p>it's {% translate \"Don't\" %}</p>\n  {% if x %}\n"
        "{% blocktranslate count counter=n trimmed %}\n"
        " One signature\n {% plural %} {{ counter }} signatures {% endblocktranslate %}{% endif %}"
        "{% include 'a' with b=_('Sign') %}",
    )
    write(tmp_path, "tests/test_x.py", '_("never")')
    write(tmp_path, "cms/migrations/0001_initial.py", '_("never")')
    found = extract_messages(tmp_path)
    assert set(found) == {
        ("", "Sign"),
        ("month", "May"),
        ("", "%(n)s row"),
        ("", "Don't"),
        ("", "One signature"),
    }
    assert found["", "Sign"].files == {"cms/views.py", "cms/templates/cms/page.html"}
    assert found["", "Sign"].comments == ["on the button"]
    assert found["", "One signature"].plural == "%(counter)s signatures"


def test_text_with_two_plurals_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", 'ngettext("%(n)s a", "%(n)s b", n); ngettext("%(n)s a", "%(n)s c", n)')
    with pytest.raises(ValueError, match="another plural"):
        extract_messages(tmp_path)


def test_merging_keeps_drops_revives_and_marks_the_similar_fuzzy() -> None:
    catalogue = new_catalogue("fr")
    merge_messages(catalogue, [Message("Sign"), Message("Thank you for signing."), Message("Unused")])
    catalogue.find("Sign").msgstr = "Signer"
    catalogue.find("Thank you for signing.").msgstr = "Merci d’avoir signé."
    merge_messages(catalogue, [Message("Sign"), Message("Thank you for signing!")])
    assert catalogue.find("Sign").msgstr == "Signer"
    carried = catalogue.find("Thank you for signing!")
    assert (carried.msgstr, carried.fuzzy, carried.previous_msgid) == (
        "Merci d’avoir signé.",
        True,
        "Thank you for signing.",
    )
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == ["Thank you for signing."]
    merge_messages(catalogue, [Message("Thank you for signing.")])
    assert catalogue.find("Thank you for signing.").msgstr == "Merci d’avoir signé."
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == ["Sign", "Thank you for signing!"]


@pytest.mark.parametrize(
    ("message", "msgstr", "complaint"),
    [
        (Message("Sign"), "", "untranslated"),
        (Message("Hello %(name)s"), "Bonjour", "placeholders differ"),
        (Message("Hello %(name)s"), "Bonjour %(nom)s", "placeholders differ"),
        (Message("one", "%(n)s of %(all)s"), {0: "un", 1: "%(n)s"}, "placeholders differ"),
        (Message("one", "%(n)s rows"), {0: "un", 1: "%(x)s"}, "placeholders differ"),
        (Message("one", "%(n)s rows"), {0: "un", 1: ""}, "untranslated"),
        (Message("one", "%(n)s rows"), {0: "un"}, "1 plural forms instead of 2"),
    ],
)
def test_translation_that_would_mislead_is_reported(message: Message, msgstr: str | dict, complaint: str) -> None:
    catalogue = new_catalogue("fr")
    merge_messages(catalogue, [message])
    if isinstance(msgstr, dict):
        catalogue[0].msgstr_plural = msgstr
    else:
        catalogue[0].msgstr = msgstr
    assert [complaint in problem for problem in find_problems(catalogue, [message], "fr")] == [True]


def test_complete_catalogue_has_no_problem_and_fuzzy_one_has() -> None:
    catalogue = new_catalogue("ar")
    message = Message("one row", "%(n)s rows", files={"cms/templates/cms/x.html"})
    merge_messages(catalogue, [message])
    catalogue[0].msgstr_plural = {form: "%(n)s" if form > 2 else "x" for form in range(6)}
    assert list(find_problems(catalogue, [message], "ar")) == []
    catalogue[0].flags.append("fuzzy")
    assert list(find_problems(catalogue, [message], "ar")) == ["ar: fuzzy: “one row” (cms/templates/cms/x.html)"]


def test_staff_texts_are_not_required_in_arabic_unless_citizens_read_them_too() -> None:
    staff = Message("name", files={"people/models.py", "cms/wagtail_hooks.py"})
    assert (is_required(staff, "fr"), is_required(staff, "ar")) == (True, False)
    staff.files.add("cms/forms.py")
    assert is_required(staff, "ar")


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("campaigns/viewsets/campaigns.py", False),
        ("people/staff_sections.py", False),
        ("dashboards/templates/dashboards/staff_readings.html", False),
        ("dashboards/templates/dashboards/progress_table.html", True),
        ("dashboards/templates/dashboards/public_initiative.html", True),
    ],
)
def test_path_of_a_text_says_whether_citizens_read_it(name: str, required: bool) -> None:
    assert is_required(Message("name", files={name}), "ar") is required


def test_compiling_writes_once_and_again_after_a_change(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    catalogue = new_catalogue("fr")
    catalogue.append(polib.POEntry(msgid="Sign", msgstr="Signer"))
    catalogue.append(polib.POEntry(msgid="Share", msgstr="guess", flags=["fuzzy"]))
    catalogue.save(str(source))
    assert compile_catalogues(tmp_path) == [source]
    assert compile_catalogues(tmp_path) == []
    assert {entry.msgid: entry.msgstr for entry in polib.mofile(str(source.with_suffix(".mo")))} == {"Sign": "Signer"}
    source.with_suffix(".mo").unlink()
    assert compile_catalogues(tmp_path) == [source]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("dashboards/templates/dashboards/public_transparency.html", True),
        ("dashboards/transparency_views.py", True),
        ("dashboards/views.py", True),
        ("dashboards/staff_views.py", False),
    ],
)
def test_public_pages_among_those_of_staff_are_required_in_arabic(name: str, wanted: bool) -> None:
    assert is_required(Message("Who pays", files={name}), "ar") is wanted
