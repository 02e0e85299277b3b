"""A volunteer's shifts and trainings as a calendar other programs subscribe to (RFC 5545)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event

from campaigns.zones import zone_of
from volunteers.actions.agenda_notices import message_language
from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import ShiftAssignment, TrainingAttendance, Volunteer

KEPT_FOR = timedelta(days=90)  # what is longer over leaves the feed
_COLUMNS = ("starts_at", "ends_at", "cancelled_at", "title", "place")


@dataclass(frozen=True)
class FeedRow:
    """One event as the tables hold it; equal rows make equal feeds."""

    kind: str
    id: int
    state: str
    decided_at: datetime
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    title: str
    place: str
    more: str
    sequence: int = 0


def feed_rows(volunteer: Volunteer, *, at: datetime) -> list[FeedRow]:
    """Return what belongs into a volunteer's feed, in two queries that fetch no more than it needs.

    Shifts given back and sessions declined stay in it as cancelled, so that a calendar which keeps what it once read
    shows them struck out.
    """
    since = at.replace(hour=0, minute=0, second=0, microsecond=0) - KEPT_FOR
    shifts = ShiftAssignment.objects.filter(volunteer=volunteer, shift__ends_at__gt=since).order_by("shift_id")
    sessions = (
        TrainingAttendance.objects.filter(volunteer=volunteer, session__ends_at__gt=since)
        .exclude(presence=TrainingPresence.INVITED)
        .order_by("session_id")
    )
    shifts = shifts.select_related("shift__event__venue", "shift__event__territory")
    rows = [_row_of(place) for place in shifts.defer("shift__event__territory__outline")]
    attended = sessions.values_list(
        "session_id", "presence", "decided_at", *(f"session__{column}" for column in _COLUMNS), "session__online_url"
    )
    return rows + [FeedRow("training", *values) for values in attended]


def _row_of(place: ShiftAssignment) -> FeedRow:
    """Return a shift's row: with its event's title, its event's place where it has none, and its SEQUENCE."""
    shift = place.shift
    return FeedRow(
        kind="shift",
        id=shift.pk,
        state=place.status,
        decided_at=place.decided_at,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        cancelled_at=shift.cancelled_at,
        title=shift.full_title,
        place=shift.where,
        more=shift.notes,
        sequence=shift.event.sequence if shift.event else 0,
    )


def feed_tag(volunteer: Volunteer, rows: list[FeedRow]) -> str:
    """Return the strong ETag of the feed that `draw_feed` would make of these rows, without making it."""
    campaign = volunteer.campaign
    frame = [volunteer.calendar_key, campaign.title, campaign.time_zone, message_language(volunteer)]
    text = json.dumps([frame, [list(vars(row).values()) for row in rows]], default=str)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def draw_feed(volunteer: Volunteer, rows: list[FeedRow]) -> bytes:
    """Return the feed: local times with the campaign's time zone described, UIDs that never change.

    The zone is written once (VTIMEZONE), so that a calendar shows 10:00 at the stall on either side of a clock change.
    """
    zone = zone_of(volunteer.campaign)
    calendar = Calendar()
    calendar.add("prodid", "-//Carillon//volunteers//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{volunteer.campaign.title}: {gettext('my shifts and trainings')}")
    calendar.add("x-wr-timezone", volunteer.campaign.time_zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    host = urlsplit(settings.PUBLIC_URL).hostname or "carillon"
    for row in rows:
        calendar.add_component(_event(row, f"{row.kind}-{row.id}-{volunteer.public_id}@{host}", zone))
    if rows:
        calendar.add_missing_timezones(
            first_date=min(row.starts_at for row in rows).date() - timedelta(days=366),
            last_date=max(row.ends_at for row in rows).date() + timedelta(days=366),
        )
    return calendar.to_ical()


def _event(row: FeedRow, uid: str, zone: Any) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", row.decided_at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(zone))
    event.add("dtend", row.ends_at.astimezone(zone))
    if row.sequence:
        event.add("sequence", row.sequence)
    event.add("summary", row.title)
    if row.place:
        event.add("location", row.place)
    if row.more:
        event.add("description", row.more)
    gone = row.cancelled_at or row.state in (AssignmentStatus.RELEASED, TrainingPresence.DECLINED)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event
