"""Bring the ``.po`` catalogues up to date with the texts in use, and judge whether they are complete."""

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import polib

from config.message_extraction import Message

PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "nl": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
}
# Staff may work in these; in every other language only what citizens read must be there.
STAFF_LANGUAGES = {"fr", "nl"}
STAFF_FILES = {
    "wagtail_hooks.py",
    "viewsets.py",
    "staff_sections.py",
    "staff_views.py",
    "panels.py",
    "models.py",
    "apps.py",
    "blocks.py",
    "admin.py",
    "audit_words.py",
    "wording_rules.py",
    "staff_pages.py",
    "version_views.py",
    "staff_forms.py",
    "staff_correction.py",
    "staff_copy.py",
    "staff_titles.py",
    "retention_viewset.py",
    "retention_enums.py",
    "export_enums.py",
    "import_views.py",
    "import_words.py",
    "import_forms.py",
    "imports.py",
    "partner_rows.py",
    "partner_panels.py",
    "partner_screens.py",
    "announcement_enums.py",
    "announcement_forms.py",
    "announcement_panels.py",
    "announcement_rules.py",
    "partner_blocks.py",
    "partner_page_forms.py",
    "profile_enums.py",
    "page_versions.py",
    "logo_files.py",
    "privacy.py",
    "record.py",
    "record_activities.py",
    "record_categories.py",
    "record_enums.py",
    "record_forms.py",
    "record_measures.py",
    "record_paper.py",
    "record_recipients.py",
    "record_viewset.py",
    "file_types.py",
    "file_packages.py",
    "virus_scan.py",
    "material_files.py",
}
STAFF_FOLDERS = {
    "audiences",
    "dashboards",
    "accounts",
    "management",
    "models",
    "staff",
    "viewsets",
    "wagtailadmin",
    "account",
    "mfa",
}
# Templates named so are read by citizens, whatever folder they stand in.
PUBLIC_TEMPLATES = ("public_", "progress_")
# Public pages in packages of staff.
PUBLIC_FILES = {"dashboards/transparency_views.py", "dashboards/views.py"}
SIMILAR = 0.8
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def new_catalogue(language: str) -> polib.POFile:
    """Return an empty catalogue with the headers gettext needs, plural rule included."""
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Carillon",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    return catalogue


def merge_messages(catalogue: polib.POFile, messages: Iterable[Message]) -> None:
    """Make the catalogue hold exactly ``messages``: translations are kept, whatever else happens to the texts.

    A text no longer used becomes obsolete and is revived when it returns. A new text that resembles one that was
    dropped takes over its translation, marked fuzzy, for a translator to check.
    """
    known = {_key(entry): entry for entry in catalogue}
    used = {message.key for message in messages}
    dropped = [entry for key, entry in known.items() if key not in used]
    for message in messages:
        entry = known.get(message.key)
        if entry is None:
            entry = _new_entry(message, dropped)
            catalogue.append(entry)
        _describe(entry, message)
    for entry in dropped:
        entry.obsolete = True
        entry.occurrences = []
    _tidy(catalogue)


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _new_entry(message: Message, dropped: list[polib.POEntry]) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    alike = {old.msgid: old for old in dropped if bool(old.msgid_plural) == bool(message.plural) and old.translated()}
    for text in difflib.get_close_matches(message.text, alike, n=1, cutoff=SIMILAR):
        entry.msgstr, entry.msgstr_plural = alike[text].msgstr, dict(alike[text].msgstr_plural)
        entry.previous_msgid, entry.flags = text, ["fuzzy"]
    return entry


def _describe(entry: polib.POEntry, message: Message) -> None:
    entry.obsolete = False
    entry.occurrences = [(name, "") for name in sorted(message.files)]
    entry.comment = "\n".join(message.comments)
    entry.msgid_plural = message.plural
    if "%(" in message.text + message.plural and "python-format" not in entry.flags:
        entry.flags.append("python-format")


def _tidy(catalogue: polib.POFile) -> None:
    """Give every plural entry its forms, drop obsolete entries without a translation, sort obsolete ones last."""
    forms = count_forms(catalogue)
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr = ""
            entry.msgstr_plural = {form: entry.msgstr_plural.get(form, "") for form in range(forms)}
    kept = [entry for entry in catalogue if not entry.obsolete or entry.msgstr or any(entry.msgstr_plural.values())]
    catalogue[:] = sorted(kept, key=lambda entry: (entry.obsolete, entry.occurrences[:1], _key(entry)))


def count_forms(catalogue: polib.POFile) -> int:
    """Return the number of plural forms the catalogue's header declares."""
    match = re.search(r"nplurals=(\d+)", catalogue.metadata.get("Plural-Forms", ""))
    return int(match[1]) if match else 0


def is_for_staff(name: str) -> bool:
    """Whether only people who sign in read the texts of this file; a rule by its path."""
    path = PurePosixPath(name)
    if name in PUBLIC_FILES or (path.suffix == ".html" and path.name.startswith(PUBLIC_TEMPLATES)):
        return False
    return path.name in STAFF_FILES or bool(STAFF_FOLDERS.intersection(path.parts))


def is_required(message: Message, language: str) -> bool:
    """Whether ``message`` must be translated into ``language`` before a release."""
    return language in STAFF_LANGUAGES or not all(map(is_for_staff, message.files))


def find_problems(catalogue: polib.POFile, messages: Iterable[Message], language: str) -> Iterator[str]:
    """Yield a sentence for each required text that is missing or fuzzy and each translation that would misbehave."""
    if catalogue.metadata.get("Plural-Forms") != PLURAL_FORMS[language]:
        yield f"{language}: the header's Plural-Forms is not the language's rule"
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    for message in messages:
        entry = entries.get(message.key)
        if is_required(message, language) and (entry is None or not _is_translated(entry, message)):
            state = "missing" if entry is None else "fuzzy" if entry.fuzzy else "untranslated"
            yield f"{language}: {state}: “{message.text}” ({', '.join(sorted(message.files))})"
        elif entry is not None and not entry.fuzzy:
            yield from (f"{language}: “{message.text}”: {fault}" for fault in _find_faults(entry, catalogue))


def _is_translated(entry: polib.POEntry, message: Message) -> bool:
    if entry.fuzzy or entry.msgid_plural != message.plural:
        return False
    return all(entry.msgstr_plural.values()) if message.plural else bool(entry.msgstr)


def _find_faults(entry: polib.POEntry, catalogue: polib.POFile) -> Iterator[str]:
    if not entry.msgid_plural:
        if entry.msgstr and _placeholders(entry.msgstr) != _placeholders(entry.msgid):
            yield f"placeholders differ in “{entry.msgstr}”"
        return
    if len(entry.msgstr_plural) != count_forms(catalogue):
        yield f"{len(entry.msgstr_plural)} plural forms instead of {count_forms(catalogue)}"
    wanted = _placeholders(entry.msgid_plural)
    allowed = wanted | _placeholders(entry.msgid)
    for form in filter(None, entry.msgstr_plural.values()):
        has = _placeholders(form)
        # “One signature”, “two signatures” may be written without the number; nothing else may be left out.
        if not has <= allowed or len(wanted - has) > 1:
            yield f"placeholders differ in “{form}”"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))
