"""A journey's steps while somebody edits them: a tree of rows as typed, changed by one button at a time. Pure.

Nothing typed is lost by a press, and nothing is judged before it is published. The tree travels in the page itself.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audiences.journey_rules import MOST_LEVELS, MOST_STEPS, InvalidSteps, parse_steps

KINDS: dict[str, str | Promise] = {
    "send": _("Send a message"),
    "wait": _("Wait for a while"),
    "until": _("Wait for a date"),
    "check": _("Ask whether they are in a segment"),
    "task": _("Give a colleague a task"),
    "call": _("Tell another system"),
    "leave": _("Leave the journey"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "send": ("text", "purpose", "useful_hours"),
    "wait": ("days", "hours", "at"),
    "until": ("days", "side", "at"),
    "check": ("segment",),
    "task": ("title", "days", "owner"),
    "call": ("url",),
    "leave": (),
}
_LONGEST = 40_000
BRANCHES = ("then", "otherwise")


class UnreadableDraft(ValueError):
    """The page came back broken: nothing of it can be read."""


@dataclass
class Row:
    """One step as typed: ``values`` by field, unread; ``then`` and ``otherwise`` of a check."""

    key: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)
    then: list["Row"] = field(default_factory=list)
    otherwise: list["Row"] = field(default_factory=list)

    def walk(self) -> Iterator["Row"]:
        yield self
        for branch in (self.then, self.otherwise):
            for row in branch:
                yield from row.walk()

    def as_json(self) -> dict[str, Any]:
        """Return the row with what was typed, as the page carries it."""
        inner = {name: [row.as_json() for row in getattr(self, name)] for name in BRANCHES if getattr(self, name)}
        return {"key": self.key, "kind": self.kind, "values": self.values, **inner}


def every_row(rows: Sequence[Row]) -> Iterator[Row]:
    """Return every row, those inside checks after their check."""
    for row in rows:
        yield from row.walk()


def draft_of(steps: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return a draft of a published version's steps."""
    return [
        Row(
            key=step["key"],
            kind=step["kind"],
            values={name: "" if step.get(name) is None else str(step[name]) for name in FIELDS[step["kind"]]},
            then=draft_of(step.get("then", [])),
            otherwise=draft_of(step.get("otherwise", [])),
        )
        for step in steps
    ]


def read_draft(carried: str, typed: Mapping[str, str] | None = None) -> list[Row]:
    """Return the draft a page carried, with what was ``typed`` since (``<key>-<field>``). Raises UnreadableDraft."""
    if len(carried) > _LONGEST:
        raise UnreadableDraft
    try:
        rows = _read_rows(json.loads(carried), 1)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableDraft from error
    if sum(1 for _row in every_row(rows)) > MOST_STEPS + 1:
        raise UnreadableDraft
    for row in every_row(rows):
        for name in FIELDS[row.kind]:
            if typed is not None and f"{row.key}-{name}" in typed:
                row.values[name] = typed[f"{row.key}-{name}"][:300]
    return rows


def _read_rows(told: Any, level: int) -> list[Row]:
    if not isinstance(told, list) or level > MOST_LEVELS + 1:
        raise UnreadableDraft
    rows = []
    for each in told:
        key, kind, values = each["key"], each["kind"], each.get("values", {})
        if kind not in KINDS or not isinstance(key, str) or not 0 < len(key) <= 20 or not isinstance(values, dict):
            raise UnreadableDraft
        kept = {str(name): str(value)[:300] for name, value in values.items() if name in FIELDS[kind]}
        then, otherwise = (_read_rows(each.get(name, []), level + 1) for name in BRANCHES)
        rows.append(Row(key, kind, kept, then, otherwise))
    return rows


def write_draft(rows: Sequence[Row]) -> str:
    """Return the draft as the page carries it."""
    return json.dumps([row.as_json() for row in rows], ensure_ascii=False, separators=(",", ":"))


def new_key() -> str:
    """Return the key of a new step; it stays the step's through all versions."""
    return secrets.token_hex(4)


def add_row(rows: list[Row], kind: str, *, parent: str = "", branch: str = "") -> Row | None:
    """Append a step of a kind to the journey, or to a branch of a check; None where it is full or there is no such."""
    here = _list_of(rows, parent, branch)
    if here is None or kind not in KINDS or sum(1 for _row in every_row(rows)) >= MOST_STEPS:
        return None
    row = Row(new_key(), kind, dict(_STARTS.get(kind, {})))
    here.append(row)
    return row


_STARTS = {
    "send": {"useful_hours": "48"},
    "wait": {"days": "1", "hours": "0", "at": "10:00"},
    "until": {"days": "7", "side": "before", "at": "10:00"},
    "task": {"days": "2"},
}


def remove_row(rows: list[Row], key: str) -> bool:
    """Take a step out, with what is inside it."""
    found = _place_of(rows, key)
    if found is None:
        return False
    here, place = found
    del here[place]
    return True


def move_row(rows: list[Row], key: str, by: int) -> bool:
    """Move a step up (-1) or down (1) among its neighbours."""
    found = _place_of(rows, key)
    if found is None:
        return False
    here, place = found
    if not 0 <= place + by < len(here):
        return False
    here[place], here[place + by] = here[place + by], here[place]
    return True


def _list_of(rows: list[Row], parent: str, branch: str) -> list[Row] | None:
    if not parent:
        return rows
    check = next((row for row in every_row(rows) if row.key == parent and row.kind == "check"), None)
    return getattr(check, branch) if check is not None and branch in BRANCHES else None


def _place_of(rows: list[Row], key: str) -> tuple[list[Row], int] | None:
    for place, row in enumerate(rows):
        if row.key == key:
            return rows, place
        for branch in (row.then, row.otherwise):
            if (found := _place_of(branch, key)) is not None:
                return found
    return None


def steps_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the steps as `journey_rules.parse_steps` reads them: whole numbers where numbers were typed."""
    return [
        {
            "key": row.key,
            "kind": row.kind,
            **{name: _read_value(name, row.values.get(name, "")) for name in FIELDS[row.kind]},
            **({name: steps_of(getattr(row, name)) for name in BRANCHES} if row.kind == "check" else {}),
        }
        for row in rows
    ]


_NUMBERS = {"days", "hours", "useful_hours", "text", "segment", "owner"}
_NOTHING: dict[str, Any] = {"hours": 0, "days": 0}


def _read_value(name: str, typed: str) -> Any:
    words = typed.strip()
    if name not in _NUMBERS:
        return words
    if not words:
        return _NOTHING.get(name)
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else words


def errors_of(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Return all that is wrong by step and field, where parsing stops at the first. A blank field: the whole step."""
    found: dict[tuple[str, str], str] = {}
    for row in every_row(rows):
        alone = Row(row.key, row.kind, dict(row.values))
        while (error := _error_of(alone)) is not None and (error.key, error.name) not in found:
            found[error.key, error.name] = str(error.words)
            if error.name not in _FIT:
                break
            alone.values[error.name] = _FIT[error.name]
    if not rows:
        found["", ""] = str(_("A journey needs a step at least."))
    return found


# A value that fits each field: stands in for one that does not, to hear what else is wrong.
_FIT = {
    "text": "1", "purpose": "reminder", "useful_hours": "1", "days": "1", "hours": "0", "at": "10:00", "side": "before",
    "segment": "1", "title": "-", "owner": "", "url": "https://example.org/",
}  # fmt: skip


def _error_of(row: Row) -> InvalidSteps | None:
    try:
        parse_steps(steps_of([row]))
    except InvalidSteps as error:
        return error
    return None
