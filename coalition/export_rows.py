"""What stands in a partner's file: people who agreed to that very partner, and numbers of those it must delete."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from campaigns.models import Partnership, Pledge, Signature
from campaigns.scopes import partner_purpose
from coalition.models import HandedOver, PartnerExport
from core.hashing import keyed_hash
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, agreeing_points, consenting_points, last_words, suppressed_among
from people.enums import Channel, ConsentState
from people.models import ConsentEvent, ContactPoint

CHUNK = 5_000
COLUMNS = (
    "number", "what", "channel", "address", "name", "language", "country", "postcode", "campaign", "consent_at",
    "consent_wording",
)  # fmt: skip
_PERSON = (
    "as_typed", "supporter__full_name", "supporter__language", "supporter__residence_country", "supporter__postcode",
)  # fmt: skip
_READ = ("pk", "told", "digest", "held", "point", "point__channel", *(f"point__{column}" for column in _PERSON))


def consenting_to(partnership: Partnership, channel: Channel, at: datetime) -> QuerySet[ContactPoint]:
    """Return the addresses credited to the partner on which their owners let that very partner write to them now."""
    return consenting_points(partner_purpose(partnership, channel), at).filter(_credited_to(partnership))


def _credited_to(partnership: Partnership) -> Q:
    return Q(supporter__in=Signature.objects.filter(partnership=partnership).values("supporter")) | Q(
        supporter__in=Pledge.objects.filter(partnership=partnership).values("supporter")
    )


def _digest(texts: list[str]) -> str:
    return keyed_hash("handed-over", *map(str, texts))


def count_consenting(partnership: Partnership, at: datetime, most: int | None = None) -> int:
    """Return how many addresses a whole file holds at most, counted up to ``most``."""
    counted = 0
    for channel in Channel:
        rows = consenting_to(partnership, channel, at).order_by()
        counted += rows.count() if most is None else rows[: max(most - counted, 0)].count()
    return counted


def write_down(export: PartnerExport, at: datetime) -> None:
    """Write down whom this file gives the partner and whom it takes back. Safe to run again for the same file."""
    for channel in Channel:
        rows, last = consenting_to(export.partnership, channel, at).order_by("pk"), 0
        while chunk := list(rows.filter(pk__gt=last).values_list("pk", "canonical", *_PERSON)[:CHUNK]):
            last = chunk[-1][0]
            stopped = suppressed_among(channel, [canonical for _pk, canonical, *_texts in chunk])
            _give(export, {pk: _digest(texts) for pk, canonical, *texts in chunk if canonical not in stopped})
    if not export.is_copy:
        _take_back(export, at)


@transaction.atomic
def _give(export: PartnerExport, points: dict[int, str]) -> None:
    rows = HandedOver.objects.filter(partnership=export.partnership_id, point__any_of=list(points))
    known = {row.point_id: row for row in rows}
    if export.is_copy:
        rows.update(copied=export)
    else:
        rows.update(taken_back=None, seen=export)
        changed = [row for point, row in known.items() if row.digest != points[point or 0]]
        for row in changed:
            row.digest = points[row.point_id or 0]
        HandedOver.objects.bulk_update(changed, ["digest"], batch_size=500)
    HandedOver.objects.bulk_create(
        [
            HandedOver(
                partnership_id=export.partnership_id, point_id=point, given=export, seen=export,
                copied=export if export.is_copy else None, digest="" if export.is_copy else digest,
            )
            for point, digest in points.items()
            if point not in known
        ]
    )  # fmt: skip


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
        credited = ContactPoint.objects.filter(_credited_to(partnership), pk__any_of=asked)
        found = dict(
            agreeing_points(purpose, at)
            .filter(_credited_to(partnership), pk__any_of=asked)
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
        own, found = rows.filter(point__channel=channel), consenting_to(export.partnership, channel, at)
        if own.exclude(point__in=found.order_by().values("pk")).exists():
            return True
        for chunk in _chunks(own, ("pk", "point__canonical")):
            if suppressed_among(channel, [canonical for _pk, canonical in chunk]):
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


def _chunks(rows: QuerySet[HandedOver], columns: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk").values_list(*columns)[:CHUNK]):
        last = chunk[-1][0]
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
        found[point] = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), wording)
    return found


def _csv(lines: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
