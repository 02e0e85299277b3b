"""What a campaign's events come to: planned, held, reported, by commune and month, as one viewer may see it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from accounts.enums import Role
from campaigns.enums import Metric
from campaigns.models import Campaign, Goal
from events.enums import EventStatus, RsvpStatus
from events.models import Event, OutcomeReport, Rsvp
from events.selectors.reports import attended_counts, people_informed, volunteer_minutes
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User


_WHOLE = (Role.COORDINATOR, Role.ORGANISER, Role.ANALYST, Role.DATA_PROTECTION_OFFICER)


@dataclass
class Sums:
    """What some events come to. ``expected``: people of RSVPs to past events; ``came``: those of them checked in."""

    planned: int = 0
    held: int = 0
    reported: int = 0
    cancelled: int = 0
    informed: int = 0
    attended: int = 0
    expected: int = 0
    came: int = 0
    minutes: int = 0
    cost_cents: int = 0
    costed_informed: int = 0

    @property
    def informed_per_event(self) -> float | None:
        return self.informed / self.held if self.held else None

    @property
    def cost_per_contact(self) -> float | None:
        """Euros per person informed, over the events whose cost is known; None where nobody was informed there."""
        return self.cost_cents / 100 / self.costed_informed if self.costed_informed else None

    @property
    def show_rate(self) -> float | None:
        """The share of the people registered for past events who were checked in."""
        return self.came / self.expected if self.expected else None

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def cost_euros(self) -> float:
        return self.cost_cents / 100


@dataclass(frozen=True)
class Line:
    """One line of a table: a commune, a month (``key`` is its first day), a type."""

    key: str
    name: str
    sums: Sums


@dataclass(frozen=True)
class GoalLine:
    """How far a goal is. ``share``: of the target, may pass 1."""

    metric: str
    label: str
    target: int
    reached: int
    due_date: date | None

    @property
    def share(self) -> float:
        return self.reached / self.target if self.target else 0.0


@dataclass(frozen=True)
class EventFigures:
    """Everything on the page, as of one moment."""

    as_of: datetime
    total: Sums
    goals: list[GoalLine]
    communes: list[Line]
    months: list[Line]
    types: list[Line]
    is_generated: bool
    rows: list["EventLine"] = field(default_factory=list)


@dataclass(frozen=True)
class EventLine:
    """One event with its own sums."""

    event: Event
    sums: Sums


@dataclass(frozen=True)
class Filters:
    """What the viewer narrowed the figures to. Days are included, in each event's own time zone."""

    campaign: int | None = None
    organisation: int | None = None
    first: date | None = None
    last: date | None = None


def event_figures(user: "User", filters: Filters, *, at: datetime) -> EventFigures:
    """Return the figures of the events the viewer may see. A dozen queries, whatever the number of events and people.

    An event was held when it is over and was not cancelled; drafts count nowhere. Informed are people the phones
    counted at the event, or the report's number where its author corrected it.
    """
    events = _events(user, filters)
    lines = _sum_each(events, at)
    communes = _names([event.territory_id for event in events])
    return EventFigures(
        as_of=at,
        total=_add(line.sums for line in lines),
        goals=_goals(user, filters, _add(line.sums for line in lines)),
        communes=_grouped(lines, lambda line: communes.get(line.event.territory_id, ("", ""))),
        months=sorted(_grouped(lines, _month), key=lambda line: line.key),
        types=_grouped(lines, lambda line: (str(line.event.event_type_id), line.event.event_type.name)),
        is_generated=any(event.is_generated for event in events),
        rows=lines,
    )


def campaigns_with_events(user: "User") -> "QuerySet[Campaign]":
    """Return the campaigns whose events the viewer may see."""
    return Campaign.objects.filter(pk__in=_visible(user).values("campaign")).order_by("title")


def _visible(user: "User") -> "QuerySet[Event]":
    return Event.objects.summed_for(user).exclude(status=EventStatus.DRAFT)


def _events(user: "User", filters: Filters) -> list[Event]:
    rows = _visible(user).select_related("event_type").only(
        "campaign", "organisation", "event_type__name", "title", "territory", "status", "starts_at", "ends_at",
        "time_zone", "is_generated",
    )  # fmt: skip
    if filters.campaign is not None:
        rows = rows.filter(campaign=filters.campaign)
    if filters.organisation is not None:
        rows = rows.filter(organisation=filters.organisation)
    return [event for event in rows.order_by("starts_at", "pk") if _within(event, filters)]


def _within(event: Event, filters: Filters) -> bool:
    day = event.starts_at.astimezone(event.zone).date()
    return (filters.first is None or day >= filters.first) and (filters.last is None or day <= filters.last)


def _sum_each(events: list[Event], at: datetime) -> list[EventLine]:
    held = [event for event in events if _was_held(event, at)]
    pks = [event.pk for event in held]
    informed, attended, minutes = people_informed(pks), attended_counts(pks), volunteer_minutes(pks)
    costs = dict(
        OutcomeReport.objects.filter(event__in=pks, cost_cents__isnull=False).values_list("event", "cost_cents")
    )
    by_hand = dict(OutcomeReport.objects.filter(event__in=pks, attended__isnull=False).values_list("event", "attended"))
    expected = _expected(pks)
    lines = []
    for event in events:
        sums = Sums(planned=1)
        if event.status == EventStatus.CANCELLED:
            sums = Sums(cancelled=1)
        elif event.pk in informed:
            people, came = expected.get(event.pk, (0, 0))
            cost = costs.get(event.pk)
            sums = Sums(
                planned=1,
                held=1,
                reported=int(event.status == EventStatus.REPORTED),
                informed=informed[event.pk],
                attended=by_hand.get(event.pk, attended[event.pk]),
                expected=people,
                came=came,
                minutes=minutes[event.pk],
                cost_cents=cost or 0,
                costed_informed=informed[event.pk] if cost is not None else 0,
            )
        lines.append(EventLine(event, sums))
    return lines


def _was_held(event: Event, at: datetime) -> bool:
    return event.status != EventStatus.CANCELLED and event.ends_at <= at


def _expected(event_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return per event the people who said they come, and how many of those RSVPs' people were there. One query."""
    rows = Rsvp.objects.filter(event__in=event_ids, status=RsvpStatus.COMING).order_by().values("event")
    there = Q(attendances__isnull=False, attendances__undone_at__isnull=True)
    sums = rows.annotate(people=Sum("party_size"), came=Sum("party_size", filter=there), n=Count("pk"))
    return {row["event"]: (row["people"] or 0, row["came"] or 0) for row in sums}


def _add(all_sums: Iterable[Sums]) -> Sums:
    total = Sums()
    for sums in all_sums:
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(sums, name))
    return total


def _grouped(lines: list[EventLine], key_of: Callable[[EventLine], tuple[str, str]]) -> list[Line]:
    groups: dict[tuple[str, str], list[Sums]] = defaultdict(list)
    for line in lines:
        groups[key_of(line)].append(line.sums)
    found = [Line(key, name, _add(sums)) for (key, name), sums in groups.items()]
    return sorted(found, key=lambda line: (-line.sums.held, -line.sums.informed, line.name))


def _month(line: EventLine) -> tuple[str, str]:
    day = line.event.starts_at.astimezone(line.event.zone).date().replace(day=1)
    return day.isoformat(), day.isoformat()


def _names(territory_ids: Iterable[int | None]) -> dict[int | None, tuple[str, str]]:
    rows = Territory.objects.without_outlines().filter(pk__in={pk for pk in territory_ids if pk})
    return {row.pk: (row.code, row.name) for row in rows}


def _goals(user: "User", filters: Filters, total: Sums) -> list[GoalLine]:
    """Return the goals of the one campaign shown, where the viewer sums up all of its events: partners see none."""
    campaigns = campaigns_with_events(user)
    if filters.campaign is not None:
        campaigns = campaigns.filter(pk=filters.campaign)
    shown = list(campaigns.values_list("pk", flat=True)[:2])
    if len(shown) != 1 or filters.organisation or filters.first or filters.last:
        return []
    if not user.is_superuser and not Campaign.objects.led_by(user, *_WHOLE).filter(pk=shown[0]).exists():
        return []
    reached = {Metric.EVENTS.value: total.held, Metric.INFORMED.value: total.informed}
    goals = Goal.objects.filter(campaign=shown[0], metric__in=reached)
    return [
        GoalLine(goal.metric, str(goal.get_metric_display()), goal.target, reached[goal.metric], goal.due_date)
        for goal in goals.order_by("metric")
    ]
