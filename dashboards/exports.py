"""Figures as CSV, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from campaigns.selectors.initiatives import InitiativeProgress
from core.spreadsheets import safe_cell


def write_cell(value: object) -> str:
    """Return a cell no spreadsheet takes for a formula. Numbers stay as they are, also negative ones."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    return safe_cell(str(value))


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV (RFC 4180 line ends) with every cell made safe."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([write_cell(cell) for cell in row] for row in rows)
    return target.getvalue()


def countries_csv(progress: InitiativeProgress) -> str:
    """Return the countries with the columns our own import reads, and what follows from them.

    ``as_of`` and ``certified`` say in every row what the figures are worth. A country the reading says nothing about
    has an empty count.
    """
    header = [
        "country",
        "name",
        "statements_of_support",
        "certified_after_submission",
        "minimum",
        "ratio",
        "missing",
        "passed",
        "expected_valid_share",
        "estimated_valid",
        "as_of",
        "certified",
    ]
    as_of = progress.snapshot.as_of_date.isoformat() if progress.snapshot else ""
    rows = [
        [
            row.code,
            row.name,
            row.count,
            row.is_late,
            row.minimum,
            round(row.ratio, 4) if row.count is not None else None,
            row.missing,
            row.passed,
            row.rate,
            row.valid if row.count is not None else None,
            as_of,
            progress.is_certified,
        ]
        for row in progress.rows
    ]
    return write_csv(header, rows)


def readings_csv(progress: InitiativeProgress) -> str:
    """Return the raw totals by day."""
    return write_csv(["as_of", "statements_of_support"], [[one.day.isoformat(), one.total] for one in progress.series])


def file_name(progress: InitiativeProgress, what: str) -> str:
    """Return a file name that says which initiative and as of when."""
    day = progress.snapshot.as_of_date.isoformat() if progress.snapshot else _("no-reading")
    return f"{progress.initiative.slug}-{what}-{day}.csv"
