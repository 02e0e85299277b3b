"""What the phones' records add up to, as one viewer may see it. Group-by happens in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from outreach.enums import CONVERSATIONS, Outcome
from outreach.languages import language_name
from outreach.models import Barrier, CanvassingEffort, OutreachContact
from outreach.selectors.maps import CommuneMap, commune_map, communes_near
from outreach.selectors.pace import Pace, paces, total_pace
from places.models import Territory
from places.names import names_by_code
from volunteers.models import Team

if TYPE_CHECKING:
    from accounts.models import User

CONVERSED = Q(outcome__in=[outcome.value for outcome in CONVERSATIONS])
_SUMS = {"attempts": Count("pk"), "conversations": Count("pk", filter=CONVERSED)}


@dataclass(frozen=True)
class Filters:
    """What the viewer narrowed the figures to; nothing chosen is everything seen. Days are included."""

    effort: int | None = None
    team: int | None = None
    organisation: int | None = None
    first: date | None = None
    last: date | None = None

    def apply(self, rows: QuerySet[OutreachContact]) -> QuerySet[OutreachContact]:
        for name in ("effort", "team", "organisation"):
            if (value := getattr(self, name)) is not None:
                rows = rows.filter(**{name: value})
        if self.first is not None:
            rows = rows.filter(occurred_at__gte=_midnight(self.first))
        if self.last is not None:
            rows = rows.filter(occurred_at__lt=_midnight(self.last + timedelta(days=1)))
        return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware here


@dataclass(frozen=True)
class Line:
    """One line of a table. ``attempts`` counts every record, ``conversations`` those with somebody there."""

    key: str
    name: str
    attempts: int
    conversations: int

    @property
    def rate(self) -> float | None:
        return self.conversations / self.attempts if self.attempts else None


@dataclass(frozen=True)
class MobiliserLine:
    """One mobiliser's sums and pace."""

    name: str
    line: Line
    pace: Pace


@dataclass(frozen=True)
class Choices:
    """What the filters offer this viewer."""

    efforts: list[CanvassingEffort]
    teams: list[Team]
    organisations: list[Organisation]


@dataclass(frozen=True)
class Figures:
    """Everything on the page, as of one moment."""

    as_of: datetime
    total: Line
    outcomes: list[Line]
    communes: list[Line]
    languages: list[Line]
    barriers: list[Line]
    hours: list[Line]
    days: list[Line]
    mobilisers: list[MobiliserLine]
    pace: Pace
    map: CommuneMap | None
    is_generated: bool


def figure_choices(user: "User") -> Choices:
    """Return the efforts, teams and organisations that have records the viewer's figures hold. Three queries."""
    rows = OutreachContact.objects.counting().summed_for(user).order_by()
    efforts = CanvassingEffort.objects.filter(pk__in=rows.values("effort"))
    return Choices(
        list(efforts.order_by("title")),
        list(Team.objects.filter(pk__in=rows.values("team")).order_by("name")),
        list(Organisation.objects.filter(pk__in=rows.values("organisation")).order_by("name")),
    )


def contact_figures(user: "User", filters: Filters, *, at: datetime) -> Figures:
    """Return the figures of the records the viewer may sum up. A dozen queries, whatever the number of records."""
    rows = filters.apply(OutreachContact.objects.counting().summed_for(user)).order_by()
    outcomes = _outcomes(rows)
    moments = {"day": TruncDate("occurred_at"), "hour": ExtractHour("occurred_at")}
    by_day_and_hour: list[Any] = list(rows.values(**moments).annotate(**_SUMS))
    pace_of = paces(rows, "mobiliser_id")
    communes, drawn = _communes(rows)
    return Figures(
        as_of=at,
        total=_sum("", _("Total"), outcomes),
        outcomes=outcomes,
        communes=communes,
        languages=_languages(rows),
        barriers=_barriers(rows),
        hours=_hours(by_day_and_hour),
        days=_days(by_day_and_hour),
        mobilisers=_mobilisers(user, rows, pace_of),
        pace=total_pace(pace_of.values()),
        map=drawn,
        is_generated=rows.filter(is_generated=True).exists(),
    )


def sees_mobilisers(user: "User") -> bool:
    """Return whether the viewer learns who logged what; analysts see sums alone."""
    return user.has_perm("outreach.view_outreachcontact")


def _sum(key: str, name: str, lines: Iterable[Line]) -> Line:
    known = list(lines)
    return Line(key, name, sum(line.attempts for line in known), sum(line.conversations for line in known))


def _outcomes(rows: QuerySet[OutreachContact]) -> list[Line]:
    counted = dict(rows.values_list("outcome").annotate(n=Count("pk")))
    return [
        Line(each.value, str(each.label), n, n if each in CONVERSATIONS else 0)
        for each in Outcome
        if (n := counted.get(each.value, 0))
    ]


def _grouped(rows: QuerySet[OutreachContact], column: str) -> list[Any]:
    return list(rows.values(column).annotate(**_SUMS))


def _languages(rows: QuerySet[OutreachContact]) -> list[Line]:
    sums = _grouped(rows, "language")
    lines = [
        Line(
            each["language"], language_name(each["language"]) or _("not said"), each["attempts"], each["conversations"]
        )
        for each in sums
    ]
    return _largest_first(lines)


def _communes(rows: QuerySet[OutreachContact]) -> tuple[list[Line], CommuneMap | None]:
    sums = {each["territory"]: each for each in _grouped(rows, "territory")}
    territories = {each.pk: each for each in Territory.objects.without_outlines().filter(pk__in=[*filter(None, sums)])}
    names = names_by_code((get_language() or "en").split("-")[0])
    lines = []
    for pk, each in sums.items():
        code = territories[pk].code if pk else ""
        name = names.get(code, code) if pk else _("not said")
        lines.append(Line(code, name, each["attempts"], each["conversations"]))
    return _largest_first(lines), commune_map(communes_near(territories.values()))


def _barriers(rows: QuerySet[OutreachContact]) -> list[Line]:
    """Return how often each barrier was named: records hold sorted lists, so the database groups the few lists."""
    counted: dict[str, int] = {}
    for keys, number in rows.exclude(barriers=[]).values_list("barriers").annotate(n=Count("pk")):
        for key in keys:
            counted[key] = counted.get(key, 0) + number
    names = {barrier.key: str(barrier) for barrier in Barrier.objects.all()}
    return _largest_first(Line(key, names.get(key, key), n, n) for key, n in counted.items())


def _hours(groups: list[dict[str, Any]]) -> list[Line]:
    sums = _gather(groups, "hour")
    if not sums:
        return []
    return [Line(str(hour), f"{hour:02d}:00", *sums.get(hour, (0, 0))) for hour in range(min(sums), max(sums) + 1)]


def _days(groups: list[dict[str, Any]]) -> list[Line]:
    sums = _gather(groups, "day")
    if not sums:
        return []
    first, last = min(sums), max(sums)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [Line(day.isoformat(), day.isoformat(), *sums.get(day, (0, 0))) for day in days]


def _gather(groups: list[dict[str, Any]], name: str) -> dict[Any, tuple[int, int]]:
    sums: dict[Any, tuple[int, int]] = {}
    for group in groups:
        attempts, conversations = sums.get(group[name], (0, 0))
        sums[group[name]] = attempts + group["attempts"], conversations + group["conversations"]
    return sums


def _mobilisers(user: "User", rows: QuerySet[OutreachContact], pace_of: dict[Any, Pace]) -> list[MobiliserLine]:
    if not sees_mobilisers(user):
        return []
    sums = _grouped(rows.visible_to(user), "mobiliser_id")  # type: ignore[attr-defined]
    people = {each.pk: str(each) for each in get_user_model().objects.filter(pk__in=[s["mobiliser_id"] for s in sums])}
    lines = [
        MobiliserLine(
            people.get(each["mobiliser_id"], pgettext("mobiliser", "left")),
            Line(str(each["mobiliser_id"] or ""), "", each["attempts"], each["conversations"]),
            pace_of.get(each["mobiliser_id"], Pace()),
        )
        for each in sums
    ]
    return sorted(lines, key=lambda each: (-each.line.attempts, each.name))


def _largest_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.attempts, line.name))
