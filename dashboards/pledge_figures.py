"""One kind of pledge in figures: made and kept by day, who ended otherwise and why, visits passed on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.translation import get_language, gettext

from accounts.models import User
from campaigns.enums import Grain, Metric
from campaigns.models import PledgeKind, Tally
from campaigns.pledge_enums import Standing
from campaigns.selectors.support_visits import support_visits
from campaigns.zones import local_day
from core.small_counts import in_tens
from dashboards.pledge_ladders import Sight, seen_pledges

WEEK = 7


@dataclass(frozen=True)
class Ended:
    """How many left off one way, for one reason. ``barrier`` is empty where none was asked for or named."""

    ending: str
    barrier: str
    count: int


@dataclass(frozen=True)
class KindFigures:
    """What one kind comes to for one viewer. ``days`` are of promising; ``as_of`` None: nothing has been counted yet.

    ``step`` is how many days a line of ``days`` stands for: who sees no people reads weeks, in tens.
    """

    kind: PledgeKind
    promised: int
    kept: int
    as_of: datetime | None
    days: tuple[tuple[date, int, int], ...]
    step: int
    last_seven_days: int
    ended: tuple[Ended, ...]
    visits: int | None
    visits_last_seven_days: int


def kind_figures(user: User, kind: PledgeKind, sight: Sight, *, at: datetime) -> KindFigures:
    """Return the figures. Made and kept cost the same whatever the number of pledges; the endings are one group-by."""
    today = local_day(at, kind.campaign)
    week_ago = today - timedelta(days=WEEK - 1)
    rows = list(_by_day(kind, sight))
    made = Counter({day: n for metric, day, n, _at in rows if metric == Metric.PLEDGES})
    kept = Counter({day: n for metric, day, n, _at in rows if metric == Metric.PLEDGES_ACTED})
    lately = sum(n for day, n in made.items() if week_ago <= day <= today)
    visits = _visits(user, kind)
    told = (lambda number: number) if sight.is_exact else in_tens
    return KindFigures(
        kind=kind,
        promised=told(made.total()),
        kept=told(kept.total()),
        as_of=_counted_at(kind),
        days=tuple((day, told(n), told(k)) for day, n, k in _lines(made, kept, 1 if sight.is_exact else WEEK)),
        step=1 if sight.is_exact else WEEK,
        last_seven_days=told(lately),
        ended=tuple(Ended(ending, barrier, told(n)) for ending, barrier, n in _ended(kind, sight)),
        visits=None if visits is None else visits.total(),
        visits_last_seven_days=0 if visits is None else sum(n for day, n in visits.items() if day >= week_ago),
    )


def _by_day(kind: PledgeKind, sight: Sight) -> Iterable[tuple[str, date, int, datetime]]:
    rows = Tally.objects.filter(pledge_kind=kind, metric__in=[Metric.PLEDGES, Metric.PLEDGES_ACTED]).exclude(count=0)
    if sight.is_whole:
        rows = rows.by(Grain.DAY)
    else:
        rows = rows.by(Grain.PARTNER_DAY).filter(partnership__in=sight.partnerships)
    found: dict[tuple[str, date], tuple[int, datetime]] = {}
    for metric, day, count, counted_at in rows.values_list("metric", "day", "count", "counted_at"):
        if day is not None:
            before = found.get((metric, day), (0, counted_at))
            found[metric, day] = before[0] + count, max(before[1], counted_at)
    for (metric, day), (count, counted_at) in found.items():
        yield metric, day, count, counted_at


def _counted_at(kind: PledgeKind) -> datetime | None:
    totals = Tally.objects.filter(pledge_kind=kind).totals()
    return totals.order_by("-counted_at").values_list("counted_at", flat=True).first()


def _lines(made: Counter[date], kept: Counter[date], step: int) -> Iterable[tuple[date, int, int]]:
    """Yield the days with something, or the weeks from Monday on."""
    if step == 1:
        for day in sorted(made.keys() | kept.keys()):
            yield day, made[day], kept[day]
        return
    weeks: dict[date, list[int]] = {}
    for position, counts in enumerate((made, kept)):
        for day, number in counts.items():
            weeks.setdefault(day - timedelta(days=day.weekday()), [0, 0])[position] += number
    for monday, (number, done) in sorted(weeks.items()):
        yield monday, number, done


def _ended(kind: PledgeKind, sight: Sight) -> Iterable[tuple[str, str, int]]:
    rows = seen_pledges(kind, sight).filter(standing=Standing.ENDED)
    ladder, language = kind.ladder, get_language() or "en"
    groups = rows.values_list("ending", "barrier").annotate(n=Count("pk"))
    for ending, barrier, number in sorted(groups, key=lambda row: (-row[2], row[0], row[1])):
        left, why = ladder.ending(ending), ladder.barrier(barrier)
        yield (
            left.name_in(language) if left else ending,
            why.name_in(language) if why else barrier or gettext("no reason told"),
            number,
        )


def _visits(user: User, kind: PledgeKind) -> Counter[date] | None:
    """Return the visits passed on to the central collection system by day; None where a kind passes none on."""
    if kind.initiative_id is None:
        return None
    return Counter({one.day: one.visits for one in support_visits(user, kind).by_day})
