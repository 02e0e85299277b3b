"""The people of a segment as CSV, streamed: memory stays flat, and no address leaves without consent to the asker.

They leave in plain for an organisation that leads a campaign of theirs. Whoever only takes part gets people encrypted
to its own key (docs/partner-exports.md).
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from audiences.models import Segment
from audiences.selectors.ground import Ground, ground_of, known_to
from audiences.selectors.members import visible_members
from audiences.selectors.reach import purpose_for
from core import audit
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, consenting_points, suppressed_among
from people.enums import Channel
from people.models import Supporter

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 2_000
COLUMNS = ("name", "language", "country", "postcode", "email", "phone")
_READ = ("pk", "full_name", "language", "residence_country", "postcode")


class OnlyEncryptedError(PermissionError):
    """The organisation only takes part in the campaigns the segment is of: its people do not leave in plain."""


def leaves_in_plain(*, segment: Segment, ground: Ground) -> bool:
    """Whether the segment's organisation leads a campaign, and the very one for whose news the segment is."""
    return bool(ground.led) and (segment.campaign_id is None or segment.campaign_id in ground.led)


def begin_export(*, segment: Segment, user: "User", at: datetime) -> Iterator[bytes]:
    """Audit that the export begins, and return its bytes piece by piece (UTF-8 with a mark, for spreadsheets).

    A row for each member the user sees and the organisation knows from a campaign it leads; an address stands in it
    only if it may be written to now for the segment's news (`people.consent`, pauses and suppressions included). A
    second entry says how many rows left, also when the reader went away. Raises OnlyEncryptedError.
    """
    ground = ground_of(segment.organisation_id, at)
    if not leaves_in_plain(segment=segment, ground=ground):
        raise OnlyEncryptedError
    audit.record("audiences.segment.export_begun", by=user, target=segment)
    return _stream(segment, ground, user)


def count_people(*, segment: Segment, user: "User", at: datetime, most: int | None = None) -> int:
    """Return how many rows an export of ``segment`` holds at most for ``user``, counted up to ``most``."""
    rows = _people(segment, ground_of(segment.organisation_id, at), user)
    return rows.count() if most is None else rows[:most].count()


def _people(segment: Segment, ground: Ground, user: "User") -> QuerySet[Supporter]:
    rows = visible_members(segment.rule, user=user, organisation=ground.organisation, at=ground.at).order_by()
    return rows.filter(known_to(ground.led_alone)) if ground.partaking else rows


def _stream(segment: Segment, ground: Ground, user: "User") -> Iterator[bytes]:
    written, is_complete = 0, False
    try:
        yield ("\ufeff" + _csv([COLUMNS])).encode()
        for lines in _lines(segment, ground, user):
            yield _csv(lines).encode()
            written += len(lines)
        is_complete = True
    finally:
        audit.record("audiences.segment.exported", by=user, target=segment, rows=written, is_complete=is_complete)


def _lines(segment: Segment, ground: Ground, user: "User") -> Iterator[list[tuple[str, ...]]]:
    rows = _people(segment, ground, user).order_by("pk")
    purposes = [purpose_for(ground, segment.campaign, channel) for channel in (Channel.EMAIL, Channel.SMS)]
    last = 0
    while chunk := list(rows.filter(pk__gt=last).values_list(*_READ)[:CHUNK]):
        last = chunk[-1][0]
        ids = [row[0] for row in chunk]
        email, phone = (_addresses(purpose, ids, ground.at) for purpose in purposes)
        yield [tuple(safe_cell(cell) for cell in (*told, email.get(pk, ""), phone.get(pk, ""))) for pk, *told in chunk]


def _addresses(purpose: ContactPurpose, supporters: list[int], at: datetime) -> dict[int, str]:
    points = consenting_points(purpose, at).filter(supporter__any_of=supporters)
    found = list(points.order_by("-pk").values_list("supporter_id", "as_typed", "canonical"))
    stopped = suppressed_among(purpose.channel, [canonical for _supporter, _typed, canonical in found])
    return {supporter: typed for supporter, typed, canonical in found if canonical not in stopped}


def _csv(lines: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
