"""What an uploaded file is: its content must be what its name ends in, and nothing in it may be a program.

Only what is named here is taken. Endings are judged by what people see; contents by how each format begins, ends and
is built. No XML inside is expanded, nothing is unpacked under its own name, and no part is trusted about its size.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from core.drawings import is_active_drawing
from core.file_packages import PackageRefused, check_archive, check_office, check_open_document
from core.pdf_actions import acts

MAX_BYTES = 50_000_000
_CHUNK = 1 << 16
# A text that begins so would be run or drawn by a browser, or by a shell (WHATWG MIME Sniffing §7.1).
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*(<[!?a-z]|#!)", re.IGNORECASE)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# An object of another program inside a text with formats: the way most programs in such files come.
_RTF_OBJECT = re.compile(rb"\\obj(data|ocx|emb|link|update)", re.IGNORECASE)
_ACTIVE_DRAWING = re.compile(rb"\x00|<script|javascript:|<!entity|<foreignobject|\son\w+\s*=", re.IGNORECASE)
# What macOS lays beside the files it packs; nobody else opens it.
_BESIDE = (b"\x00\x05\x16\x07", b"\x00\x00\x00\x01Bud1")

_MOST_BOXES = 10_000  # of a film, side by side
_MOST_AFTER_PDF = 16  # bytes


class FileRefused(ValueError):
    """A file we do not take; the text is a sentence for the person who sent it, in their language."""


@dataclass(frozen=True)
class FileType:
    """What a file is. ``ending`` has no dot and is in small letters; ``content_type`` is how it is handed over."""

    ending: str
    content_type: str

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


def judge(
    name: str, file: IO[bytes], *, endings: Collection[str] | None = None, most_bytes: int = MAX_BYTES
) -> FileType:
    """Return what the file is; leave it rewound. ``endings`` narrows what is taken, without dots.

    Raises FileRefused for another ending, an empty or too large file, a content that is not what the ending says, and
    for programs, macros and embedded objects in it.
    """
    taken = set(KINDS) if endings is None else {ending.casefold() for ending in endings}
    kind, check = _known(name, {ending: KINDS[ending] for ending in taken & set(KINDS)})
    _refuse_size(file, most_bytes)
    file.seek(0)
    try:
        check(file, kind)
    finally:
        file.seek(0)
    return kind


def size_of(file: IO[bytes]) -> int:
    """Return the bytes there are, whatever the browser said; the file is left at its end."""
    return file.seek(0, os.SEEK_END)


def _known(name: str, taken: Mapping[str, tuple[FileType, "Check"]]) -> tuple[FileType, "Check"]:
    ending = os.path.splitext(name)[1][1:].casefold()  # noqa: PTH122 - a name somebody sent, not a path
    if ending not in taken:
        raise FileRefused(
            _("Files ending in “%(ending)s” are not taken. These are: %(taken)s.")
            % {"ending": ending[:20], "taken": ", ".join(sorted(taken))}
        )
    return taken[ending]


def _refuse_size(file: IO[bytes], most_bytes: int) -> None:
    size = size_of(file)
    if not size:
        raise FileRefused(_("The file is empty."))
    if size > most_bytes:
        raise FileRefused(_("The file is larger than %(most)d MB.") % {"most": most_bytes // 1_000_000})


def _mismatch(kind: FileType) -> FileRefused:
    return FileRefused(
        _("The name ends in “%(ending)s”, but the content is of another kind. Save the file anew and try again.")
        % {"ending": kind.ending}
    )


# --- One check for each way a format is built ---------------------------------------------------------------------

Check = Callable[[IO[bytes], FileType], None]


def _begins(*signatures: bytes) -> Check:
    """Return a check of the first bytes; a ``?`` in a signature stands for any byte."""
    longest = max(len(signature) for signature in signatures)
    pattern = re.compile(b"|".join(re.escape(signature).replace(rb"\?", b".") for signature in signatures), re.DOTALL)

    def check(file: IO[bytes], kind: FileType) -> None:
        if not pattern.match(file.read(longest)):
            raise _mismatch(kind)

    return check


def _check_pdf(file: IO[bytes], kind: FileType) -> None:
    """A header first, an end mark last (ISO 32000-1 §7.5.2, §7.5.5), and no name of something that acts.

    After the last end mark may stand what printers leave: blanks, zeros and a few bytes more. Names are read with their
    escapes and in packed objects; what is packed otherwise or encrypted is a scanner's work.
    """
    content = file.read()
    if not content.startswith(b"%PDF-"):
        raise _mismatch(kind)
    end = content.rfind(b"%%EOF")
    behind = content[end + 5 :].strip(b"\0\t\n\r \x1a")
    if end < 0 or b"PK" in behind or len(behind) > _MOST_AFTER_PDF:
        raise FileRefused(_("This PDF is cut off, or something else hangs on it. Save it anew and try again."))
    if acts(content):
        raise FileRefused(
            _("This PDF holds a script, a program or another file. Print it to a new PDF and upload that.")
        )


def _check_film(file: IO[bytes], kind: FileType) -> None:
    """Boxes fill the file to its end (ISO/IEC 14496-12 §4.2), and the film's own is among them."""
    size, place, seen, boxes = size_of(file), 0, set[bytes](), 0
    while place < size and boxes < _MOST_BOXES:
        boxes += 1
        file.seek(place)
        head = file.read(16)
        if not place and head[4:8] != b"ftyp":
            raise _mismatch(kind)
        length = int.from_bytes(head[:4])
        length = int.from_bytes(head[8:16]) if length == 1 else length or size - place
        if length < 8:
            break
        seen.add(head[4:8])
        place += length
    if place != size or b"moov" not in seen:
        raise FileRefused(_("This film is cut off, or something else hangs on it. Save it anew and try again."))


def _check_text(file: IO[bytes], kind: FileType) -> None:
    """Characters in any encoding of bytes, none of them a control sign, and no page, drawing or script."""
    if _MARKUP.match(file.read(1024)):
        raise FileRefused(_("This is a web page, a drawing or a script, and no plain text."))
    file.seek(0)
    if _found(file, _NO_TEXT):
        raise FileRefused(_("This is no plain text; save it as text in UTF-8."))


def _check_calendar(file: IO[bytes], kind: FileType) -> None:
    if not file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCALENDAR"):
        raise _mismatch(kind)
    file.seek(0)
    _check_text(file, kind)


def _check_rtf(file: IO[bytes], kind: FileType) -> None:
    if file.read(5) != rb"{\rtf":
        raise _mismatch(kind)
    if _found(file, _RTF_OBJECT):
        raise FileRefused(_("There is an object of another program in this file; take it out and try again."))


def _found(file: IO[bytes], pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern stands anywhere from here on; it may be up to 16 bytes long."""
    end = b""
    while chunk := file.read(_CHUNK):
        if pattern.search(end + chunk):
            return True
        end = chunk[-16:]
    return False


def _packed(check: Callable[[IO[bytes], str], bool], *, said: str = "") -> Check:
    """Return a check of a zip with parts in it; ``check`` says whether it is of the kind that ``said`` names."""

    def check_packed(file: IO[bytes], kind: FileType) -> None:
        try:
            is_right = check(file, said)
        except PackageRefused as error:
            raise FileRefused(str(error)) from error
        if not is_right:
            raise _mismatch(kind)

    return check_packed


def _check_zip(file: IO[bytes], kind: FileType) -> None:
    """Every part of it would be taken by itself, or is a drawing that runs nothing; an archive within is refused."""
    try:
        for name, part in check_archive(file):
            begins = part.read(8)
            part.seek(0)
            if name.rpartition("/")[2].startswith(("._", ".DS_Store")) and begins.startswith(_BESIDE):
                continue
            try:
                inner, check = _known(name, _IN_ARCHIVES)
                check(part, inner)
            except FileRefused as error:
                raise FileRefused(f"{name[-60:]}: {error}") from error
    except PackageRefused as error:
        raise FileRefused(str(error)) from error


def _check_drawing(file: IO[bytes], kind: FileType) -> None:
    content = file.read()
    if b"<svg" not in content:
        raise _mismatch(kind)
    if _ACTIVE_DRAWING.search(content) or is_active_drawing(content):
        raise FileRefused(_("This drawing holds a script; save it without and try again."))


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


def _office(ending: str, said: str) -> tuple[FileType, Check]:
    return FileType(ending, f"{_OFFICE}{said}"), _packed(check_office, said=f"{_OFFICE}{said}.main+xml")


def _open_document(ending: str, said: str) -> tuple[FileType, Check]:
    return FileType(ending, f"{_OPEN}{said}"), _packed(check_open_document, said=f"{_OPEN}{said}")


_KNOWN: tuple[tuple[FileType, Check], ...] = (
    (FileType("pdf", "application/pdf"), _check_pdf),
    _office("docx", "wordprocessingml.document"),
    _office("xlsx", "spreadsheetml.sheet"),
    _office("pptx", "presentationml.presentation"),
    _open_document("odt", "text"),
    _open_document("ods", "spreadsheet"),
    _open_document("odp", "presentation"),
    (FileType("rtf", "application/rtf"), _check_rtf),
    (FileType("txt", "text/plain"), _check_text),
    (FileType("csv", "text/csv"), _check_text),
    (FileType("ics", "text/calendar"), _check_calendar),
    (FileType("zip", "application/zip"), _check_zip),
    (FileType("jpg", "image/jpeg"), _begins(b"\xff\xd8\xff")),
    (FileType("jpeg", "image/jpeg"), _begins(b"\xff\xd8\xff")),
    (FileType("png", "image/png"), _begins(b"\x89PNG\r\n\x1a\n")),
    (FileType("gif", "image/gif"), _begins(b"GIF87a", b"GIF89a")),
    (FileType("webp", "image/webp"), _begins(b"RIFF????WEBP")),
    (FileType("mp4", "video/mp4"), _check_film),
)
KINDS: dict[str, tuple[FileType, Check]] = {kind.ending: (kind, check) for kind, check in _KNOWN}
_DRAWING = FileType("svg", "image/svg+xml")
_IN_ARCHIVES = {
    **{ending: known for ending, known in KINDS.items() if ending != "zip"},
    "svg": (_DRAWING, _check_drawing),
}
