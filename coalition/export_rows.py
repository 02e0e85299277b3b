"""What stands in a partner's file: people who agreed to that very partner, and numbers of those it must delete."""

import csv
import json
from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from campaigns.agreeing import credited_to, partner_purpose, points_agreeing_to
from campaigns.models import Partnership
from coalition.models import HandedOver, PartnerExport
from core.hashing import keyed_hasher
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, agreeing_points, last_words, suppressed_among
from people.enums import Channel, ConsentState
from people.models import ConsentEvent, ContactPoint

CHUNK = 2_500
COLUMNS = (
    "number", "what", "channel", "address", "name", "language", "country", "postcode", "campaign", "consent_at",
    "consent_wording",
)  # fmt: skip
_PERSON = (
    "as_typed", "supporter__full_name", "supporter__language", "supporter__residence_country", "supporter__postcode",
)  # fmt: skip
_READ = ("pk", "told", "digest", "held", "point", "point__channel", *(f"point__{column}" for column in _PERSON))
# One sql for a chunk: who is new gets a row, who is known is seen again. The number of a row stays.
_GIVE = """INSERT INTO coalition_handedover
   (partnership_id, given_id, seen_id, copied_id, told, point_id, digest)
   SELECT {partnership}, {export}, {export}, {copied}, '', given.point, given.digest FROM {given}
   ON CONFLICT (partnership_id, point_id) DO UPDATE SET {again}"""
_GIVEN_IN_POSTGRES = "unnest(%s::bigint[], %s::text[]) AS given (point, digest)"
# Pairs: two lists joined by position would be read from the beginning for every row. SQLite takes ON CONFLICT after a
# SELECT for a join's ON unless there is a WHERE.
_GIVEN_IN_SQLITE = """(SELECT json_extract(value, '$[0]') AS point, json_extract(value, '$[1]') AS digest
   FROM json_each(%s)) given WHERE true"""
_SEEN_AGAIN = "seen_id = excluded.seen_id, digest = excluded.digest, taken_back_id = NULL"
_COPIED = "copied_id = excluded.copied_id"


def count_consenting(partnership: Partnership, at: datetime, most: int | None = None) -> int:
    """Return how many addresses a whole file holds at most, counted up to ``most``."""
    counted = 0
    for channel in Channel:
        rows = points_agreeing_to(partnership, at, channel).order_by()
        counted += rows.count() if most is None else rows[: max(most - counted, 0)].count()
    return counted


def write_down(export: PartnerExport, at: datetime) -> None:
    """Write down whom this file gives the partner and whom it takes back. Safe to run again for the same file."""
    digest_of = keyed_hasher("handed-over")
    for channel in Channel:
        for keys in _keys(points_agreeing_to(export.partnership, at, channel)):
            rows = ContactPoint.objects.filter(pk__any_of=keys).order_by("pk")
            people = list(rows.values_list("pk", "canonical", *_PERSON))
            stopped = suppressed_among(channel, [person[1] for person in people])
            given = [person for person in people if person[1] not in stopped]
            _give(export, [person[0] for person in given], [digest_of("\x1f".join(person[2:])) for person in given])
    if not export.is_copy:
        _take_back(export, at)


def _give(export: PartnerExport, points: list[int], digests: list[str]) -> None:
    is_postgres, number = connection.vendor == "postgresql", int(export.pk)
    sql = _GIVE.format(
        partnership=int(export.partnership_id),
        export=number,
        copied=number if export.is_copy else "NULL",
        given=_GIVEN_IN_POSTGRES if is_postgres else _GIVEN_IN_SQLITE,
        again=_COPIED if export.is_copy else _SEEN_AGAIN,
    )
    columns = (points, [""] * len(points) if export.is_copy else digests)
    with connection.cursor() as cursor:
        cursor.execute(sql, columns if is_postgres else [json.dumps(list(zip(*columns, strict=True)))])


def _take_back(export: PartnerExport, at: datetime) -> None:
    """Take back what the partner holds, or may hold, of people who do not agree any more.

    Not of those who only paused their news or had the use of their data restricted: these are left out of files, and
    nothing is asked to be deleted (ADR 31).
    """
    rows = HandedOver.objects.filter(partnership=export.partnership_id, held__isnull=False).exclude(seen=export)
    for chunk in _chunks(rows, ("pk", "point", "point__channel")):
        agree = _still_agreeing(export.partnership, [(point, channel) for _pk, point, channel in chunk], at)
        gone = [pk for pk, point, _channel in chunk if point not in agree]
        HandedOver.objects.filter(pk__any_of=gone).update(taken_back=export)


def _still_agreeing(partnership: Partnership, points: list[tuple[int | None, str]], at: datetime) -> set[int]:
    agree: set[int] = set()
    for channel in Channel:
        purpose, asked = (
            partner_purpose(partnership, channel),
            [point for point, own in points if point and own == channel],
        )
        credited = ContactPoint.objects.filter(credited_to(partnership, "supporter"), pk__any_of=asked)
        found = dict(
            agreeing_points(purpose, at)
            .filter(credited_to(partnership, "supporter"), pk__any_of=asked)
            .values_list("pk", "canonical")
        )
        for point in credited.filter(supporter__restricted_at__isnull=False, verified_at__isnull=False):
            if (said := last_words(point, purpose, at)) and said[0].state == ConsentState.GRANTED:
                found[point.pk] = point.canonical
        stopped = suppressed_among(channel, found.values())
        agree |= {pk for pk, canonical in found.items() if canonical not in stopped}
    return agree


def is_out_of_date(export: PartnerExport, at: datetime) -> bool:
    """Return whether the file holds somebody who does not let the partner write to them any more, or is erased."""
    rows = rows_in(export)
    if rows.filter(point__isnull=True).exists():
        return True
    for channel in Channel:
        own, found = rows.filter(point__channel=channel), points_agreeing_to(export.partnership, at, channel)
        if own.exclude(point__in=found.order_by().values("pk")).exists():
            return True
        for chunk in _chunks(own, ("pk", "point__canonical")):
            canonicals = [canonical for _pk, canonical in chunk]
            if None in canonicals or suppressed_among(channel, canonicals):
                return True
    return False


def rows_in(export: PartnerExport) -> QuerySet[HandedOver]:
    """Return the rows of those who stood in the partner's list when this file, its newest, was made."""
    rows = HandedOver.objects.filter(partnership=export.partnership_id)
    return rows.filter(copied=export) if export.is_copy else rows.filter(seen=export)


def note_leaving(export: PartnerExport) -> None:
    """Write down, before a file leaves, that the partner may hold whom it lists: whatever becomes of the sending."""
    rows_in(export).filter(held__isnull=True).update(held=export, deleted=None)


def note_arrived(export: PartnerExport) -> None:
    """Write down that a file arrived: what it says is known to the partner, and what it takes back is settled."""
    note_leaving(export)
    if not export.is_copy:
        rows_in(export).update(told=F("digest"))
        taken = HandedOver.objects.filter(partnership=export.partnership_id, taken_back=export)
        taken.update(held=None, told="", deleted=export)


class Lines:
    """The file's bytes, piece by piece, and what was counted while they were made."""

    def __init__(self, export: PartnerExport, at: datetime) -> None:
        self.export = export
        self.at = at
        self.people = 0
        self.deletions = 0

    def __iter__(self) -> Iterator[bytes]:
        export = self.export
        yield _csv([COLUMNS]).encode()
        live = rows_in(export).filter(point__isnull=False)
        if not export.is_whole:
            live = live.exclude(told=F("digest"), held__isnull=False)
        for chunk in _chunks(live, _READ):
            chunk = [row for row in chunk if row[4] is not None]
            self.people += len(chunk)
            yield _csv(self._lines(chunk)).encode()
        # Who was given in a file that never left is nobody's to delete.
        gone = HandedOver.objects.filter(partnership=export.partnership_id, held__isnull=False)
        gone = gone.filter(taken_back__isnull=False) if export.is_copy else gone.filter(taken_back=export)
        for chunk in _chunks(gone, ("pk",)):
            self.deletions += len(chunk)
            yield _csv([(row[0], "delete", *[""] * (len(COLUMNS) - 2)) for row in chunk]).encode()

    def _lines(self, chunk: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        campaign = self.export.partnership.campaign.slug
        events: dict[int, tuple[str, str]] = {}
        for channel in Channel:
            points = [row[4] for row in chunk if row[5] == channel]
            events |= _consents(partner_purpose(self.export.partnership, channel), points, self.at)
        return [
            (number, self._what(told, digest, held), channel, *map(safe_cell, texts), campaign, *events[point])
            for number, told, digest, held, point, channel, *texts in chunk
        ]

    def _what(self, told: str, digest: str, held: int | None) -> str:
        if held is None or not told:
            return "new"
        return "known" if told == digest else "changed"


def _keys(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """Yield the ids of all rows, in order and a chunk at a time: found in one pass, eight bytes for each.

    A condition that is asked again for every chunk is answered from the beginning every time.
    """
    found = array("q", rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK))
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK].tolist()


def _chunks(rows: QuerySet[HandedOver], columns: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield columns of the rows, as they stand when their chunk is read: somebody may have been erased meanwhile."""
    for keys in _keys(rows):
        found = HandedOver.objects.filter(pk__any_of=keys).order_by("pk")
        if chunk := list(found.values_list(*columns)):
            yield chunk


def _consents(purpose: ContactPurpose, points: list[int], at: datetime) -> dict[int, tuple[str, str]]:
    """Return when each consented and to which wording: ``2026-03-02T12:00:00Z``, ``email/en/3``."""
    if not points:
        return {}
    events = ConsentEvent.objects.filter(
        Q(scope=purpose.scope) | Q(scope=""),
        contact_point__any_of=points,
        purpose=purpose.purpose,
        channel=purpose.channel,
        organisation=purpose.organisation_id,
        state=ConsentState.GRANTED,
        at__lte=at,
    ).order_by("at", "pk")
    found = dict.fromkeys(points, ("", ""))
    for point, moment, language, version in events.values_list(
        "contact_point_id", "at", "text__language", "text__version"
    ):
        wording = f"{purpose.channel}/{language}/{version}" if version else ""
        found[point] = (f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z", wording)
    return found


def _csv(lines: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
