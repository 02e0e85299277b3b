"""The events of a time as staff see them: by day, by commune, with their places and their staffing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import date_format

from events.enums import EventStatus
from events.models import Event, EventText, Timeslot
from events.staffing import Staffing, staffing_of

if TYPE_CHECKING:
    from accounts.models import User

# A local day begins up to 14 hours before the same day in UTC, and 12 after.
_ZONES_APART = timedelta(hours=14)
MOST_EVENTS = 1000


@dataclass(frozen=True)
class CalendarFilters:
    """What a calendar is narrowed to; None and "" narrow nothing. ``staffing``: a state, or "attention"."""

    campaign: Any = None
    commune: Any = None
    event_type: Any = None
    organisation: Any = None
    status: str = ""
    staffing: str = ""

    def narrow(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        for name in ("campaign", "event_type", "organisation", "status"):
            wanted = getattr(self, name)
            if wanted:
                rows = rows.filter(**{name: wanted})
        return rows.filter(territory=self.commune) if self.commune else rows

    def keeps(self, staffing: Staffing) -> bool:
        if self.staffing == "attention":
            return staffing.needs_attention
        return not self.staffing or staffing.state == self.staffing


@dataclass(frozen=True)
class Places:
    """People with a place and places there are, over all timeslots; ``capacity`` None: one of them has no limit."""

    taken: int
    capacity: int | None


@dataclass(frozen=True)
class CalendarEvent:
    """One event with what a calendar says of it."""

    event: Event
    words: EventText
    places: Places
    staffing: Staffing

    @property
    def is_to_come(self) -> bool:
        """Whether people can still be found for it."""
        return self.event.status in (EventStatus.DRAFT, EventStatus.PUBLISHED)

    @property
    def days(self) -> list[date]:
        """The days it touches, at the place it is held; a slot that ends at midnight leaves the next day alone."""
        found: set[date] = set()
        for slot in self.event.timeslots.all():
            first, last = self._local_days(slot)
            found.update(first + timedelta(days=number) for number in range((last - first).days + 1))
        return sorted(found)

    def _local_days(self, slot: Timeslot) -> tuple[date, date]:
        zone = self.event.zone
        last_moment = slot.ends_at - timedelta(microseconds=1)
        return slot.starts_at.astimezone(zone).date(), last_moment.astimezone(zone).date()

    def hours_on(self, day: date) -> str:
        """Return "10:00–12:00": from the first to the last minute of it on a day, as a clock there shows them."""
        zone = self.event.zone
        begins = datetime.combine(day, time(), tzinfo=zone)
        ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
        here = [s for s in self.event.timeslots.all() if s.starts_at < ends and s.ends_at > begins]
        if not here:
            return ""
        first = max(min(slot.starts_at for slot in here), begins).astimezone(zone)
        last = min(max(slot.ends_at for slot in here), ends).astimezone(zone)
        return f"{first:%H:%M}–{'24:00' if last.date() != day else f'{last:%H:%M}'}"

    @property
    def when(self) -> str:
        """Day and hour it starts at, there."""
        start = self.event.starts_at.astimezone(self.event.zone)
        return f"{date_format(start, 'D')} {date_format(start, 'DATE_FORMAT')}, {start:%H:%M}"


@dataclass
class CalendarDay:
    """One square of a calendar."""

    day: date
    is_today: bool
    is_outside: bool = False
    entries: list[tuple[CalendarEvent, str]] = field(default_factory=list)


def places_of(event: Event) -> Places:
    """Return the places of an event, from its timeslots; prefetch them for lists."""
    slots = list(event.timeslots.all())
    capacities = [slot.capacity for slot in slots if slot.capacity is not None]
    return Places(sum(slot.taken for slot in slots), sum(capacities) if len(capacities) == len(slots) else None)


def with_calendar_rows(rows: QuerySet[Event]) -> QuerySet[Event]:
    """Fetch with events what a calendar reads of them: two queries more."""
    return (
        rows.select_related("event_type", "organisation", "campaign", "venue", "territory")
        .defer("territory__outline")
        .prefetch_related("timeslots", "texts")
    )


def calendar_events(
    user: "User", first: date, last: date, *, filters: CalendarFilters, at: datetime
) -> list[CalendarEvent]:
    """Return the events the user sees that touch the days from ``first`` to ``last``, in order, at most 1,000.

    A day is the day at the event's own place. Three queries, and those of the staffing.
    """
    since = datetime.combine(first, time(), tzinfo=UTC) - _ZONES_APART
    until = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC) + _ZONES_APART
    rows = filters.narrow(Event.objects.visible_to(user)).between(since, until)  # type: ignore[attr-defined]
    found = with_staffing(with_calendar_rows(rows.order_by("starts_at", "pk"))[:MOST_EVENTS], at)
    return [each for each in found if filters.keeps(each.staffing) and any(first <= day <= last for day in each.days)]


def with_staffing(rows: Iterable[Event], at: datetime) -> list[CalendarEvent]:
    """Return events as a calendar shows them, their staffing found for all of them together."""
    events = list(rows)
    staffed = staffing_of([event.pk for event in events], at)
    return [CalendarEvent(event, event.words(), places_of(event), staffed[event.pk]) for event in events]


def by_day(
    entries: Iterable[CalendarEvent], first: date, last: date, *, today: date, month: int = 0
) -> list[CalendarDay]:
    """Return every day from ``first`` to ``last`` with its events by hour; ``month`` marks the days outside it."""
    days = {
        day: CalendarDay(day, day == today, bool(month) and day.month != month)
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    }
    for entry in entries:
        for day in entry.days:
            if day in days:
                days[day].entries.append((entry, entry.hours_on(day)))
    for each in days.values():
        each.entries.sort(key=lambda pair: pair[1])
    return list(days.values())


def by_commune(entries: Iterable[CalendarEvent]) -> dict[str, list[CalendarEvent]]:
    """Return events by the code of their commune; "" for those online or nowhere yet."""
    found: dict[str, list[CalendarEvent]] = defaultdict(list)
    for entry in entries:
        found[entry.event.territory.code if entry.event.territory else ""].append(entry)
    return dict(found)


def events_needing_people(user: "User", *, filters: CalendarFilters, at: datetime) -> list[CalendarEvent]:
    """Return what is to come and lacks people, a language or a certificate, or has a clash; the next one first."""
    rows = filters.narrow(Event.objects.visible_to(user)).filter(
        status__in=(EventStatus.DRAFT, EventStatus.PUBLISHED), ends_at__gt=at
    )
    found = with_staffing(with_calendar_rows(rows.order_by("starts_at", "pk"))[:MOST_EVENTS], at)
    return [each for each in found if each.staffing.needs_attention]
