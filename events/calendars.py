"""Events as calendars other programs subscribe to: which are in it, whether it changed, and its lines."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext, override

from core.calendars import CalendarEntry, draw_calendar, draw_entry
from core.lists import listed
from events.enums import EventKind, EventStatus
from events.links import event_url
from events.models import Event, EventText, Timeslot
from events.querysets import EventQuerySet
from places.languages import language_name
from places.names import names_by_code

KEPT_FOR = timedelta(days=90)  # what is longer over, cancelled or not, leaves the feeds
_DRAWING = 1  # raise it when the same rows are drawn otherwise: it is part of every tag
_PLACE = ("venue__name", "venue__address", "venue__postcode", "venue__town")
_COLUMNS = (
    "pk", "public_id", "is_public", "campaign_id", "time_zone", "status", "sequence", "changed_at", "event_type__kind",
    "language", "title", "summary", "description", "cancel_reason", "online_url", *_PLACE, "venue__latitude",
    "venue__longitude", "venue__access_notes", "territory__code",
)  # fmt: skip


class FeedRow(NamedTuple):
    """One event as the tables hold it; equal rows make equal lines. ``slots``: (key, start, end)."""

    pk: int
    public_id: UUID
    is_public: bool
    campaign_id: int
    time_zone: str
    status: str
    sequence: int
    changed_at: datetime
    kind: str
    language: str
    title: str
    summary: str
    description: str
    cancel_reason: str
    online_url: str
    venue: str | None
    address: str | None
    postcode: str | None
    town: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    access_notes: str | None
    commune: str | None
    spoken: str
    text: tuple[str, str, str] | None
    slots: tuple[tuple[int, datetime, datetime], ...]


@dataclass(frozen=True)
class Feed:
    """What a calendar holds. ``page``: for each campaign where its events stand, told by one of its events."""

    name: str
    language: str
    zone: ZoneInfo
    rows: list[FeedRow]
    pages: dict[int, str]

    @cached_property
    def tag(self) -> str:
        """The strong ETag of the calendar `draw_feed` would make, without making it."""
        frame = [_DRAWING, self.name, self.language, self.zone.key, settings.PUBLIC_URL, sorted(self.pages.items())]
        return f'"{sha256(repr((frame, self.rows)).encode(errors="replace")).hexdigest()[:32]}"'


def recent(events: EventQuerySet, at: datetime) -> EventQuerySet:
    """Return those of the events that still belong into a feed: not over for 90 days, as days begin in UTC."""
    return events.filter(ends_at__gt=at.replace(hour=0, minute=0, second=0, microsecond=0) - KEPT_FOR)


def read_feed(events: EventQuerySet, *, name: str, language: str, zone: ZoneInfo) -> Feed:
    """Return the feed of these events in ``language``, each in its own where it has none; three queries.

    Whatever its lines are made of is in it, for nothing else tells of every change: ``changed_at`` knows neither the
    venue's address nor a translation.
    """
    slots: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    within = events.order_by().values("pk")
    found = Timeslot.objects.filter(event__in=within).order_by("starts_at", "pk")
    for event_id, *slot in found.values_list("event_id", "pk", "starts_at", "ends_at"):
        slots[event_id].append(tuple(slot))
    wording = EventText.objects.filter(event__in=within, language=language)
    texts = {pk: words for pk, *words in wording.values_list("event_id", "title", "summary", "description")}
    # As text: two queries' worth of lists need not be made of JSON to see whether anything changed.
    columns = events.order_by("starts_at", "pk").values_list(*_COLUMNS, Cast("spoken", TextField()))
    rows = [
        FeedRow._make((*row, tuple(texts[row[0]]) if row[0] in texts else None, tuple(slots[row[0]])))
        for row in columns  # in the order of FeedRow's own
    ]
    return Feed(name, language, zone, rows, _pages(rows, language))


def _pages(rows: list[FeedRow], language: str) -> dict[int, str]:
    first = {row.campaign_id: row for row in reversed(rows)}
    return {campaign_id: _page_url(row, language) for campaign_id, row in first.items()}


def _page_url(row: FeedRow, language: str) -> str:
    event = Event(
        pk=row.pk,
        campaign_id=row.campaign_id,
        title=row.title,
        status=row.status,
        is_public=row.is_public,
        published_at=row.changed_at,  # never read: only published events come here
    )
    return event_url(event, language)


def draw_feed(feed: Feed) -> bytes:
    """Return the calendar, one VEVENT per timeslot; an event drawn lately in this process is not drawn again."""
    with override(feed.language):
        drawn = [_drawn(row, feed.language, feed.pages[row.campaign_id]) for row in feed.rows]
    days = [moment.date() for row in feed.rows for _pk, *slot in row.slots for moment in slot]
    today = datetime.now(feed.zone).date()
    return draw_calendar(
        name=feed.name,
        product="events",
        zone=feed.zone,
        drawn=drawn,
        zones={ZoneInfo(key) for key in {row.time_zone for row in feed.rows}},
        first=min(days, default=today),
        last=max(days, default=today),
    )


def slot_uid(public_id: UUID, slot_id: int) -> str:
    """Return what calendars know a timeslot by, for ever."""
    return f"event-{public_id}-{slot_id}@{urlsplit(settings.PUBLIC_URL).hostname or 'carillon'}"


@lru_cache(maxsize=4000)
def _drawn(row: FeedRow, language: str, page: str) -> bytes:
    """Return the lines of one event. ``page`` is where the campaign's events stand: part of what is remembered."""
    title, summary, description = row.text or (row.title, row.summary, row.description)
    place = ", ".join(
        part for part in (row.venue, row.address, f"{row.postcode or ''} {row.town or ''}".strip()) if part
    )
    if not place and row.commune:
        place = names_by_code(language).get(row.commune, row.commune)
    zone = ZoneInfo(row.time_zone)
    entry: dict[str, Any] = {
        "zone": zone,
        "changed_at": row.changed_at,
        "summary": title,
        "is_cancelled": row.status == EventStatus.CANCELLED,
        "sequence": row.sequence,
        "location": place or (gettext("Online") if row.online_url else ""),
        "description": _described(row, summary, description),
        "url": _page_url(row, language) if page else "",
        "categories": (str(EventKind(row.kind).label),),
        "point": None if row.latitude is None or row.longitude is None else (float(row.latitude), float(row.longitude)),
    }
    return b"".join(
        draw_entry(CalendarEntry(uid=slot_uid(row.public_id, pk), starts_at=starts_at, ends_at=ends_at, **entry))
        for pk, starts_at, ends_at in row.slots
    )


def forget_drawn() -> None:
    """Draw every event anew from now on: for measuring."""
    _drawn.cache_clear()


def _described(row: FeedRow, summary: str, description: str) -> str:
    parts = []
    if row.status == EventStatus.CANCELLED:
        parts.append(" ".join(part for part in (gettext("This event is cancelled."), row.cancel_reason) if part))
    parts += [summary, description]
    spoken = json.loads(row.spoken or "[]")
    if spoken:
        parts.append(gettext("Languages spoken: %(languages)s") % {"languages": listed(map(language_name, spoken))})
    if row.online_url:
        parts.append(gettext("The link for joining online is sent to who registers."))
    if row.access_notes:
        parts.append(gettext("How to get in: %(notes)s") % {"notes": row.access_notes})
    return "\n\n".join(part for part in parts if part)
