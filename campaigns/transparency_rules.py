"""What the law asks of a campaign's ledger: above which sum a sponsor is named, how often it is brought up to date.

The figures are dated data with their source (``data/transparency.json``), because the law has changed them before.
Pure: no database, no clock.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from campaigns.initiative_rules import add_months

_FILE = Path(__file__).parent / "data" / "transparency.json"
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class TransparencyRule:
    """What holds from ``begins`` to ``ends`` (included; None: until further notice), and who says so."""

    begins: date
    ends: date | None
    threshold: Decimal
    update_months: int
    source: str
    source_url: str
    checked_on: date

    def names(self, total: Decimal) -> bool:
        """Whether a sponsor with this cumulated sum in euros is named: above the threshold, not on it."""
        return total > self.threshold

    def due_after(self, last: date) -> date:
        """Return the last day on which the ledger must be brought up to date again."""
        return add_months(last, self.update_months)


@lru_cache(maxsize=1)
def rules() -> tuple[TransparencyRule, ...]:
    """Return all rules, the oldest first."""
    told = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        TransparencyRule(
            begins=date.fromisoformat(each["from"]),
            ends=date.fromisoformat(each["until"]) if each["until"] else None,
            threshold=Decimal(each["threshold_eur"]),
            update_months=each["update_months"],
            source=told["source"],
            source_url=told["source_url"],
            checked_on=date.fromisoformat(told["checked_on"]),
        )
        for each in sorted(told["rules"], key=lambda each: str(each["from"]))
    )


def rule_on(day: date) -> TransparencyRule:
    """Return the rule of a day; before the first one, the first: a ledger is never judged by no rule."""
    held = [rule for rule in rules() if rule.begins <= day and (rule.ends is None or day <= rule.ends)]
    return held[-1] if held else rules()[0]


def name_key(name: str) -> str:
    """Return what makes two spellings of a sponsor's name the same: letter case, spaces and Unicode forms do not."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


@dataclass(frozen=True)
class Difference:
    """One sponsor whom the ledger and the public register tell differently of; None: not there at all."""

    name: str
    ours: Decimal | None
    theirs: Decimal | None


def differences_between(
    ours: Iterable[tuple[str, Decimal]], theirs: Iterable[tuple[str, Decimal]]
) -> tuple[Difference, ...]:
    """Return what differs, by name. Several entries of one name are added up; equal sums are no difference."""
    sums: dict[str, dict[str, Decimal]] = {}
    names: dict[str, str] = {}
    for side, entries in (("ours", ours), ("theirs", theirs)):
        for name, amount in entries:
            key = name_key(name)
            names.setdefault(key, name)
            found = sums.setdefault(key, {})
            found[side] = found.get(side, Decimal(0)) + amount
    told = [Difference(names[key], found.get("ours"), found.get("theirs")) for key, found in sorted(sums.items())]
    return tuple(each for each in told if each.ours != each.theirs)
