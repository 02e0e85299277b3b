"""Volunteers as CSV, streamed in pieces: memory stays flat at any size."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from core import audit
from core.spreadsheets import safe_cell
from people.enums import Channel
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1_000
COLUMNS = (
    "campaign", "organisation", "name", "email", "phone", "writes_in", "speaks", "communes", "skills", "available",
    "stage", "stage_since", "team", "looked_after_by", "next_step", "next_step_by", "last_heard_of", "heard_through",
    "link", "applied",
)  # fmt: skip


def begin_export(*, rows: QuerySet[Volunteer], user: "User", filters: list[str]) -> Iterator[bytes]:
    """Audit that the export begins, and return its bytes piece by piece (UTF-8 with a mark, for spreadsheets).

    When the last piece was taken, or the reader went away, a second entry says how many rows left.
    """
    audit.record("volunteers.volunteer.export_begun", by=user, filters=filters)
    return _stream(rows, user)


def _stream(rows: QuerySet[Volunteer], user: "User") -> Iterator[bytes]:
    written, is_complete = 0, False
    related = ("supporter", "campaign", "organisation", "team", "owner")
    parts = ("languages", "communes", "skills", "availabilities", "supporter__contact_points")
    found = rows.filter(supporter__restricted_at=None).distinct().order_by("pk")
    found = found.select_related(*related).prefetch_related(*parts)
    try:
        yield ("\ufeff" + _csv([COLUMNS])).encode()
        last = 0
        while chunk := list(found.filter(pk__gt=last)[:CHUNK]):
            last = chunk[-1].pk
            yield _csv([_line(row) for row in chunk]).encode()
            written += len(chunk)
        is_complete = True
    finally:
        audit.record("volunteers.volunteer.exported", by=user, rows=written, is_complete=is_complete)


def _line(row: Volunteer) -> tuple[str, ...]:
    cells = (
        row.campaign.title,
        row.organisation.name,
        row.supporter.full_name,
        _address(row, Channel.EMAIL),
        _address(row, Channel.SMS),
        row.supporter.language,
        " ".join(each.language for each in row.languages.all()),
        ", ".join(place.name for place in row.communes.all()),
        ", ".join(skill.key for skill in row.skills.all()),
        " ".join(f"{time.weekday}-{time.part}" for time in row.availabilities.all()),
        row.stage,
        _day(row.stage_since_at),
        row.team.name if row.team else "",
        str(row.owner) if row.owner else "",
        row.next_action,
        str(row.next_action_date or ""),
        _day(row.last_touch_at),
        row.heard_through,
        row.source,
        _day(row.created_at),
    )
    return tuple(safe_cell(cell) for cell in cells)


def _address(row: Volunteer, channel: Channel) -> str:
    points = [point for point in row.supporter.contact_points.all() if point.channel == channel]
    best = min(points, key=lambda point: (point.verified_at is None, point.pk), default=None)
    return best.as_typed if best is not None else ""


def _day(moment: Any) -> str:
    return localtime(moment).date().isoformat()


def _csv(lines: Any) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
