"""A petition's figures for its dashboard: a fixed number of lookups in the tallies, whatever was signed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django_countries import countries

from campaigns.enums import UNKNOWN_TERRITORY, Grain, Metric
from campaigns.models import Campaign, Petition, Tally
from campaigns.petition_rules import shown_goal
from campaigns.querysets import TallyQuerySet
from campaigns.selectors.tallies import live_switches
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User

TOP_SOURCES = 15


@dataclass(frozen=True)
class Row:
    """One line of a breakdown: what, how many signatures, and its share of the total (0 to 1)."""

    key: str
    name: str
    count: int
    share: float


@dataclass(frozen=True)
class PetitionFigures:
    """What a petition's dashboard shows. ``as_of`` None: nothing has been counted yet.

    ``partners`` holds every partner for staff of the leading organisation, the own ones for a partner's staff;
    ``sources`` only what the viewer may see; breakdowns are empty while staff switched them off.
    """

    petition: Petition
    total: int
    goal: int
    as_of: datetime | None
    days: tuple[tuple[date, int], ...]
    last_seven_days: int
    seven_days_before: int
    countries: tuple[Row, ...]
    partners: tuple[Row, ...]
    sources: tuple[Row, ...]
    sees_all_partners: bool
    shows_breakdowns: bool


def petition_figures(petition: Petition, *, viewer: "User", on: date, language: str) -> PetitionFigures:
    """Return the figures of a petition the viewer may see, in eight queries at most."""
    tallies = Tally.objects.filter(petition=petition, metric=Metric.SIGNATURES)
    total_row = tallies.by(Grain.TOTAL).values_list("count", "counted_at").first()
    total, as_of = total_row or (0, None)
    leads = Campaign.objects.led_by(viewer).filter(pk=petition.campaign_id).exists()
    shows = live_switches().shows_breakdowns
    by_day = tallies.by(Grain.DAY).exclude(count=0).order_by("day").values_list("day", "count")
    days = tuple((day, count) for day, count in by_day if day is not None)
    return PetitionFigures(
        petition=petition,
        total=total,
        goal=shown_goal(total, petition.goal_steps),
        as_of=as_of,
        days=days,
        last_seven_days=_between(days, on - timedelta(days=6), on),
        seven_days_before=_between(days, on - timedelta(days=13), on - timedelta(days=7)),
        countries=_countries(tallies, total, language) if shows else (),
        partners=_partners(tallies, total, viewer, leads) if shows else (),
        sources=_sources(tallies, total) if shows and leads else (),
        sees_all_partners=leads,
        shows_breakdowns=shows,
    )


def _between(days: tuple[tuple[date, int], ...], first: date, last: date) -> int:
    return sum(count for day, count in days if first <= day <= last)


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _countries(tallies: TallyQuerySet, total: int, language: str) -> tuple[Row, ...]:
    counts = dict(tallies.by(Grain.TERRITORY).exclude(count=0).values_list("territory_code", "count"))
    known = {territory.code: territory.name_in(language) for territory in Territory.objects.filter(code__in=counts)}
    rows = [
        Row(code, known.get(code, _country_name(code)), count, _share(count, total)) for code, count in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.name)))


def _country_name(code: str) -> str:
    return gettext("not said") if code == UNKNOWN_TERRITORY else countries.name(code) or code


def _partners(tallies: TallyQuerySet, total: int, viewer: "User", leads: bool) -> tuple[Row, ...]:
    rows = tallies.by(Grain.PARTNER).exclude(count=0).select_related("partnership__organisation")
    if not leads:
        rows = rows.filter(partnership__organisation__in=viewer.memberships.values("organisation"))
    named = [
        Row(
            str(row.partnership_id or ""),
            row.partnership.organisation.name if row.partnership else gettext("no partner"),
            row.count,
            _share(row.count, total),
        )
        for row in rows
    ]
    return tuple(sorted(named, key=lambda row: (-row.count, row.name)))


def _sources(tallies: TallyQuerySet, total: int) -> tuple[Row, ...]:
    rows = tallies.by(Grain.SOURCE).exclude(count=0).order_by("-count", "source")[:TOP_SOURCES]
    return tuple(Row(row.source, row.source or gettext("no link"), row.count, _share(row.count, total)) for row in rows)
