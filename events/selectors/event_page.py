"""What the page of one event says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from core import audit
from core.audit_display import with_words
from core.models import AuditEntry
from events.enums import EventStatus, RsvpStatus
from events.models import ChecklistItem, Event
from events.staffing import staffing_of
from people.staff_sections import Section

if TYPE_CHECKING:
    from accounts.models import User

SHOWN_OF_HISTORY = 5


@dataclass(frozen=True)
class Concerned:
    """Whom a change of an event concerns. People who come, their companions included; requests that wait."""

    coming: int = 0
    offered: int = 0
    waiting: int = 0
    volunteers: int = 0

    @property
    def anybody(self) -> bool:
        return bool(self.coming or self.offered or self.waiting or self.volunteers)


def concerned_by(event: Event, at: datetime, *, slots: Collection[int] | None = None) -> Concerned:
    """Return how many people a change of an event concerns. One query, and those of the staffing.

    ``slots``: only the guests of these timeslots are concerned; None: those of all.
    """
    rsvps = event.rsvps.all() if slots is None else event.rsvps.filter(timeslot__in=slots)
    counted = {
        row["status"]: (row["people"] or 0, row["rows"])
        for row in rsvps.values("status").annotate(people=Sum("party_size"), rows=Count("pk"))
    }
    return Concerned(
        coming=counted.get(RsvpStatus.COMING, (0, 0))[0],
        offered=counted.get(RsvpStatus.OFFERED, (0, 0))[0],
        waiting=counted.get(RsvpStatus.WAITING, (0, 0))[1],
        volunteers=staffing_of([event.pk], at)[event.pk].taken,
    )


@dataclass(frozen=True)
class ChecklistLine:
    item: ChecklistItem
    is_late: bool


def checklist_of(event: Event, today: date) -> list[ChecklistLine]:
    """Return what is to be done for an event, what is late marked. One query."""
    items = event.checklist.select_related("done_by")
    return [
        ChecklistLine(item, item.done_at is None and item.due_date is not None and item.due_date < today)
        for item in items
    ]


def sections_above(event: Event, user: "User") -> list[Section]:
    """Return what packages above show on an event's page."""
    return [import_string(path)(event, user) for path in settings.EVENT_SECTIONS]


def history_of(event: Event) -> list[AuditEntry]:
    """Return the newest entries of the audit trail about an event, with names. Two queries."""
    entries = AuditEntry.objects.filter(target=audit.describe_target(event)).order_by("-id")[:SHOWN_OF_HISTORY]
    return with_words(entries)


def address_of(name: str, *args: int, query: str = "") -> str:
    """Return a staff address, or "" while nothing of that name is built in."""
    try:
        return reverse(name, args=args) + query
    except NoReverseMatch:
        return ""


def next_step(event: Event, at: datetime) -> str:
    """Return what an organiser does next: "publish", "report", or "" when there is nothing to press."""
    if event.status == EventStatus.DRAFT:
        return "publish"
    if event.status == EventStatus.CLOSED or (event.status == EventStatus.PUBLISHED and event.ends_at <= at):
        return "report"
    return ""
