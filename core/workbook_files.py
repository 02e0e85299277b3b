"""What a workbook (XLSX) holds, looked at before it is opened: how far its cells reach, and which are shown as percent.

Opening one makes a cell for every row and column up to the last value, so a small file could take all memory there is.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

MAX_CELLS = 3_000_000
_ROOT, _WORKBOOK = "_rels/.rels", "xl/workbook.xml"
_OTHER_KINDS = {"xl/workbook.bin", "content.xml", "mimetype"}  # XLSB and ODS, which would be opened as well
_REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PERCENT_FORMATS = {9: 0, 10: 2}  # built in: 0 % and 0.00 %
_CHUNK = 1 << 16


class UnreadableWorkbookError(ValueError):
    """A file that is no workbook of this kind, or a broken one."""


class TooManyCellsError(ValueError):
    """Values so far from the first cell that opening the workbook would take too much memory."""


class TooManyColumnsError(ValueError):
    """A value beyond the last column allowed. ``line`` is its row."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass
class WorkbookCells:
    """Which cells are shown as percent: row and column, both from 1 → how many decimals are shown."""

    most_columns: int
    percent: dict[tuple[int, int], int] = field(default_factory=dict)


def scan_workbook(packed: zipfile.ZipFile, *, most_columns: int, most_bytes: int) -> WorkbookCells:
    """Return what is known of a workbook's cells. Raises one of this module's errors when it must not be opened."""
    if sum(part.file_size for part in packed.infolist()) > most_bytes:
        raise TooManyCellsError
    try:
        return _scan(packed, most_columns)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableWorkbookError(str(error)) from error


def _scan(packed: zipfile.ZipFile, most_columns: int) -> WorkbookCells:
    parts = {_plain(part.filename): part for part in packed.infolist()}
    if len(parts) != len(packed.infolist()) or _OTHER_KINDS & set(parts):
        raise UnreadableWorkbookError
    found = WorkbookCells(most_columns)
    roots = {_WORKBOOK, *(_targets(packed, parts[_ROOT], "") if _ROOT in parts else ())}
    workbooks = {root: parts[name] for root in sorted(roots) if (name := _relations_of(root)) in parts}
    if not workbooks:
        raise UnreadableWorkbookError
    formats = _Formats()
    for styles in {f"{posixpath.dirname(root)}/styles.xml" for root in workbooks} & set(parts):
        with packed.open(parts[styles]) as opened:
            _parse(opened, formats.begin)
    for name in {name for root, part in workbooks.items() for name in _targets(packed, part, root)} & set(parts):
        _scan_part(packed, parts[name], _Sheet(found, formats.decimals))
    return found


def _relations_of(name: str) -> str:
    folder, own = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{own}.rels")


def _targets(packed: zipfile.ZipFile, part: zipfile.ZipInfo, root: str) -> set[str]:
    """Return every part that is named, whatever it is called: the sheets are among them."""
    targets: set[str] = set()

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            said = attributes.get("Target", "")
            targets.update(_plain(posixpath.join(folder, said.lstrip("/"))) for folder in folders)

    folders = ("", "xl", posixpath.dirname(root))
    with packed.open(part) as opened:
        _parse(opened, begin)
    return targets


def _scan_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, sheet: "_Sheet") -> None:
    """Look at a part that may be a sheet; one that is no XML, such as a macro, is let be where it can be none."""
    try:
        with packed.open(part) as opened:
            _parse(opened, sheet.begin)
    except expat.ExpatError:
        with packed.open(part) as opened:
            end = b""
            while chunk := opened.read(_CHUNK):
                if b"sheetData" in end + chunk:
                    raise
                end = chunk[-16:]


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").casefold()).lstrip("/")


def _parse(opened: IO[bytes], begin: Callable[[str, dict[str, str]], None]) -> None:
    """Tell ``begin`` every element, piece by piece; a document type is refused, so no entity is ever expanded."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: begin(name.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while chunk := opened.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_told: object) -> None:
    raise UnreadableWorkbookError


class _Formats:
    """How many decimals of a percentage each style shows; a style that is no percentage is not there."""

    def __init__(self) -> None:
        self.decimals: dict[str, int] = {}
        self._percent = {str(number): places for number, places in _PERCENT_FORMATS.items()}
        self._is_in_cells, self._count = False, 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            places = _percent_places(attributes.get("formatCode", ""))
            if places is not None:
                self._percent[attributes.get("numFmtId", "")] = places
        elif name in ("cellXfs", "cellStyleXfs", "dxfs"):
            self._is_in_cells = name == "cellXfs"
        elif name == "xf" and self._is_in_cells:
            if (places := self._percent.get(attributes.get("numFmtId", ""))) is not None:
                self.decimals[str(self._count)] = places
            self._count += 1


def _percent_places(code: str) -> int | None:
    """Return the decimals of a format of percent, None for another. A percent sign in quotes changes no number."""
    shown = _LITERAL.sub("", code.partition(";")[0])
    if "%" not in shown:
        return None
    return len(re.match(r"[0#?]*", shown.partition(".")[2])[0])  # type: ignore[index]  # it always matches


class _Sheet:
    """Where the values of one sheet stand; a cell that does not say so follows the one before it."""

    def __init__(self, found: WorkbookCells, decimals: dict[str, int]) -> None:
        self.found, self.decimals = found, decimals
        self.row, self.at, self.column, self.style = 0, 0, 0, ""
        self.last_row, self.last_column = 0, 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.style = attributes.get("s", "")
            self._move(attributes.get("r"))
        elif name in ("v", "is"):
            self._value()
        elif name == "row":
            self._next_row(attributes.get("r"))

    def _next_row(self, said: str | None) -> None:
        if said is not None and not (said.isascii() and said.isdecimal() and len(said) < 11):
            raise UnreadableWorkbookError
        self.row, self.column = int(said) if said else self.row + 1, 0

    def _move(self, said: str | None) -> None:
        self.at = self.row
        if said is None:
            self.column += 1
            return
        read = _REFERENCE.fullmatch(said)
        if not read:
            raise UnreadableWorkbookError
        self.column = 0
        for letter in read[1].upper():
            self.column = self.column * 26 + ord(letter) - 64
        self.at = int(read[2])

    def _value(self) -> None:
        if self.column > self.last_column:
            if self.column > self.found.most_columns:
                raise TooManyColumnsError(self.at)
            self.last_column = self.column
        self.last_row = max(self.last_row, self.at)
        if self.last_row * self.last_column > MAX_CELLS:
            raise TooManyCellsError
        if self.style in self.decimals:
            self.found.percent[self.at, self.column] = self.decimals[self.style]
