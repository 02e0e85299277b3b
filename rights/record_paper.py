"""The record of processing as a document to hand over: PDF for people, CSV for whoever keeps a register in a table."""

import csv
import json
from dataclasses import asdict
from functools import cache
from io import StringIO
from pathlib import Path

import typst
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.spreadsheets import safe_cell
from rights.models import RecordVersion
from rights.record import Record, Row

_PAGE = Path(__file__).parent / "paper" / "record.typ"
_FONTS = settings.BASE_DIR / "static" / "vendor" / "fonts" / "paper"


def version_in_words(version: RecordVersion) -> str:
    """Return number and day of a version, as they stand on every page."""
    day = date_format(localtime(version.dated_at), "DATE_FORMAT")
    return gettext("Version %(number)s of %(day)s") % {"number": version.number, "day": day}


def record_pdf(record: Record, version: RecordVersion) -> bytes:
    """Return the record as PDF/UA in the language in force; without the mark where words need the machine's fonts."""
    paper = {
        **asdict(record),
        "language": (translation.get_language() or "en").split("-")[0],
        "is_rtl": translation.get_language_bidi(),
        "version": version_in_words(version),
        "categories_title": gettext("Which data, and what for"),
        "measures_title": gettext("Security measures (Art. 32)"),
        "missing_title": gettext("Still to be said"),
        "generated": gettext("Generated for the demo.") if record.is_generated else "",
    }
    # A mark of byte order has no place in a tagged page, and says nothing.
    told = json.dumps(paper, ensure_ascii=False).replace("\ufeff", "")
    for is_own in (True, False):
        try:
            return _compile(told, is_own_fonts=is_own, is_tagged=True)
        except typst.TypstError:
            continue
    return _compile(told, is_own_fonts=False, is_tagged=False)


def _compile(told: str, *, is_own_fonts: bool, is_tagged: bool) -> bytes:
    drawn: bytes = typst.compile(
        _PAGE.read_bytes(),
        font_paths=_fonts(is_own_fonts),
        format="pdf",
        sys_inputs={"paper": told},
        pdf_standards=["ua-1"] if is_tagged else [],
    )
    return drawn


@cache
def _fonts(is_own: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=not is_own, font_paths=[_FONTS])


def record_csv(record: Record, version: RecordVersion) -> bytes:
    """Return the record as a table: one line per activity and thing the law asks (section, what, words)."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow([gettext("Section"), gettext("What"), gettext("Words")])
    whole = gettext("The organisation")
    told = [(whole, Row(gettext("Version"), (version_in_words(version),)))]
    told += [(whole, row) for row in record.head]
    for entry in record.entries:
        told += [(entry.title, row) for row in entry.rows]
        if entry.special:
            told.append((entry.title, Row(gettext("Special category"), (entry.special,))))
        told += [(entry.title, Row(f"{gettext('Data')}: {row.label}", row.lines)) for row in entry.categories]
    told.append((gettext("Security measures (Art. 32)"), Row("", record.measures)))
    told.append((gettext("Still to be said"), Row("", record.missing)))
    for section, row in told:
        lines.writerow([safe_cell(section), safe_cell(row.label), safe_cell("\n".join(row.lines))])
    return text.getvalue().encode("utf-8-sig")
