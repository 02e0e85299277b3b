"""How often people were passed on to the European Union's form: by link, by partner and by day, for staff.

Visits, never people: whoever presses the button twice is counted twice, and nobody is told from anybody else.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext, gettext_lazy

from campaigns.models import PledgeKind, Source, SupportVisit
from campaigns.selectors.sources import SHARE_PREFIX

if TYPE_CHECKING:
    from accounts.models import User

# To be shown wherever a figure of these is.
WHAT_IS_COUNTED: Final = gettext_lazy("Visits, not people: whoever presses the button twice is counted twice.")
# Anybody can make up a code: a list of all that ever came would have no end.
MOST_SOURCES: Final = 100


@dataclass(frozen=True)
class SourceVisits:
    """The visits of one link. ``code`` is empty where there was none, ``~`` stands for supporters' own links, and None
    for the links beyond those listed."""

    code: str | None
    name: str
    visits: int


@dataclass(frozen=True)
class PartnerVisits:
    """The visits one partner's links brought; ``partnership_id`` None: those of no partner."""

    partnership_id: int | None
    name: str
    visits: int


@dataclass(frozen=True)
class DayVisits:
    """The visits of one day, in the campaign's time zone; days without any are not listed."""

    day: date
    visits: int


@dataclass(frozen=True)
class VisitFigures:
    """The visits of one kind of pledge, as far as somebody may see them. ``generated``: how many of them are the
    demo's."""

    total: int
    generated: int
    by_source: tuple[SourceVisits, ...]
    by_partner: tuple[PartnerVisits, ...]
    by_day: tuple[DayVisits, ...]


def support_visits(
    user: "User", kind: PledgeKind, *, since: date | None = None, until: date | None = None
) -> VisitFigures:
    """Return the visits of a kind that ``user`` may see, from ``since`` to ``until``, both days included.

    Who leads the campaign sees all of them, a partner its own. Links and partners by their visits, the most first;
    days in order. Four queries, however many visits.
    """
    visits = SupportVisit.objects.visible_to(user).filter(kind=kind)
    if since is not None:
        visits = visits.filter(day__gte=since)
    if until is not None:
        visits = visits.filter(day__lte=until)
    days = list(
        visits.order_by("day")
        .values_list("day")
        .annotate(visits=Count("pk"), generated=Count("pk", filter=Q(is_generated=True)))
    )
    total = sum(count for _day, count, _generated in days)
    return VisitFigures(
        total=total,
        generated=sum(generated for _day, _count, generated in days),
        by_source=_by_source(user, kind, visits, total),
        by_partner=_by_partner(visits),
        by_day=tuple(DayVisits(day, count) for day, count, _generated in days),
    )


def _by_source(user: "User", kind: PledgeKind, visits: QuerySet[SupportVisit], total: int) -> tuple[SourceVisits, ...]:
    shared = When(source__startswith=SHARE_PREFIX, then=Value(SHARE_PREFIX))
    rows = list(
        visits.annotate(link=Case(shared, default=F("source"), output_field=CharField()))
        .order_by()
        .values_list("link")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "link")[:MOST_SOURCES]
    )
    known = Source.objects.visible_to(user).filter(campaign=kind.campaign_id, code__in=[code for code, _ in rows])
    names = {"": gettext("no link"), SHARE_PREFIX: gettext("supporters' own links"), **dict(_labels(known))}
    found = [SourceVisits(code, names.get(code, code), count) for code, count in rows]
    further = total - sum(row.visits for row in found)
    if further > 0:
        found.append(SourceVisits(None, gettext("further links"), further))
    return tuple(found)


def _labels(sources: QuerySet[Source]) -> list[tuple[str, str]]:
    return [(code, label) for code, label in sources.order_by().values_list("code", "label") if label]


def _by_partner(visits: QuerySet[SupportVisit]) -> tuple[PartnerVisits, ...]:
    rows = (
        visits.order_by()
        .values_list("partnership", "partnership__organisation__name")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "partnership__organisation__name")
    )
    return tuple(PartnerVisits(pk, name or gettext("no partner"), count) for pk, name, count in rows)
