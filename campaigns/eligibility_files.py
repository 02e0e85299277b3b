"""Elections as they are shipped: one JSON file each under ``campaigns/data/elections``, read strictly."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_rules import Rules, RulesError, read_day, read_rules
from campaigns.enums import ElectionKind

FOLDER: Final = Path(__file__).parent / "data" / "elections"
_NEEDED = {
    "key", "kind", "country", "election_date", "titles", "rules", "source_text", "source_url", "checked_on", "cases",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An example: what somebody answers, and how it must end."""

    label: str
    answers: dict[str, Any]
    outcome: Outcome


@dataclass(frozen=True)
class ElectionFile:
    """One election with its rules and the examples that guard them."""

    key: str
    kind: str
    country: str
    territory: str
    election_date: date
    titles: dict[str, str]
    raw_rules: dict[str, Any]
    rules: Rules
    source_text: str
    source_url: str
    checked_on: date
    cases: tuple[Case, ...]


def shipped_elections(folder: Path = FOLDER) -> dict[str, Path]:
    """Return the files of a folder by the key they are named after."""
    return {path.stem: path for path in sorted(folder.glob("*.json"))}


def read_election(path: Path) -> ElectionFile:
    """Return an election file. Raises RulesError when it cannot be read or says something unknown."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RulesError([_("%(file)s cannot be read: %(reason)s.") % {"file": path.name, "reason": error}]) from error
    if not isinstance(raw, dict) or not raw.keys() >= _NEEDED:
        lacking = sorted(_NEEDED - (raw.keys() if isinstance(raw, dict) else set()))
        raise RulesError([_("%(file)s lacks %(names)s.") % {"file": path.name, "names": ", ".join(lacking)}])
    try:
        day = read_day(raw["election_date"])
        return ElectionFile(
            key=raw["key"],
            kind=ElectionKind(raw["kind"]).value,
            country=raw["country"],
            territory=raw.get("territory", ""),
            election_date=day,
            titles=dict(raw["titles"]),
            raw_rules=raw["rules"],
            rules=read_rules(raw["rules"], election_date=day),
            source_text=raw["source_text"],
            source_url=raw["source_url"],
            checked_on=read_day(raw["checked_on"]),
            cases=tuple(Case(one["label"], dict(one["answers"]), Outcome(one["outcome"])) for one in raw["cases"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError([_("%(file)s: %(reason)s.") % {"file": path.name, "reason": error}]) from error
