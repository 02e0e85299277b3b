"""The record of processing as a document to hand over: PDF for people, CSV for whoever keeps a register in a table."""

import csv
from dataclasses import asdict
from io import StringIO
from pathlib import Path

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.paper import draw_pdf
from core.spreadsheets import safe_cell
from rights.models import RecordVersion
from rights.record import Record, Row

_PAGE = Path(__file__).parent / "paper" / "record.typ"


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
    return draw_pdf(_PAGE, paper)


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
