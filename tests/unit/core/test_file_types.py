"""What an uploaded file is, whatever its name says, and what must not be in it."""

import io
import os
import re
import struct
import time
import tracemalloc
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import file_packages, pdf_actions
from core.file_types import KINDS, FileRefused, judge
from tests.factories.files import (
    GOOD_FILES,
    OLE,
    PDF,
    film,
    office,
    open_document,
    pdf_packing,
    pdf_saying,
    relation,
    zipped,
)

TEMPLATE = "word/_rels/settings.xml.rels"


def refusal(name: str, content: bytes) -> str:
    file = io.BytesIO(content)
    with pytest.raises(FileRefused) as caught:
        judge(name, file)
    return str(caught.value)


@pytest.mark.parametrize("name", GOOD_FILES)
def test_file_that_is_what_it_is_called_is_taken_and_rewound(name: str) -> None:
    file = io.BytesIO(GOOD_FILES[name])
    kind = judge(name, file)
    assert kind.ending == name.rpartition(".")[2].lower()
    assert file.read() == GOOD_FILES[name]


def test_every_kind_is_shown_to_be_taken() -> None:
    assert set(KINDS) == {name.rpartition(".")[2].lower() for name in GOOD_FILES}


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00program",
        b"<html><script>alert(1)</script>",
        b"<svg onload='x'/>",
        b"#!/bin/sh\n",
        b"\x7fELF\x02\x00",
        OLE,
    ],
)
def test_program_or_page_is_refused_under_any_name(ending: str, content: bytes) -> None:
    assert refusal(f"a.{ending}", content)


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.docm", "a.pdf.js", "pdf", ".pdf", "a.pdf "])
def test_other_endings_are_refused_by_name(name: str) -> None:
    assert "are not taken. These are: csv, docx" in refusal(name, PDF)


def test_endings_can_be_narrowed() -> None:
    with pytest.raises(FileRefused, match=r"These are: csv\."):
        judge("a.pdf", io.BytesIO(PDF), endings=["CSV", "exe"])


def test_size_is_counted_and_nothing_is_no_file() -> None:
    assert refusal("a.txt", b"") == "The file is empty."
    with pytest.raises(FileRefused, match="larger than 1 MB"):
        judge("a.txt", io.BytesIO(b"a" * 1_000_001), most_bytes=1_000_000)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.7 cut short", "cut off"),
        ("a.pdf", b"PK" + PDF, "another kind"),
        ("a.pdf", GOOD_FILES["a.png"], "another kind"),
        ("a.png", PDF, "another kind"),
        ("a.pdf", PDF + zipped({"a.txt": b"a"}), "something else hangs on it"),
        ("a.pdf", PDF + zipped({}), "something else hangs on it"),
        ("a.pdf", pdf_saying(b"/OpenAction<</S/JavaScript>>"), "a script"),
        ("a.pdf", pdf_saying(b"/S/J#61vaScript"), "a script"),
        ("a.pdf", pdf_saying(b"/S /Launch"), "a program"),
        ("a.pdf", pdf_saying(b"/Names<</EmbeddedFiles 3 0 R>>"), "another file"),
        ("a.pdf", pdf_packing(b"<</S/JavaScript/JS(app.alert())>>"), "a script"),
        ("a.pdf", pdf_packing(b"<</S/JavaScript>>", name=b"/Obj#53t#6D"), "a script"),
        ("a.pdf", pdf_packing(b"1" * 5_000_000 + b"<</S/JavaScript>>"), "a script"),
        ("a.mp4", film(b"ftyp", b"moov")[:-3], "cut off"),
        ("a.mp4", film(b"ftyp", b"mdat"), "cut off"),
        ("a.mp4", film(b"moov", b"ftyp"), "another kind"),
        ("a.mp4", film(b"ftyp", b"moov") + b"PK\x03\x04PK", "hangs on it"),
        ("a.mp4", film(b"ftyp", b"moov", *[b"free"] * 10_000), "cut off"),
        ("a.mp4", film(b"ftyp", b"moov") + b"\0\0\0\1mdat" + b"\xff" * 8, "cut off"),
        ("a.docx", office("xlsx"), "another kind"),
        ("a.xlsx", GOOD_FILES["a.docx"], "another kind"),
        ("a.docx", open_document(), "another kind"),
        ("a.docx", zipped({"page.html": b"<b>"}), "macros"),
        ("a.odt", office(), "another kind"),
        ("a.odt", open_document("ods"), "another kind"),
        ("a.docx", b"MZ" + office(), "old kind"),
        ("a.docx", office()[:-30], "cannot be opened"),
        ("a.docx", office(types="<!DOCTYPE x>"), "cannot be opened"),
        ("a.docx", office(types='<Default ContentType="application/vnd.ms-office.vbaProject"/>'), "macros"),
        ("a.docx", office(types='<O ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
        ("a.docx", office(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("a.docx", office(**{"word/media/image1.png": OLE}), "macros"),
        ("a.docx", office(**{"word/embeddings/x.bin": b"MZ\x90"}), "macros"),
        ("a.docx", office(**{"word/embeddings/x.xlsx": office("xlsx", **{"xl/vbaProject.bin": b"x"})}), "macros"),
        ("a.docx", office(**{"word/embeddings/x.xlsx": office(**{"y.xlsx": office()})}), "too much"),
        ("a.docx", office(**{TEMPLATE: relation("attachedTemplate", "https://evil.example/a.dotm")}), "a template"),
        ("a.docx", office(**{TEMPLATE: relation("attachedTemplate", "&#104;ttp:evil.example")}), "a template"),
        ("a.docx", office(**{TEMPLATE: relation("attachedTemplate", r"\\evil\a.dotm")}), "a template"),
        ("a.docx", office(**{TEMPLATE: relation("attachedTemplate", "file:////evil/a.dotm")}), "a template"),
        ("a.docx", office(**{TEMPLATE: relation("AttachedTemplate", "file://evil/a.dotm")}), "a template"),
        ("a.docx", office(**{TEMPLATE: b"<?xml version='1.0' encoding='x-none'?><R/>"}), "cannot be opened"),
        ("a.docx", office(**{"../a.xml": b"<x/>"}), "written elsewhere"),
        ("a.xlsx", office("xlsx", **{"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
        ("a.odt", open_document(**{"Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
        ("a.odt", open_document(**{"Object 1": OLE}), "macros"),
        ("a.odt", open_document(**{"META-INF/manifest.xml": b"<encryption-data/>"}), "password"),
        ("a.rtf", rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "another program"),
        ("a.rtf", rb"{\rtf1" + b"x" * 65_520 + rb"{\object\objdata 01}}", "another program"),
        ("a.txt", b"\xef\xbb\xbf \n<!DOCTYPE html>", "web page"),
        ("a.csv", b"a,b\x00", "UTF-8"),
        ("a.txt", "text".encode("utf-16"), "UTF-8"),
        ("a.ics", b"BEGIN:VCARD", "another kind"),
        ("a.ics", b"BEGIN:VCALENDAR\x00", "UTF-8"),
        ("a.zip", b"PK\x03\x04rest", "cannot be opened"),
        ("a.zip", zipped({}), "old kind"),
        ("a.zip", zipped({"run.exe": b"MZ"}), "run.exe: Files ending in “exe”"),
        ("a.zip", zipped({"in/paper.pdf": b"MZ"}), "in/paper.pdf: The name ends in “pdf”"),
        ("a.zip", zipped({"b.zip": GOOD_FILES["all.zip"]}), "b.zip: Files ending in “zip”"),
        ("a.zip", GOOD_FILES["a.docx"], "[Content_Types].xml: Files ending in “xml”"),
        ("a.zip", zipped({"a.docx": office(**{"word/vbaProject.bin": b"x"})}), "macros"),
        ("a.zip", zipped({"a/index.html": b"<script>alert(1)</script>"}), "index.html: Files ending in “html”"),
        ("a.zip", zipped({"a.svg": b"<svg><script>alert(1)</script></svg>"}), "a.svg: This drawing holds a script"),
        ("a.zip", zipped({"a.svg": b"<svg onload ='x'/>"}), "holds a script"),
        ("a.zip", zipped({"a.svg": b"<html>"}), "another kind"),
        ("a.zip", zipped({"__MACOSX/._a.pdf": b"MZ"}), "another kind"),
        ("a.zip", zipped({"../../etc/a.txt": b"a"}), "“../../etc/a.txt” in this file would be written elsewhere"),
        ("a.zip", zipped({"in\\..\\..\\a.txt": b"a"}), "written elsewhere"),
        ("a.zip", zipped({"/etc/a.txt": b"a"}), "written elsewhere"),
        ("a.zip", zipped({"C:a.txt": b"a"}), "written elsewhere"),
        ("a.zip", zipped({"a.txt": b"a" * 99})[:-10], "cannot be opened"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_its_reason(name: str, content: bytes, words: str) -> None:
    assert words in refusal(name, content)


def test_locked_archive_is_refused() -> None:
    content = bytearray(GOOD_FILES["all.zip"])
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the list of parts says the first one is encrypted
    assert "password" in refusal("a.zip", bytes(content))


def test_part_with_a_wrong_checksum_is_refused() -> None:
    assert "cannot be opened" in refusal("a.zip", _stored(b"BEGIN:VCALENDAR").replace(b"CALENDAR", b"CALENDAX", 1))


def _stored(content: bytes, mode: int = 0o100600) -> bytes:
    out, part = io.BytesIO(), zipfile.ZipInfo("a.ics")
    part.external_attr = mode << 16
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(part, content)
    return out.getvalue()


def test_link_in_an_archive_is_refused() -> None:
    assert "written elsewhere" in refusal("a.zip", _stored(b"/etc/passwd", mode=0o120777))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped({"a.txt": b"0" * 3_000_000})),
        ("a.docx", office(**{"word/big.xml": b"0" * 3_000_000})),
    ],
)
def test_bomb_that_lies_about_its_length_is_refused(name: str, content: bytes) -> None:
    lying = bytearray(content)
    place = lying.rindex(b"PK\x01\x02") + 24  # what a reader believes: the list at the end says ten bytes
    lying[place : place + 4] = struct.pack("<I", 10)
    assert "cannot be opened" in refusal(name, bytes(lying))


def test_pdf_that_packs_more_than_anybody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_actions, "_MOST_OBJECTS", 10_000)
    assert "Print it to a new PDF" in refusal("a.pdf", pdf_packing(b"1" * 20_000))


def test_pdf_of_more_packed_streams_than_anybody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_actions, "_MOST_STREAMS", 2)
    judge("a.pdf", io.BytesIO(PDF.replace(b"%%EOF", b"/ObjStm stream\n" * 2 + b"%%EOF")))
    assert "holds a script" in refusal("a.pdf", PDF.replace(b"%%EOF", b"/ObjStm stream\n" * 3 + b"%%EOF"))


SCRIPT = zlib.compress(b"<</S/JavaScript/JS(app.alert(1))>>")


@pytest.mark.parametrize(
    "before",
    [
        b"<</Type/ObjStm/X(stream\n)/Length 5>>stream\n",
        b"<</Type/ObjStm/X(stream\nendstream endobj)/Length 5>>stream\r\n",
        b"<</X(stream\n)/Type/ObjStm/Y(a(stream\n)\\)stream\n)>>stream\n",
        b"<</Type/ObjStm/X((\\(())stream\n)>>stream\n",
        b"<</Type/ObjStm/X<stream\n>/Y<</Z<41>>>>>\0%stream\n% (\nstream\n",
        b"<</Type/ObjStm%stream\n/X/stream\n/Y stream\n/Z<<>>stream\n>>stream\n",
        b"<</X(/ObjStm)/Type/ObjStm/X(>>stream\n)>>stream\n",
        b"<</X(/Type/ObjStm>>stream\n)/Type/ObjStm>>stream\n",
        b"<</Type/ObjStm>>stream with more\n",
        b"<</Type/ObjStm>>stream \r",
        b"<</Type/ObjStm>>stream\t",
        b"<</N 1/First 4>>stream\n",
        b"<</N 1/F#69rst 4/Type 7 0 R>>stream\n",
    ],
)
def test_script_in_packed_objects_is_seen_however_their_dictionary_is_written(before: bytes) -> None:
    packing = b"1 0 obj" + before + SCRIPT + b"\nendstream endobj\n"
    assert "holds a script" in refusal("a.pdf", PDF.replace(b"trailer", packing + b"trailer"))


@pytest.mark.parametrize("body", [SCRIPT[:-4] + b"good", SCRIPT[:-4], zlib.compress(b"<</S/JavaScript>>" * 9)[:-5]])
def test_script_before_a_fault_in_the_packing_is_seen(body: bytes) -> None:
    packing = b"1 0 obj<</Type/ObjStm>>stream\n" + body + b"\xff" * 99 + b"\nendstream endobj\n"
    assert "holds a script" in refusal("a.pdf", PDF.replace(b"trailer", packing + b"trailer"))


def test_pdf_with_an_outline_pictures_and_packed_objects_is_taken() -> None:
    outline = b"<</First 4 0 R/Title(Streams: stream\n)>>endobj 5 0 obj<</Launches/JavaScripts/Launch#65d 1>>endobj "
    picture = b"6 0 obj<</Length 9>>stream\n" + zlib.compress(b"/JavaScript drawn") + b"\nendstream endobj "
    packed = b"7 0 obj<</Type/ObjStm/N 1/First 4>>stream\n" + zlib.compress(b"8 0 <</A 1>>") + b"\nendstream endobj "
    content = PDF.replace(b"trailer", b"3 0 obj" + outline + picture + packed + b"trailer")
    assert judge("a.pdf", io.BytesIO(content)).ending == "pdf"


@pytest.mark.parametrize("words", [b"/First ", b"/First(", b"/First>>", b"/First>>stream", b"/First>>%", b"/First<"])
def test_reading_before_packed_objects_has_an_end(words: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_actions, "_MOST_READ", 10_000)
    read = 0
    behind = pdf_actions._streams_behind

    def counted(content: bytes, place: int, most: int):
        nonlocal read
        end = yield from behind(content, place, most)
        read += end - place
        return end

    monkeypatch.setattr(pdf_actions, "_streams_behind", counted)
    assert "holds a script" in refusal("a.pdf", pdf_saying(words * 20_000))
    assert read <= 10_000


def test_names_without_number_take_neither_memory_nor_much_time() -> None:
    names = b"".join(b"/%s " % bytes(65 + n // 26**power % 26 for power in range(7)) for n in range(300_000))
    content = pdf_saying(names)
    started = time.perf_counter()
    assert len(re.findall(rb"/([A-Z])[A-Z]", content)) > 290_000
    plain = time.perf_counter() - started
    started = time.perf_counter()
    assert not pdf_actions.acts(content)
    assert time.perf_counter() - started < 4 * plain
    tracemalloc.start()
    try:
        assert not pdf_actions.acts(content)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_packages, "MAX_UNPACKED_BYTES", 10_000)
    assert "too much" in refusal("a.docx", office(**{"word/big.xml": b"0" * 20_000}))
    assert "too much" in refusal("a.zip", zipped({f"{n}.txt": b"0" * 4_000 for n in range(3)}))
    assert "too much" in refusal("a.zip", zipped({"a.docx": office(**{"word/big.xml": b"0" * 20_000})}))
    assert "too much" in refusal("a.zip", zipped({f"{n}.txt": b"" for n in range(file_packages.MAX_FILES + 1)}))


def test_real_workbook_is_taken() -> None:
    out = io.BytesIO()
    Workbook().save(out)
    assert judge("a.xlsx", out).content_type.endswith("spreadsheetml.sheet")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_file_is_taken_or_refused_and_breaks_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD_FILES)))
    content = bytearray(GOOD_FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = io.BytesIO(bytes(content))
    with suppress(FileRefused):
        judge(name, file)
    assert (file.tell(), file.seek(0, os.SEEK_END)) == (0, len(content))


@pytest.mark.parametrize(
    "drawing",
    [
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script><!-- <svg --></s:svg>',
        '<svg xmlns:x="http://www.w3.org/1999/xlink"><a x:href="java&#115;cript:alert(1)"/></svg>',
        '<svg><a href="java&#10;script:alert(1)"/></svg>',
        '<svg><a><set attributeName="href" to="java&#x73;cript:alert(1)"/></a></svg>',
        '<?xml-stylesheet type="text/xsl" href="https://example.org/x.xsl"?><svg/>',
        '<svg xmlns:h="http://www.w3.org/1999/xhtml"><h:iframe src="https://example.org/"/></svg>',
        "<svg><path",
    ],
)
def test_drawing_in_an_archive_that_acts_is_refused_however_it_is_written(drawing: str) -> None:
    with pytest.raises(FileRefused, match="holds a script"):
        judge("a.zip", io.BytesIO(zipped({"logo.svg": drawing.encode()})))


def test_drawing_of_a_drawing_program_is_taken() -> None:
    drawing = (
        b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg">'
        b'<style>.a{fill:#a83a12}</style><path class="a" d="M0 0h9"/></svg>'
    )
    assert judge("a.zip", io.BytesIO(zipped({"logo.svg": drawing}))).ending == "zip"


@pytest.mark.parametrize("kind", ["oleObject", "frame", "subDocument"])
def test_document_that_fetches_an_object_when_it_is_opened_is_refused(kind: str) -> None:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        f'<R><Relationship Type="{schema}/{kind}" Target="https://example.org/x.html!" TargetMode="External"/></R>'
    )
    with pytest.raises(FileRefused, match="embedded objects"):
        judge("a.docx", io.BytesIO(office("docx", **{"word/_rels/document.xml.rels": relations.encode()})))
