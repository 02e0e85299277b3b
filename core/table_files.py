"""Tables people hand in, CSV or XLSX: read as text, cell by cell, with the line each row stands on.

Nothing is guessed: a number stays as it was written, a file that cannot be read whole is refused with its line.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.workbook_files import (
    TooManyCellsError,
    TooManyColumnsError,
    UnreadableWorkbookError,
    WorkbookCells,
    scan_workbook,
)

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_COLUMNS = 200
MOST_FAULTS = 100


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: ``line`` and ``column`` count from 1; none where it is the whole file or row."""

    message: str
    line: int | None = None
    column: int | None = None
    name: str = ""

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        if self.column is None:
            return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}
        return _("Line %(line)d, column %(column)d (%(name)s): %(message)s") % {
            "line": self.line,
            "column": self.column,
            "name": self.name or _("unnamed"),
            "message": self.message,
        }


class TableError(ValueError):
    """A file that is refused whole. ``faults`` are the first ones found, in the order of the file; ``count`` is all."""

    def __init__(self, *faults: Fault, count: int | None = None) -> None:
        self.faults = faults
        self.count = len(faults) if count is None else count
        super().__init__(str(self))

    def __str__(self) -> str:
        more = self.count - 1
        if more < 1:
            return str(self.faults[0])
        return "{} {}".format(
            self.faults[0], ngettext("And %(count)d more fault.", "And %(count)d more faults.", more) % {"count": more}
        )


@dataclass(frozen=True)
class Table:
    """A table as text. ``frame`` has a column per position (0, 1, …); its index is the line each row begins on.

    ``is_workbook`` when its numbers were numbers, which may be shown otherwise than they are, and not text.
    """

    header: tuple[str, ...]
    frame: "DataFrame"
    is_workbook: bool = False

    @property
    def rows(self) -> int:
        return len(self.frame)

    def lines(self) -> list[int]:
        return [int(line) for line in self.frame.index]


def read_table(content: bytes) -> Table:
    """Return the table in a CSV (UTF-8; comma, semicolon or tab) or XLSX file (one sheet). The first row names columns.

    Cells lose blanks around them; blank rows are passed over. Raises TableError for anything else, and for a table
    without a row.
    """
    if len(content) > MAX_BYTES:
        raise TableError(Fault(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1_000_000}))
    if is_workbook := content.startswith(b"PK\x03\x04"):
        rows = _read_xlsx(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(Fault(_("This is an old Excel file or a locked one; save it as .xlsx or as CSV UTF-8.")))
    else:
        rows = _read_csv(_decode(content))
    return _build(rows, is_workbook=is_workbook)


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(Fault(_("The file is UTF-16; save it as CSV UTF-8.")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(Fault(_("The file is not UTF-8 text; save it as CSV UTF-8."), line=line)) from error
    if (nul := text.find("\x00")) >= 0:
        raise TableError(Fault(_("There is a character here that is no text."), line=text.count("\n", 0, nul) + 1))
    return text


def _read_csv(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TableError(Fault(_("This is not a CSV table: %(reason)s.") % {"reason": error}, line=begins)) from error
    return rows


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _read_xlsx(content: bytes) -> list[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            cells = scan_workbook(packed, most_columns=MAX_COLUMNS, most_bytes=MAX_UNPACKED_BYTES)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except TooManyCellsError as error:
        message = _("The workbook is too large once unpacked; save the one sheet as CSV UTF-8.")
        raise TableError(Fault(message)) from error
    except TooManyColumnsError as error:
        raise TableError(_too_wide(error.line)) from error
    except (CalamineError, zipfile.BadZipFile, UnreadableWorkbookError) as error:
        raise TableError(Fault(_("This workbook cannot be opened; save it anew, or as CSV UTF-8."))) from error
    full = [sheet for sheet in sheets if sheet.start is not None]
    if len(full) > 1:
        names = ", ".join(sheet.name[:40] for sheet in full[:5])
        raise TableError(Fault(_("The workbook has several sheets (%(names)s); keep the one.") % {"names": names}))
    if not full:
        return []
    rows = full[0].to_python(skip_empty_area=False)
    return [(line, _texts(line, row, cells)) for line, row in enumerate(rows, 1)]


def _too_wide(line: int) -> Fault:
    return Fault(_("There are more than %(most)d columns.") % {"most": MAX_COLUMNS}, line=line)


def _texts(line: int, row: list[Any], cells: WorkbookCells) -> list[str]:
    return [_as_text(cell, cells.percent.get((line, column))) for column, cell in enumerate(row, 1)]


def _as_text(cell: Any, percent_places: int | None) -> str:
    """Return a workbook's cell as somebody would have typed it; a day in ISO 8601, a percentage as it is shown."""
    if isinstance(cell, str):
        return cell.replace("\x00", "")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if percent_places is not None and isinstance(cell, int | float):
        return f"{100 * Decimal(repr(cell)):.{percent_places}f}%"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _build(rows: list[tuple[int, list[str]]], *, is_workbook: bool) -> Table:
    """Return the rows as a table; the first that is not blank names the columns."""
    from pandas import DataFrame

    full = _not_blank(rows)
    header_line, header = next(full, (0, []))
    if not header:
        raise TableError(Fault(_("The file is empty.")))
    while header and not header[-1]:
        header.pop()
    _check_header(header_line, header)
    width = len(header)
    lines, cells = [], []
    for line, row in full:
        if len(row) > width:
            if any(row[width:]):
                raise TableError(Fault(_("There are more cells than named columns."), line=line, column=width + 1))
            row = row[:width]
        elif len(row) < width:
            row = row + [""] * (width - len(row))
        lines.append(line)
        cells.append(row)
    if not cells:
        raise TableError(Fault(_("The file names columns but holds no row.")))
    return Table(tuple(header), DataFrame(cells, index=lines, columns=range(width), dtype=object), is_workbook)


def _not_blank(rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield line, stripped


def _check_header(line: int, header: list[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise TableError(_too_wide(line))
    seen: dict[str, int] = {}
    for position, name in enumerate(header):
        if name and name.casefold() in seen:
            message = _("This column is there twice, also as column %(other)d.") % {"other": seen[name.casefold()]}
            raise TableError(Fault(message, line=line, column=position + 1, name=name[:40]))
        seen[name.casefold()] = position + 1
