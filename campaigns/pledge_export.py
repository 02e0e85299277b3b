"""Pledges as CSV, streamed: memory stays flat; no name and no address leaves without consent to reminders."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from campaigns.models import Campaign, Pledge
from campaigns.selectors.pledge_board import last_days
from campaigns.zones import local_day
from core import audit
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, consenting_points, suppressed_among
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1_000
COLUMNS = (
    "campaign", "kind", "promised", "standing", "step", "since", "ending", "barrier", "last_day", "place", "language",
    "reminders", "reminded_on", "partner", "link", "name", "email", "phone",
)  # fmt: skip


def exportable_by(user: "User") -> QuerySet[Pledge]:
    """Return the pledges of campaigns the user coordinates."""
    led = Campaign.objects.changeable_by(user)
    return Pledge.objects.filter(campaign__in=led.values("pk"))


def begin_export(*, rows: QuerySet[Pledge], user: "User", filters: list[str], at: datetime) -> Iterator[bytes]:
    """Audit that the export begins, and return its bytes piece by piece (UTF-8 with a mark, for spreadsheets).

    When the last piece was taken, or the reader went away, a second entry says how many rows left. An address stands in
    a row only if the person wants reminders there (`people.consent`, suppressions included), a name only beside an
    address. Notes never leave.
    """
    audit.record("campaigns.pledge.export_begun", by=user, filters=filters)
    return _stream(rows, user, at)


def _stream(rows: QuerySet[Pledge], user: "User", at: datetime) -> Iterator[bytes]:
    written, last, is_complete = 0, 0, False
    related = ("kind__election", "campaign", "supporter", "partnership__organisation")
    found = rows.filter(supporter__restricted_at=None).order_by("pk").select_related(*related)
    try:
        yield ("\ufeff" + _csv([COLUMNS])).encode()
        while chunk := list(found.filter(pk__gt=last)[:CHUNK]):
            last = chunk[-1].pk
            yield _csv(_lines(chunk, at)).encode()
            written += len(chunk)
        is_complete = True
    finally:
        audit.record("campaigns.pledge.exported", by=user, rows=written, is_complete=is_complete)


def _lines(chunk: list[Pledge], at: datetime) -> list[tuple[str, ...]]:
    days = last_days({row.kind_id: row.kind for row in chunk}.values())
    addresses = {channel: _addresses(chunk, channel, at) for channel in Channel}
    return [_line(row, days[row.kind_id], addresses) for row in chunk]


def _line(row: Pledge, last: Any, addresses: dict[Channel, dict[tuple[int, int], str]]) -> tuple[str, ...]:
    person = (row.campaign_id, row.supporter_id or 0)
    allowed = [addresses[channel].get(person, "") for channel in (Channel.EMAIL, Channel.SMS)]
    cells = (
        row.campaign.title,
        row.kind.name,
        row.day.isoformat(),
        row.standing,
        row.step,
        local_day(row.step_at, row.campaign).isoformat(),
        row.ending,
        row.barrier,
        str(last or ""),
        row.territory_code,
        row.locale,
        row.remind,
        str(row.remind_date or ""),
        row.partnership.organisation.name if row.partnership else "",
        row.source,
        row.supporter.full_name if row.supporter and any(allowed) else "",
        *allowed,
    )
    return tuple(safe_cell(cell) for cell in cells)


def _addresses(chunk: list[Pledge], channel: Channel, at: datetime) -> dict[tuple[int, int], str]:
    """Return the address each person may be reminded at, by campaign and supporter: the first they allowed."""
    found: dict[tuple[int, int], str] = {}
    for campaign in {row.campaign_id: row.campaign for row in chunk}.values():
        people = {row.supporter_id for row in chunk if row.campaign_id == campaign.pk and row.supporter_id}
        purpose = ContactPurpose(Purpose.REMINDER, channel, campaign.organisation_id, campaign.slug)
        allowed = consenting_points(purpose, at).filter(supporter__any_of=people).order_by("-pk")
        points = list(allowed.values_list("supporter_id", "as_typed", "canonical"))
        stopped = suppressed_among(channel, [canonical for _person, _typed, canonical in points])
        found |= {(campaign.pk, person): typed for person, typed, canonical in points if canonical not in stopped}
    return found


def _csv(lines: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
