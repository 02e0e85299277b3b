"""Which column of a file holds what: by its name and the names people give it, or as somebody says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.table_files import Fault, TableError

_NO_LETTERS = re.compile(r"[\W_]+")


def plain(words: str) -> str:
    """Return words without case, accents, signs: what tells names of columns and choices apart."""
    bare = unicodedata.normalize("NFKD", words.casefold())
    return _NO_LETTERS.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


@dataclass(frozen=True)
class Wanted:
    """One field we read: its label on screens and the names files give its column."""

    key: str
    label: Any
    names: tuple[str, ...]


def guess_columns(header: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, int]:
    """Return field → position for every column whose name is one we know; a name of two fields goes to the first."""
    named = {plain(name): position for position, name in reversed(list(enumerate(header))) if name}
    found: dict[str, int] = {}
    for field in wanted:
        for name in (field.key, *field.names):
            position = named.get(plain(name))
            if position is not None and position not in found.values():
                found[field.key] = position
                break
    return found


def columns_by_name(header: Sequence[str], said: Mapping[str, str], wanted: Sequence[Wanted]) -> dict[str, int]:
    """Return field → position for ``said`` (field → name of the column). Raises TableError for what is not there."""
    known = {field.key for field in wanted}
    found = {}
    for key, name in said.items():
        if key not in known:
            raise TableError(Fault(_("There is no field “%(name)s” to map to.") % {"name": key[:40]}))
        if name not in header:
            raise TableError(Fault(_("The file has no column “%(name)s”.") % {"name": name[:40]}))
        found[key] = list(header).index(name)
    return found


def missing_columns(columns: Mapping[str, int], required: Sequence[str], wanted: Sequence[Wanted]) -> list[Fault]:
    """Return a fault for each required field that has no column."""
    labels = {field.key: field.label for field in wanted}
    return [
        Fault(_("No column is mapped to “%(field)s”.") % {"field": labels[key]})
        for key in required
        if key not in columns
    ]


def misplaced_columns(header: Sequence[str], columns: Mapping[str, int]) -> list[Fault]:
    """Return a fault where a column is mapped twice, and where one is that the file does not have."""
    faults = []
    if len(set(columns.values())) != len(columns):
        faults.append(Fault(_("One column is mapped to two fields.")))
    if any(not 0 <= position < len(header) for position in columns.values()):
        faults.append(Fault(_("A column is mapped that the file does not have.")))
    return faults


def unread_columns(header: Sequence[str], columns: Mapping[str, int]) -> list[str]:
    """Return the names of the columns that are not read."""
    used = set(columns.values())
    return [name or _("unnamed") for position, name in enumerate(header) if position not in used]
