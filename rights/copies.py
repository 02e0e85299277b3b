"""A person's copy of what we hold about them: a zip with ``data.json`` for machines and ``index.html`` for people.

It is made when it is fetched. Tables are read row by row into temporary files that have no name and vanish when they
are closed, so memory stays flat and nothing is left lying about.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext

from people.models import Supporter
from rights.holding_words import GROUP_WORDS, Group
from rights.holdings import Holdings, Table, held_about, tables
from rights.value_words import in_words

IN_MEMORY = 1_000_000
PIECE = 64 * 1024
FORMAT = 1


@dataclass(frozen=True)
class Copy:
    """A finished copy: the open file at its beginning, and how many rows of each table stand in it."""

    file: IO[bytes]
    counts: dict[str, int]


def make_copy(supporter: Supporter, *, language: str, at: datetime) -> Copy:
    """Return a person's copy, its pages in ``language``. Close the file when it was sent."""
    holdings = held_about(supporter)
    with _temporary() as machine, _temporary() as people, translation.override(language):
        counts = _write(holdings, machine, people, language, at)
        made = _temporary()
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            for name, part in (("data.json", machine), ("index.html", people)):
                part.seek(0)
                with archive.open(name, "w", force_zip64=True) as entry:
                    copyfileobj(part, entry, PIECE)
    made.seek(0)
    return Copy(made, counts)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file piece by piece, and close it whatever happens."""
    try:
        while piece := file.read(PIECE):
            yield piece
    finally:
        file.close()


def _temporary() -> Any:
    return SpooledTemporaryFile(max_size=IN_MEMORY)


def _write(holdings: Holdings, machine: Any, people: Any, language: str, at: datetime) -> dict[str, int]:
    """Write both files side by side, so that each table is read once."""
    counts: dict[str, int] = {}
    _say(machine, f'{{"format": {FORMAT}, "made_at": {json.dumps(at.isoformat())}, "tables": {{')
    before, after = _frame(language, at)
    _say(people, before)
    group: Group | None = None
    for table in tables():
        count = 0
        for values in holdings.values(table):
            if not count:
                group = _begin_table(people, table, group)
                _say(machine, f"{', ' if counts else ''}{json.dumps(table.label)}: {_head(table)}")
            _say(machine, (", " if count else "") + json.dumps(_plain(values), cls=DjangoJSONEncoder))
            _say(people, _row(table, values))
            count += 1
        if count:
            counts[table.label] = count
            _say(machine, "]}")
            _say(people, "</table></div>")
    _say(machine, "}}")
    _say(people, after)
    return counts


def _say(file: Any, text: str) -> None:
    file.write(text.encode())


def _frame(language: str, at: datetime) -> tuple[str, str]:
    page = render_to_string("rights/copy.html", {"language": language, "at": at, "is_rtl": language == "ar"})
    before, _mark, after = page.partition("<!-- rows -->")
    return before, after


def _head(table: Table) -> str:
    fields = {
        each.name: {"purpose": gettext(each.purpose), "kept": gettext(each.retention)}
        for each in table.columns
        if each.purpose
    }
    return json.dumps({"fields": fields})[:-1] + ', "rows": ['


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _begin_table(people: Any, table: Table, group: Group | None) -> Group:
    if table.group != group:
        title, purpose = GROUP_WORDS[table.group]
        _say(people, format_html("<h2>{}</h2><p>{}</p>", title, purpose))
    heads = "".join(format_html('<th scope="col">{}</th>', each.title) for each in table.columns)
    kept = " · ".join(gettext(each) for each in table.retentions)
    _say(people, format_html("<h3>{}</h3>", table.title))
    if kept:
        told = gettext("How long we keep it: %(limits)s") % {"limits": kept}
        _say(people, format_html("<p><small>{}</small></p>", told))
    _say(people, f'<div class="wide"><table><tr>{heads}</tr>')
    return table.group


def _row(table: Table, values: dict[str, Any]) -> str:
    words = (in_words(each.name, each.field, values[each.name]) for each in table.columns)
    cells = (format_html('<td dir="auto">{}</td>', each) for each in words)
    return f"<tr>{''.join(cells)}</tr>\n"
