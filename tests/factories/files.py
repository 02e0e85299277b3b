"""Files people upload, made of nothing but what tells their kind."""

import io
import struct
import zipfile
import zlib

from PIL import ImageCms

MAIN_PARTS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
ODF_KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 compound"


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", *, types: str = "", **more: bytes) -> bytes:
    """Return an Office file; ``types`` is added to what it declares, each name of ``more`` is a part of it."""
    part, said = MAIN_PARTS[kind]
    main = f"application/vnd.openxmlformats-officedocument.{said}.main+xml"
    declared = f'<Types><Override PartName="/{part}" ContentType="{main}"/>{types}</Types>'
    return zipped({"[Content_Types].xml": declared.encode(), part: b"<x/>", **more})


def open_document(kind: str = "odt", **more: bytes) -> bytes:
    said = f"application/vnd.oasis.opendocument.{ODF_KINDS[kind]}".encode()
    return zipped({"mimetype": said, "content.xml": b"<x/>", "META-INF/manifest.xml": b"<x/>", **more})


def relation(kind: str, target: str) -> bytes:
    """Return the relations of an Office part: one, to something outside of the file."""
    said = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return f'<Relationships><R Type="{said}" Target="{target}" TargetMode="External"/></Relationships>'.encode()


def pdf_saying(words: bytes) -> bytes:
    """Return a PDF with these words in the open."""
    return PDF.replace(b"/Type", words + b"/Type", 1)


def pdf_packing(objects: bytes, name: bytes = b"/ObjStm") -> bytes:
    """Return a PDF with these objects packed."""
    body = zlib.compress(objects)
    return pdf_saying(b"/Type" + name + b"/Length %d>>stream\n" % len(body) + body + b"\nendstream endobj 2 0 obj<<")


def swapped_profile() -> bytes:
    """Return a profile that is sRGB but for red and green, which are each other."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"xXYZ").replace(b"gXYZ", b"rXYZ").replace(b"xXYZ", b"gXYZ")


def film(*boxes: bytes) -> bytes:
    return b"".join(struct.pack(">I4s", 8, box) for box in boxes)


GOOD_FILES = {
    "paper.pdf": PDF,
    "signed later.pdf": PDF + b"2 0 obj<</Type/Sig>>endobj\nstartxref\n9\n%%EOF\r\n" * 2,
    "from a printer.pdf": PDF + b"\x1b%-12345X\r\n\x1a" + bytes(600),
    "packed.pdf": pdf_packing(b"<</Type/Font/BaseFont/JavaScriptive#20Sans/S/Launcher>>"),
    **{f"a.{kind}": office(kind) for kind in MAIN_PARTS},
    **{f"a.{kind}": open_document(kind) for kind in ODF_KINDS},
    "a.rtf": rb"{\rtf1 Hello}",
    "a.txt": "Évaluation, 5 < 6, السلام\n".encode(),
    "old.csv": "name;ville\nRené;Liège\n".encode("cp1252"),
    "a.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "all.zip": zipped({"in/paper.PDF": PDF, "in/": b"", "a.docx": office()}),
    "logos.zip": zipped({"logo.svg": b"<svg><path d='M0 0'/></svg>", "in\\logo.png": b"\x89PNG\r\n\x1a\nrest"}),
    "from a mac.zip": zipped(
        {
            "paper.pdf": PDF,
            "__MACOSX/._paper.pdf": b"\x00\x05\x16\x07\x00\x02",
            ".DS_Store": b"\x00\x00\x00\x01Bud1\x00",
        }
    ),
    "own template.docx": office(
        **{"word/_rels/settings.xml.rels": relation("attachedTemplate", r"file:///C:\Users\Ada\Our letters.dotx")}
    ),
    "a.jpg": b"\xff\xd8\xff\xe0rest",
    "a.JPEG": b"\xff\xd8\xff\xe1rest",
    "a.png": b"\x89PNG\r\n\x1a\nrest",
    "a.gif": b"GIF89arest",
    "a.webp": b"RIFF\x00\x01\x02\x03WEBPrest",
    "a.mp4": film(b"ftyp", b"moov", b"mdat"),
    "to its end.mp4": film(b"ftyp", b"moov") + b"\0\0\0\0mdat and frames",
}
