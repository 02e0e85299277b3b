"""Files that are a zip of parts (Word, Excel, LibreOffice, archives), each read to its end to prove its length.

A part is a program by what it is, not by what it is called: macros and embedded objects are compound files (OLE).
"""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _

MAX_PARTS = 2_000
MAX_FILES = 500
MAX_INNER = 30
MAX_UNPACKED_BYTES = 300_000_000
_MAX_LIST_BYTES = 2_000_000
_IN_MEMORY = 1_000_000
# Compound files (macros, ActiveX, embedded objects, old Office), Windows, Linux and macOS programs, Java, shell, WASM.
_PROGRAMS = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"#!", b"\x00asm",
)  # fmt: skip
_PROGRAM_NAME = re.compile(
    r"vbaproject|vbadata|/(activex|macrosheets|dialogsheets)/"
    r"|\.(exe|dll|com|scr|msi|bat|cmd|pif|ps1|vb[se]|m?js|jse|ws[fh]|hta|cpl|jar|class|lnk|url|sh|py|app|dmg|pkg|apk|reg"
    r"|iso|x?html?|mht|mhtml|chm|svgz|swf|do[ct]m|xl[st]m|xlam|xlsb|p[op]tm|ppsm|ppam|sldm)$"
)
_PROGRAM_FOLDERS = ("basic/", "scripts/", "dialogs/")  # of OpenDocument
# A place on the reader's own disk, where authors' templates lie; anything else is fetched over the network.
_ON_DISK = re.compile(r"((file:///)?[a-z]:/)?[^:/]*(/[^:/]+)*")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class PackageRefused(ValueError):
    """A package we do not take; the text is a sentence for the person who sent it."""


def check_office(file: IO[bytes], main_type: str) -> bool:
    """Whether this is an Office file (ECMA-376) whose main part is of this type. Raises PackageRefused for macros."""
    with _opened(file) as packed:
        types = {said.get("ContentType", "").casefold() for said in _elements(_named(packed, "[Content_Types].xml"))}
        if any("macroenabled" in said or "vbaproject" in said for said in types):
            raise PackageRefused(_macros())
        _refuse_programs(packed)
        return main_type.casefold() in types


def check_open_document(file: IO[bytes], mimetype: str) -> bool:
    """Whether this is an OpenDocument file of this kind (ODF 1.3 part 2 §3.3). Raises PackageRefused for macros."""
    with _opened(file) as packed:
        parts = packed.infolist()
        if parts[0].filename != "mimetype" or "content.xml" not in packed.namelist():
            return False
        if any(part.filename.casefold().startswith(_PROGRAM_FOLDERS) for part in parts):
            raise PackageRefused(_macros())
        if b"encryption-data" in _named(packed, "META-INF/manifest.xml"):
            raise PackageRefused(_locked())
        _refuse_programs(packed)
        return _beginning(packed, parts[0], 200).strip() == mimetype.encode()


def check_archive(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Give each file in an archive, whole, by its name. Raises PackageRefused for an archive nobody can look into."""
    with _opened(file, MAX_FILES) as packed:
        for part in packed.infolist():
            if part.is_dir():
                continue
            with _whole(packed, part) as content:
                yield part.filename, content


def _opened(file: IO[bytes], most_parts: int = MAX_PARTS) -> zipfile.ZipFile:
    """Return the zip, if it is nothing but one, of bearable size, and everybody may look into it."""
    if file.read(4) != b"PK\x03\x04":
        raise PackageRefused(_("This file is of an old kind, locked or broken; save it anew without a password."))
    try:
        packed = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise PackageRefused(_broken()) from error
    parts = packed.infolist()
    names = {part.filename for part in parts}
    if not parts or len(names) < len(parts) or min(part.header_offset for part in parts) != 0:
        raise PackageRefused(_broken())
    if any(part.flag_bits & 0x1 for part in parts):
        raise PackageRefused(_locked())
    # Films and pictures hardly shrink: where large files are taken, so are large ones in an archive.
    most_bytes = max(MAX_UNPACKED_BYTES, 2 * file.seek(0, 2))
    if len(parts) > most_parts or sum(part.file_size for part in parts) > most_bytes:
        raise PackageRefused(_("There is too much in this file once it is unpacked."))
    for part in parts:
        _refuse_elsewhere(part)
    return packed


def _refuse_elsewhere(part: zipfile.ZipInfo) -> None:
    """Refuse a part that would be written outside of the folder it is unpacked in, or is a link."""
    name = part.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or ".." in name.split("/") or stat.S_ISLNK(part.external_attr >> 16):
        raise PackageRefused(_("“%(name)s” in this file would be written elsewhere.") % {"name": name[-60:]})


def _refuse_programs(packed: zipfile.ZipFile, most_inner: int = MAX_INNER) -> None:
    """Refuse a program in any part, by its name and by how it begins, and in the packages within (charts' tables)."""
    inner = 0
    for part in packed.infolist():
        name = f"/{part.filename.casefold()}".replace("\\", "/")
        with _whole(packed, part) as content:
            begins = content.read(8)
            content.seek(0)
            if _PROGRAM_NAME.search(name) or begins.startswith(_PROGRAMS):
                raise PackageRefused(_macros())
            if name.endswith(".rels"):
                _refuse_parts_elsewhere(content.read(_MAX_LIST_BYTES))
            if begins.startswith(b"PK\x03\x04"):
                inner += 1
                if inner > most_inner:
                    raise PackageRefused(_("There is too much in this file once it is unpacked."))
                with _opened(content) as package:
                    _refuse_programs(package, most_inner=0)


def _refuse_parts_elsewhere(relations: bytes) -> None:
    """Refuse a template, an object or a frame that is fetched on opening (ECMA-376 part 1 §17.15.1.6, §15.2.13)."""
    for said in _elements(relations):
        kind = said.get("Type", "").casefold().rpartition("/")[2]
        target = said.get("Target", "").casefold().replace("\\", "/")
        if kind in _FETCHED and not _ON_DISK.fullmatch(target):
            raise PackageRefused(_FETCHED[kind]())


def _beginning(packed: zipfile.ZipFile, part: zipfile.ZipInfo, length: int) -> bytes:
    try:
        with packed.open(part) as opened:
            return opened.read(length)
    except _BROKEN as error:
        raise PackageRefused(_broken()) from error


def _named(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return the list of parts by this name; nothing where there is none."""
    return _beginning(packed, packed.getinfo(name), _MAX_LIST_BYTES) if name in packed.namelist() else b""


def _whole(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> IO[bytes]:
    """Return a part with its checksum proved, in memory when it is small."""
    content = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with packed.open(part) as opened:
            while chunk := opened.read(1 << 16):
                content.write(chunk)
    except _BROKEN as error:
        content.close()
        raise PackageRefused(_broken()) from error
    content.seek(0)
    return content


def _elements(content: bytes) -> list[dict[str, str]]:
    """Return the attributes of every element of a list of parts or relations; none of nothing."""
    elements: list[dict[str, str]] = []

    def refuse(*_told: object) -> None:
        raise PackageRefused(_broken())

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _name, attributes: elements.append(attributes)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content or b"<none/>", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding nobody knows
        raise PackageRefused(_broken()) from error
    return elements


def _broken() -> str:
    return _("This file cannot be opened; save it anew and try again.")


def _locked() -> str:
    return _("This file is locked with a password, so nobody can look into it; save it without.")


def _macros() -> str:
    return _("There are macros, programs or embedded objects in this file; save it without them and try again.")


def _template() -> str:
    return _("This document loads a template from elsewhere. Save it without one.")


# What a program fetches and runs or shows without being asked, by the last word of its relation's type.
_FETCHED = {"attachedtemplate": _template, "oleobject": _macros, "frame": _macros, "subdocument": _macros}
