"""The forms communes ask for, as data: one JSON file under ``campaigns/data/forms`` for an election or for its kind.

``<key of the election>.json`` counts before ``<place>-<kind>.json``, for elections of exactly that place: a form says
what the law of its region says, such as the duty to vote. ``joins_email``: said instead of ``joins`` where the commune
takes the form by e-mail. What people write into a form never comes here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from campaigns.eligibility_rules import read_day

FOLDER: Final = Path(__file__).parent / "data" / "forms"
KINDS: Final = frozenset({"text", "day", "digits", "nationality", "commune", "by_hand"})


class CommuneFormError(Exception):
    """A form's file cannot be used; the message says which, and why."""


@dataclass(frozen=True)
class FormField:
    """One line of the form. ``labels`` and ``help`` by language: the commune's on paper, the reader's on the screen."""

    name: str
    kind: str
    autocomplete: str
    labels: dict[str, str]
    help: dict[str, str]
    longest: int
    is_needed: bool


@dataclass(frozen=True)
class CommuneForm:
    """An application as the commune reads it, for one group of nationalities, in each of the commune's languages.

    ``words`` holds every sentence of the paper by language; ``is_verified`` whether the official file itself was seen.
    """

    group: str
    languages: tuple[str, ...]
    fields: tuple[FormField, ...]
    words: dict[str, dict[str, Any]]
    source_text: dict[str, str]
    source_url: str
    checked_on: date
    is_verified: bool


def commune_form(key: str, place: str, kind: str, group: str) -> CommuneForm | None:
    """Return the form of an election of a place for a group, or None where we know none. Raises CommuneFormError.

    ``place``: ``BE-BRU``, or a country.
    """
    for name in (key, f"{place.lower()}-{kind}"):
        path = FOLDER / f"{name}.json"
        if path.is_file():
            return read_forms(path).get(group)
    return None


@cache
def read_forms(path: Path) -> dict[str, CommuneForm]:
    """Return the forms of a file by group. Raises CommuneFormError."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        fields = tuple(_field(one, raw["languages"]) for one in raw["fields"])
        return {group: _form(group, own, raw, fields) for group, own in raw["groups"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommuneFormError(f"{path.name}: {error!r}") from error


def _field(raw: Mapping[str, Any], languages: list[str]) -> FormField:
    kind = raw.get("kind", "text")
    if kind not in KINDS or any(not raw["labels"].get(code) for code in (*languages, "en")):
        raise ValueError(raw["name"])
    return FormField(
        name=raw["name"],
        kind=kind,
        autocomplete=raw["autocomplete"],
        labels=raw["labels"],
        help=raw.get("help", {}),
        longest=raw.get("longest", 80),
        is_needed=bool(raw["is_needed"]),
    )


def _form(group: str, own: Mapping[str, Any], raw: Mapping[str, Any], fields: tuple[FormField, ...]) -> CommuneForm:
    source, languages = raw["source"], tuple(raw["languages"])
    words = {
        code: {
            **raw["words"][code],
            "title": own["title"][code],
            "request": own["request"][code],
            "declaration": own["declaration"][code],
            "source": source["short"][code],
        }
        for code in languages
    }
    return CommuneForm(
        group=group,
        languages=languages,
        fields=fields,
        words=words,
        source_text=source["text"],
        source_url=source["url"],
        checked_on=read_day(source["checked_on"]),
        is_verified=bool(source["is_verified"]),
    )
