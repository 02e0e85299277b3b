"""What a report starts from, and which reports are awaited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.module_loading import import_string

from events.enums import EventStatus
from events.models import Attendance, Event, OutcomeReport

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Counted:
    """What the machine knows of an event: people informed on phones, people checked in, minutes volunteers gave."""

    informed: int = 0
    attended: int = 0
    minutes: int = 0


def informed_counts(event_ids: Collection[int]) -> dict[int, int]:
    """Return how many people the phones informed at each event; a constant number of queries."""
    return _asked(settings.EVENT_INFORMED, event_ids)


def volunteer_minutes(event_ids: Collection[int]) -> dict[int, int]:
    """Return the minutes volunteers gave at each event; a constant number of queries."""
    return _asked(settings.EVENT_HOURS, event_ids)


def attended_counts(event_ids: Collection[int]) -> dict[int, int]:
    """Return how many people were checked in at each event, companions and walk-ins included. One query."""
    rows = Attendance.objects.standing().filter(event__in=event_ids).order_by()
    found = dict(rows.values_list("event").annotate(people=Sum("people")))
    return {pk: found.get(pk, 0) for pk in event_ids}


def counted_at(event: Event) -> Counted:
    """Return what the machine knows of one event."""
    ids = [event.pk]
    return Counted(informed_counts(ids)[event.pk], attended_counts(ids)[event.pk], volunteer_minutes(ids)[event.pk])


def people_informed(event_ids: Collection[int]) -> dict[int, int]:
    """Return how many people were informed at each event: the report's number where its author corrected it.

    Everywhere else what the phones have counted by now: a phone that sends late moves the figure. Two queries and those
    of the count.
    """
    corrected = OutcomeReport.objects.filter(event__in=event_ids).exclude(informed_reason="")
    return {**informed_counts(event_ids), **dict(corrected.values_list("event", "informed"))}


def barrier_choices() -> list[tuple[str, str]]:
    """Return (key, name) of the barriers that notes are coded with."""
    return list(import_string(settings.EVENT_BARRIERS)()) if settings.EVENT_BARRIERS else []


def awaited_reports(user: "User", at: datetime) -> "QuerySet[Event]":
    """Return the events that are over and whose report the user may write, the longest awaited first."""
    over = Event.objects.changeable_by(user).filter(
        status__in=(EventStatus.PUBLISHED, EventStatus.CLOSED), ends_at__lte=at
    )
    return (
        over.select_related("event_type", "territory", "organiser", "organisation")
        .defer("territory__outline")
        .order_by("ends_at", "pk")
    )


def _asked(path: str, event_ids: Collection[int]) -> dict[int, int]:
    told: dict[int, int] = import_string(path)(event_ids) if path and event_ids else {}
    return {pk: told.get(pk, 0) for pk in event_ids}
