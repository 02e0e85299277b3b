"""Calendars other programs read and subscribe to (RFC 5545), written line by line.

The library the tests read them with would take several times as long for a thousand events, and tells the beginning of
summer time by the wrong clock.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

OCTETS = 75  # RFC 5545 §3.1: a line is no longer, the break aside
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # §3.3.11: no control but tab and newline
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class CalendarEntry:
    """One VEVENT. ``uid`` never changes for the same thing; ``sequence`` rises with each change of its time or state.

    ``changed_at`` is written as DTSTAMP and LAST-MODIFIED, so that equal rows make equal calendars. ``point``: latitude
    and longitude in degrees.
    """

    uid: str
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    is_cancelled: bool = False
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    point: tuple[float, float] | None = None


def draw_entry(entry: CalendarEntry) -> bytes:
    """Return the lines of one VEVENT, folded, whatever text it carries."""
    changed = _utc(entry.changed_at)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escape(entry.uid)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART{_local(entry.starts_at, entry.zone)}",
        f"DTEND{_local(entry.ends_at, entry.zone)}",
        f"SUMMARY:{escape(entry.summary)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]
    if entry.location:
        lines.append(f"LOCATION:{escape(entry.location)}")
    if entry.description:
        lines.append(f"DESCRIPTION:{escape(entry.description)}")
    if entry.point is not None:
        lines.append(f"GEO:{entry.point[0]:.6f};{entry.point[1]:.6f}")
    if entry.url:
        lines.append(f"URL:{_UNWRITABLE.sub('', entry.url)}")
    if entry.categories:
        lines.append(f"CATEGORIES:{','.join(escape(each) for each in entry.categories)}")
    return _lines([*lines, "END:VEVENT"])


def draw_calendar(
    *,
    name: str,
    product: str,
    zone: ZoneInfo,
    drawn: Iterable[bytes],
    zones: Iterable[ZoneInfo] = (),
    first: date,
    last: date,
) -> bytes:
    """Return a whole VCALENDAR of drawn entries, which use ``zones`` on days from ``first`` to ``last``.

    Each zone is described once (VTIMEZONE), so that a calendar shows 10:00 at the stall on either side of a clock
    change. ``zone`` is what programs show empty days in; it is always described, for a calendar without any component
    is none (§3.6).
    """
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Carillon//{product}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escape(name)}",  # RFC 7986, and as older programs read it
        f"X-WR-CALNAME:{escape(name)}",
        f"X-WR-TIMEZONE:{zone.key}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    used = sorted({each.key for each in (zone, *zones)} - {"UTC"}) or ["Europe/Brussels"]
    described = [_described(key, first.year - 1, last.year + 1) for key in used]
    return b"".join([_lines(head), *described, *drawn, b"END:VCALENDAR\r\n"])


def escape(text: str) -> str:
    """Return text as a value (§3.3.11): its special characters escaped, what no calendar may hold left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("", plain).translate(_ESCAPED)


def fold(line: str) -> bytes:
    """Return a content line in pieces of 75 octets, never cut within a character."""
    octets = line.encode()
    if len(octets) <= OCTETS:
        return octets
    pieces, start, room = [], 0, OCTETS
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # the inside of a character
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, OCTETS - 1  # the space that begins the next line counts
    return b"\r\n ".join(pieces)


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(fold(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """Return parameters and value of a moment: local, except where a local time would mean another one (§3.3.5).

    An hour that comes twice when summer time ends is read as its first coming; the second is written in UTC.
    """
    local = moment.astimezone(zone)
    if zone.key == "UTC" or local.fold:
        return f":{_utc(moment)}"
    return f";TZID={zone.key}:{local:%Y%m%dT%H%M%S}"


@lru_cache(maxsize=200)
def _described(key: str, first_year: int, last_year: int) -> bytes:
    """Return a VTIMEZONE (§3.6.5) with every change of the zone's clocks in these years, the last one included."""
    zone = ZoneInfo(key)
    begins, ends = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{key}", *_observed(begins, begins, zone)]
    for before, after in pairwise(_days(begins, ends)):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            change = _change_between(before, after, zone)
            lines += _observed(change - timedelta(seconds=1), change, zone)
    return _lines([*lines, "END:VTIMEZONE"])


def _days(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second with the offset of ``after``, by halving."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _observed(before: datetime, change: datetime, zone: ZoneInfo) -> list[str]:
    """Return what is observed from ``change`` on. Its start is told by the clock as it was before (§3.6.5)."""
    old, new = before.astimezone(zone), change.astimezone(zone)
    kind = "DAYLIGHT" if new.dst() else "STANDARD"
    local = (change + (old.utcoffset() or timedelta())).replace(tzinfo=None)
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{local:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(old)}",
        f"TZOFFSETTO:{_offset(new)}",
        f"TZNAME:{escape(new.tzname() or '')}",
        f"END:{kind}",
    ]


def _offset(moment: datetime) -> str:
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
