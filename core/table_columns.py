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
