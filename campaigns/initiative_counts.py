"""Reads a CSV of counts per country: pure parsing, refused whole with line and column."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from campaigns.initiative_rules import Count, canonical_country, period_of, unknown_country

COUNTRY = "country"
STATEMENTS = "statements_of_support"
LATE = "certified_after_submission"
_DIGITS = re.compile(r"[0-9]{1,10}")
_TRUE = {"1", "true", "yes"}
_FALSE = {"", "0", "false", "no"}


class CountsError(ValueError):
    """A file of counts that is refused whole. ``line`` and ``column`` are 1-based; none when it is the whole file."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None, name: str = "") -> None:
        self.message, self.line, self.column, self.name = message, line, column, name
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The message with where it applies."""
        if self.line is None:
            return self.message
        if self.column is None:
            return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}
        return _("Line %(line)d, column %(column)d (%(name)s): %(message)s") % {
            "line": self.line,
            "column": self.column,
            "name": self.name,
            "message": self.message,
        }


@dataclass(frozen=True)
class _Columns:
    """Where the columns we read stand (0-based)."""

    country: int
    statements: int
    late: int | None
    width: int


def read_counts(content: bytes, *, registered: date) -> list[Count]:
    """Return the counts of a CSV with the columns ``country,statements_of_support[,certified_after_submission]``.

    Takes UTF-8 with or without a byte-order mark; comma, semicolon or tab; any line end; quoted cells; blank lines;
    columns it does not know. Raises CountsError for everything else, naming line and column, and
    InitiativeRuleError for a day of registration without minimums. A file without one count is refused: silence is
    not zero.
    """
    minimums = period_of(registered).minimums
    rows = _records(_decode(content))
    if not rows:
        raise CountsError(_("The file is empty."))
    columns = _find_columns(*rows[0])
    counts: dict[str, Count] = {}
    for line, cells in rows[1:]:
        count = _read_row(line, cells, columns)
        if count.country not in minimums:
            raise _at(line, columns.country, COUNTRY, unknown_country(cells[columns.country], registered))
        if count.country in counts:
            raise _at(line, columns.country, COUNTRY, _("%(country)s is there twice.") % {"country": count.country})
        counts[count.country] = count
    if not counts:
        raise CountsError(_("The file names columns but holds no count."))
    return list(counts.values())


def _at(line: int, index: int, name: str, message: str) -> CountsError:
    return CountsError(message, line=line, column=index + 1, name=name)


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CountsError(_("The file is UTF-16; save it as CSV UTF-8."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CountsError(_("The file is not UTF-8 text; save it as CSV UTF-8."), line=line) from error


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Return the records that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    records: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CountsError(_("This is not a CSV table: %(reason)s.") % {"reason": error}, line=max(begins, 1)) from error
    return records


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _find_columns(line: int, header: list[str]) -> _Columns:
    names = [name.lower() for name in header]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            raise _at(line, index, name, _("This column is there twice."))
    for name in (COUNTRY, STATEMENTS):
        if name not in names:
            raise CountsError(
                _("The column “%(name)s” is missing; the first line must name the columns %(wanted)s.")
                % {"name": name, "wanted": f"{COUNTRY}, {STATEMENTS}[, {LATE}]"},
                line=line,
            )
    return _Columns(
        country=names.index(COUNTRY),
        statements=names.index(STATEMENTS),
        late=names.index(LATE) if LATE in names else None,
        width=len(names),
    )


def _read_row(line: int, cells: list[str], columns: _Columns) -> Count:
    if any(cells[columns.width :]):
        raise _at(line, columns.width, _("unnamed"), _("There are more cells than named columns."))
    cells += [""] * (columns.width - len(cells))
    country = cells[columns.country]
    if not country:
        raise _at(line, columns.country, COUNTRY, _("The country is missing."))
    return Count(
        country=canonical_country(country),
        statements=_read_number(line, columns.statements, cells[columns.statements]),
        is_late=columns.late is not None and _read_flag(line, columns.late, cells[columns.late]),
    )


def _read_number(line: int, index: int, text: str) -> int:
    shown = {"text": text[:40]}
    if not text:
        raise _at(line, index, STATEMENTS, _("The count is missing."))
    if text.startswith("-") and _DIGITS.fullmatch(text[1:]):
        raise _at(line, index, STATEMENTS, _("“%(text)s” is negative.") % shown)
    if not _DIGITS.fullmatch(text):
        raise _at(line, index, STATEMENTS, _("“%(text)s” is not a whole number written with digits only.") % shown)
    return int(text)


def _read_flag(line: int, index: int, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise _at(line, index, LATE, _("“%(text)s” is neither 1 nor 0.") % {"text": text[:40]})
