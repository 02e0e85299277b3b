"""The people registered for events as CSV, streamed in pieces: memory stays flat at any size."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from campaigns.exports import safe_cell
from core import audit
from events.models import Rsvp
from people.enums import Channel

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1_000
COLUMNS = (
    "event", "starts", "name", "email", "phone", "language", "status", "people", "answers", "address_proved",
    "said_yes", "link", "registered",
)  # fmt: skip


def begin_export(*, rows: QuerySet[Rsvp], user: "User", filters: list[str]) -> Iterator[bytes]:
    """Audit that the export begins, and return its bytes piece by piece (UTF-8 with a mark, for spreadsheets).

    When the last piece was taken, or the reader went away, a second entry says how many rows left. Of who has not
    proved their address only what their own form said stands in it: typing an address looks nobody up.
    """
    audit.record("events.rsvp.export_begun", by=user, filters=filters)
    return _stream(rows, user)


def _stream(rows: QuerySet[Rsvp], user: "User") -> Iterator[bytes]:
    written, is_complete = 0, False
    found = rows.filter(supporter__restricted_at=None).order_by("pk")
    found = found.select_related("event", "timeslot", "supporter", "submission")
    found = found.prefetch_related("supporter__contact_points")
    try:
        yield ("\ufeff" + _csv([COLUMNS])).encode()
        last = 0
        while chunk := list(found.filter(pk__gt=last)[:CHUNK]):
            last = chunk[-1].pk
            yield _csv([_line(row) for row in chunk]).encode()
            written += len(chunk)
        is_complete = True
    finally:
        audit.record("events.rsvp.exported", by=user, rows=written, is_complete=is_complete)


def _line(row: Rsvp) -> tuple[str, ...]:
    zone = row.event.zone
    cells = (
        row.event.title,
        f"{row.timeslot.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
        row.full_name,
        _address(row, Channel.EMAIL),
        _address(row, Channel.SMS),
        row.language,
        row.status,
        str(row.party_size),
        "; ".join(f"{key}: {answer}" for key, answer in row.answers.items()),
        "yes" if row.is_proved else "no",
        f"{row.said_yes_at.astimezone(zone):%Y-%m-%d}" if row.said_yes_at else "",
        row.source,
        f"{row.created_at.astimezone(zone):%Y-%m-%d}",
    )
    return tuple(safe_cell(cell) for cell in cells)


def _address(row: Rsvp, channel: Channel) -> str:
    """Return the proved address; of an unproved RSVP only what its own form said, while that is kept."""
    if not row.is_proved:
        submission = row.submission
        if submission is None:
            return ""
        return submission.email if channel == Channel.EMAIL else submission.phone
    points = [point for point in row.supporter.contact_points.all() if point.channel == channel]
    best = min(points, key=lambda point: (point.verified_at is None, point.pk), default=None)
    return best.as_typed if best is not None else ""


def _csv(lines: Any) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
