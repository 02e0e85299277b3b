"""What stands in a partner's file: people who agreed to that very partner, and numbers of those it must delete."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.models import Partnership, Pledge, Signature
from campaigns.scopes import partner_purpose
from coalition.export_enums import PartnerExportStatus
from coalition.models import HandedOver, PartnerExport
from core.spreadsheets import safe_cell
from people.consent import ContactPurpose, consenting_points, suppressed_among
from people.enums import Channel, ConsentState
from people.models import ConsentEvent, ContactPoint

CHUNK = 5_000
COLUMNS = (
    "number", "what", "channel", "address", "name", "language", "country", "postcode", "campaign", "consent_at",
    "consent_wording",
)  # fmt: skip
_READ = (
    "pk", "given", "point", "point__channel", "point__as_typed", "point__supporter__full_name",
    "point__supporter__language", "point__supporter__residence_country", "point__supporter__postcode",
)  # fmt: skip


def consenting_to(partnership: Partnership, channel: Channel, at: datetime) -> QuerySet[ContactPoint]:
    """Return the addresses credited to the partner on which their owners let that very partner write to them now."""
    credited = Q(supporter__in=Signature.objects.filter(partnership=partnership).values("supporter")) | Q(
        supporter__in=Pledge.objects.filter(partnership=partnership).values("supporter")
    )
    return consenting_points(partner_purpose(partnership, channel), at).filter(credited)


def count_consenting(partnership: Partnership, at: datetime, most: int | None = None) -> int:
    """Return how many addresses a whole file holds at most, counted up to ``most``."""
    counted = 0
    for channel in Channel:
        rows = consenting_to(partnership, channel, at).order_by()
        counted += rows.count() if most is None else rows[: max(most - counted, 0)].count()
    return counted


def write_down(export: PartnerExport, at: datetime) -> None:
    """Write down whom this file gives the partner and whom it takes back. Safe to run again for the same file."""
    partnership = export.partnership
    for channel in Channel:
        rows, last = consenting_to(partnership, channel, at).order_by("pk"), 0
        while chunk := list(rows.filter(pk__gt=last).values_list("pk", "canonical")[:CHUNK]):
            last = chunk[-1][0]
            stopped = suppressed_among(channel, [canonical for _pk, canonical in chunk])
            _give(export, [pk for pk, canonical in chunk if canonical not in stopped])
    gone = HandedOver.objects.filter(partnership=partnership, taken_back__isnull=True).exclude(seen=export)
    gone.update(taken_back=export)


@transaction.atomic
def _give(export: PartnerExport, points: list[int]) -> None:
    rows = HandedOver.objects.filter(partnership=export.partnership_id, point__any_of=points)
    rows.filter(taken_back__isnull=False).update(taken_back=None, given=export)
    known = set(rows.values_list("point_id", flat=True))
    rows.update(seen=export)
    HandedOver.objects.bulk_create(
        [
            HandedOver(partnership_id=export.partnership_id, point_id=point, given=export, seen=export)
            for point in points
            if point not in known
        ]
    )


def collected_before(export: PartnerExport) -> int:
    """Return the id of the last file the partner got before this one; 0 for none."""
    rows = PartnerExport.objects.filter(
        partnership=export.partnership_id, pk__lt=export.pk, status=PartnerExportStatus.COLLECTED
    )
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


class Lines:
    """The file's bytes, piece by piece, and what was counted while they were made."""

    def __init__(self, export: PartnerExport, at: datetime) -> None:
        self.export = export
        self.at = at
        self.people = 0
        self.deletions = 0

    def __iter__(self) -> Iterator[bytes]:
        since = collected_before(self.export)
        yield _csv([COLUMNS]).encode()
        rows = HandedOver.objects.filter(partnership=self.export.partnership_id)
        live = rows.filter(taken_back__isnull=True, seen=self.export, point__isnull=False)
        if not self.export.is_whole:
            live = live.filter(given__gt=since)
        for chunk in _chunks(live, _READ):
            self.people += len(chunk)
            yield _csv(self._lines(chunk, since)).encode()
        # Who was given in a file that nobody collected is nobody's to delete.
        for chunk in _chunks(rows.filter(taken_back__gt=since, given__lte=since), ("pk",)):
            self.deletions += len(chunk)
            yield _csv([(row[0], "delete", *[""] * (len(COLUMNS) - 2)) for row in chunk]).encode()

    def _lines(self, chunk: list[tuple[Any, ...]], since: int) -> list[tuple[Any, ...]]:
        campaign = self.export.partnership.campaign.slug
        events: dict[int, tuple[str, str]] = {}
        for channel in Channel:
            points = [row[2] for row in chunk if row[3] == channel]
            events |= _consents(partner_purpose(self.export.partnership, channel), points, self.at)
        return [
            (number, "new" if given > since else "known", channel, *map(safe_cell, texts), campaign, *events[point])
            for number, given, point, channel, *texts in chunk
        ]


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
