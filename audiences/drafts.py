"""A rule while somebody edits it: half-finished rows included, read from a form and changed one step at a time. Pure.

Rows keep their key while the form is open, so that what had the focus is found again. A removed row stays in the form
as ``is_gone`` until it is saved, so that it can be taken back where it was.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ROOT = "n0"
MOST_ROWS = 120
MOST_NESTED = 4
_KEY = re.compile(r"n\d{1,4}\Z")
GROUPS = ("all", "any")


@dataclass
class Row:
    """A group of rows (``all``, ``any``) or one criterion (``is``). ``values``: what was typed, by parameter."""

    key: str
    kind: str = "is"
    is_not: bool = False
    criterion: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    is_gone: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    @property
    def standing(self) -> list["Row"]:
        """The rows in it that were not removed."""
        return [row for row in self.rows if not row.is_gone]


def walk(row: Row) -> Iterator[Row]:
    """Yield a row and all in it, removed ones too."""
    yield row
    for each in row.rows:
        yield from walk(each)


# --- From and to a form ---------------------------------------------------------------------------


def read_draft(posted: Any) -> Row:
    """Return what a form holds (a QueryDict), without trust: what fits nowhere is left out, nothing is refused.

    ``node``: the keys in the order of the page; ``in-<key>``: the group it stands in; ``kind-``, ``sense-``, ``is-``
    and ``gone-<key>``: the row; ``v-<key>-<name>``: its values.
    """
    root = Row(ROOT, kind=_kind(posted, ROOT, "all"))
    found, levels = {ROOT: root}, {ROOT: 0}
    values = _values(posted)
    for key in posted.getlist("node")[:MOST_ROWS]:
        group = found.get(posted.get(f"in-{key}", ""))
        if not _KEY.match(key) or key in found or group is None or not group.is_group:
            continue
        kind = _kind(posted, key, "is")
        if kind in GROUPS and levels[group.key] >= MOST_NESTED:
            continue
        found[key], levels[key] = _row(posted, key, kind, values), levels[group.key] + 1
        group.rows.append(found[key])
    return root


def _kind(posted: Any, key: str, usual: str) -> str:
    kind = posted.get(f"kind-{key}", usual)
    return kind if kind in (*GROUPS, usual) else usual


def _row(posted: Any, key: str, kind: str, values: dict[str, dict[str, list[str]]]) -> Row:
    return Row(
        key,
        kind=kind,
        is_not=posted.get(f"sense-{key}") == "not",
        criterion=posted.get(f"is-{key}", "")[:40] if kind == "is" else "",
        values=values.get(key, {}),
        is_gone=posted.get(f"gone-{key}") == "1",
    )


def _values(posted: Any) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for name in posted:
        mark, _, rest = name.partition("-")
        key, _, parameter = rest.partition("-")
        if mark == "v" and parameter and _KEY.match(key):
            found.setdefault(key, {})[parameter] = [value for value in posted.getlist(name) if value]
    return found


def draft_of(told: Mapping[str, Any]) -> Row:
    """Return a saved rule's JSON as rows; whatever it is, a group stands around it."""
    keys = iter(range(1, 10_000))
    inner = _drafted(told, keys, is_not=False)
    if inner.is_group and not inner.is_not:
        inner.key = ROOT
        return inner
    return Row(ROOT, kind="all", rows=[inner])


def _drafted(told: Mapping[str, Any], keys: Iterator[int], *, is_not: bool) -> Row:
    if "not" in told:
        return _drafted(told["not"], keys, is_not=not is_not)
    key = f"n{next(keys)}"
    for kind in GROUPS:
        if kind in told:
            return Row(key, kind=kind, is_not=is_not, rows=[_drafted(each, keys, is_not=False) for each in told[kind]])
    values = {name: _typed(value) for name, value in told.items() if name != "is"}
    return Row(key, is_not=is_not, criterion=told["is"], values=values)


def _typed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


# --- One step at a time ---------------------------------------------------------------------------


def change_draft(root: Row, step: str) -> str:
    """Do one step (``add:n0``, ``group:n0``, ``remove:n3``, ``undo:n3``, ``up:n3``, ``down:n3``) on the rows.

    Returns the key of the row that should have the focus then; blank where nothing was done.
    """
    what, _, key = step.partition(":")
    if what in ("add", "group"):
        return _add(root, key, is_group=what == "group")
    if what not in ("remove", "undo", "up", "down") or key == ROOT:
        return ""
    for group in walk(root):
        for place, row in enumerate(group.rows):
            if row.key != key:
                continue
            if what in ("up", "down"):
                return _move(root, group, place, -1 if what == "up" else 1)
            row.is_gone = what == "remove"
            return key
    return ""


def _add(root: Row, key: str, *, is_group: bool) -> str:
    rows = list(walk(root))
    group = next((row for row in rows if row.key == key and row.is_group), None)
    if group is None or len(rows) + 2 > MOST_ROWS:
        return ""
    number = max(int(row.key[1:]) for row in rows) + 1
    new = Row(f"n{number}")
    if is_group:
        if _level(root, key) >= MOST_NESTED:
            return ""
        new = Row(f"n{number}", kind="any" if group.kind == "all" else "all", rows=[Row(f"n{number + 1}")])
    group.rows.append(new)
    return new.rows[0].key if new.rows else new.key


def _move(root: Row, group: Row, place: int, step: int) -> str:
    """Move a row past its neighbour, into it where that is a group, or out of its own group at either end."""
    row = group.rows[place]
    there = place + step
    while 0 <= there < len(group.rows) and group.rows[there].is_gone:
        there += step
    if 0 <= there < len(group.rows):
        neighbour = group.rows[there]
        if neighbour.is_group and _level(root, neighbour.key) + _height(row) <= MOST_NESTED:
            group.rows.pop(place)
            neighbour.rows.insert(0 if step > 0 else len(neighbour.rows), row)
        else:
            group.rows.pop(place)
            group.rows.insert(there, row)
        return row.key
    outer = next((each for each in walk(root) if group in each.rows), None)
    if outer is None:
        return ""
    group.rows.pop(place)
    outer.rows.insert(outer.rows.index(group) + (1 if step > 0 else 0), row)
    return row.key


def _level(row: Row, key: str, level: int = 0) -> int:
    """Return how deep a group stands: 0 for the outermost, -1 where it is not."""
    if row.key == key:
        return level
    return max((_level(each, key, level + 1) for each in row.rows), default=-1)


def _height(row: Row) -> int:
    """Return how many groups stand in one another from this row down."""
    return 1 + max((_height(each) for each in row.rows), default=0) if row.is_group else 0
