"""Reads an initiative for a screen: every figure with its day, nothing that was not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery
from django_countries import countries as iso_countries

from campaigns.enums import Metric
from campaigns.initiative_pace import (
    Bands,
    DatedTotal,
    Pace,
    bands_of,
    collecting_days,
    expected_total,
    one_per_day,
    recent_pace,
    required_per_day,
)
from campaigns.initiative_rules import (
    STATEMENTS_NEEDED,
    Count,
    CountryRule,
    CountryStatus,
    InitiativeStatus,
    country_rules,
    judge,
    period_of,
)
from campaigns.models import (
    DeadlineKind,
    Initiative,
    InitiativeDeadline,
    LiveSwitches,
    Petition,
    ProgressSnapshot,
    Tally,
)
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User

MOST_READINGS = 1_500


@dataclass(frozen=True)
class CountryRow:
    """One country as the table shows it. ``count`` is none when the reading says nothing about it.

    ``valid`` is the estimate after verification: count × ``rate`` for raw counts, the count itself once certified.
    """

    code: str
    name: str
    count: int | None
    minimum: int
    ratio: float
    missing: int
    passed: bool
    is_late: bool
    rate: Decimal
    valid: int
    is_seventh: bool

    @property
    def valid_passed(self) -> bool:
        return self.valid >= self.minimum and not self.is_late

    @property
    def raw_needed(self) -> int:
        """Raw statements that still have to come for the minimum to stand after verification."""
        return max(0, ceil(self.minimum / self.rate) - (self.count or 0)) if not self.valid_passed else 0


@dataclass(frozen=True)
class OwnFigure:
    """One of the campaign's own counts, shown beside the official one and never added to it."""

    label: str
    count: int
    as_of: datetime
    is_generated: bool


@dataclass(frozen=True)
class PacePicture:
    """What each remaining day must bring, against what days have brought. Statements per day."""

    days: int
    required: int | None
    required_for_valid: int | None
    recent: Pace | None
    bands: Bands | None
    expected_low: int | None
    expected_high: int | None


@dataclass(frozen=True)
class InitiativeProgress:
    """Everything a page says about one initiative on one day."""

    initiative: Initiative
    title: str
    on: date
    snapshot: ProgressSnapshot | None
    status: InitiativeStatus | None
    rows: tuple[CountryRow, ...]
    valid_total: int
    deadlines: tuple[InitiativeDeadline, ...]
    series: tuple[DatedTotal, ...]
    pace: PacePicture | None
    own: tuple[OwnFigure, ...]

    @property
    def total(self) -> int:
        return self.snapshot.total if self.snapshot else 0

    @property
    def is_certified(self) -> bool:
        return self.snapshot is not None and self.snapshot.is_certified

    @property
    def missing(self) -> int:
        return max(0, STATEMENTS_NEEDED - self.total)

    @property
    def seventh(self) -> CountryRow | None:
        return next((row for row in self.rows if row.is_seventh), None)

    @property
    def countries_passed(self) -> int:
        return sum(row.passed for row in self.rows)

    @property
    def countries_valid(self) -> int:
        """Countries expected to hold after verification."""
        return sum(row.valid_passed for row in self.rows)

    @property
    def collection_end(self) -> InitiativeDeadline | None:
        return next((deadline for deadline in self.deadlines if deadline.kind == DeadlineKind.COLLECTION_END), None)

    @property
    def days_left(self) -> int | None:
        """Days to the stored end of collection, 0 on its last day, negative afterwards; none when it is not stored."""
        return self.collection_end.days_left(self.on) if self.collection_end else None


def country_names(language: str) -> Mapping[str, str]:
    """Return the countries' names by code, from the territories, so that staff correct them in one place."""
    stored = Territory.objects.filter(level=Territory.Level.COUNTRY).defer("outline")
    return {territory.code: territory.name_in(language) for territory in stored}


def name_of(code: str, names: Mapping[str, str]) -> str:
    """Return a country's name, from the ISO list where no territory is stored."""
    return names.get(code) or str(iso_countries.name(code)) or code


def current_snapshot(initiative: Initiative) -> ProgressSnapshot | None:
    """Return the reading to show: the latest certified one, else the latest."""
    return initiative.snapshots.standing().order_by("-is_certified", "-as_of_date", "-id").first()


def initiative_progress(
    initiative: Initiative, *, on: date, language: str, viewer: "User | None" = None
) -> InitiativeProgress:
    """Return everything a page shows about an initiative as of ``on``.

    ``viewer`` is the member of staff who looks; without one the page is public, and the campaign's own signatures
    appear only as its petitions' settings and the kill switches allow. At most 10 queries, however many readings.
    """
    snapshot = current_snapshot(initiative)
    status = judge(initiative.registered_date, counts_of(snapshot)) if snapshot else None
    rows = _country_rows(initiative, snapshot, status, country_names(language)) if snapshot and status else ()
    series = _series(initiative)
    deadlines = tuple(initiative.deadlines.all())
    valid_total = sum(row.valid for row in rows if not row.is_late)
    progress = InitiativeProgress(
        initiative=initiative,
        title=initiative.title_in(language),
        on=on,
        snapshot=snapshot,
        status=status,
        rows=rows,
        valid_total=valid_total,
        deadlines=deadlines,
        series=series,
        pace=None,
        own=_own_figures(initiative, viewer),
    )
    return replace(progress, pace=_pace_picture(progress))


def counts_of(snapshot: ProgressSnapshot) -> list[Count]:
    """Return a stored reading as counts."""
    counts = [Count(country, statements) for country, statements in snapshot.counts.items()]
    return counts + [Count(country, statements, is_late=True) for country, statements in snapshot.late_counts.items()]


def _country_rows(
    initiative: Initiative, snapshot: ProgressSnapshot, status: InitiativeStatus, names: Mapping[str, str]
) -> tuple[CountryRow, ...]:
    rates = dict(initiative.validity_estimates.values_list("country", "rate"))
    seventh = status.seventh_country
    read = {*snapshot.counts, *snapshot.late_counts}
    return tuple(
        _country_row(
            country,
            name=name_of(country.country, names),
            is_read=country.country in read,
            rate=Decimal(1) if snapshot.is_certified else rates.get(country.country, initiative.default_validity_rate),
            is_seventh=seventh is not None and seventh.country == country.country,
        )
        for country in status.countries
    )


def _country_row(country: CountryStatus, *, name: str, is_read: bool, rate: Decimal, is_seventh: bool) -> CountryRow:
    return CountryRow(
        code=country.country,
        name=name,
        count=country.count if is_read else None,
        minimum=country.minimum,
        ratio=country.ratio,
        missing=country.missing,
        passed=country.passed,
        is_late=country.is_late,
        rate=rate,
        valid=int(country.count * rate),
        is_seventh=is_seventh,
    )


def _series(initiative: Initiative) -> tuple[DatedTotal, ...]:
    """Return the raw totals by day; certified ones are another kind of figure and never join the line."""
    newest = (
        initiative.snapshots.standing()
        .filter(is_certified=False)
        .newest_first()
        .values_list("as_of_date", "total")[:MOST_READINGS]
    )
    return tuple(one_per_day([DatedTotal(day, total) for day, total in reversed(newest)]))


def _pace_picture(progress: InitiativeProgress) -> PacePicture | None:
    """Return the pace while collection runs or is to come; none once it is over, certified, or without a reading."""
    end = progress.collection_end
    if end is None or progress.snapshot is None or progress.is_certified:
        return None
    days = collecting_days(on=progress.on, start=progress.initiative.collection_start_date, end=end.due_date)
    if days == 0:
        return None
    rate = float(progress.initiative.default_validity_rate)
    share = progress.valid_total / progress.total if progress.total else rate
    bands = bands_of(progress.series)
    return PacePicture(
        days=days,
        required=required_per_day(missing=progress.missing, days=days),
        required_for_valid=required_per_day(missing=STATEMENTS_NEEDED / (share or rate) - progress.total, days=days),
        recent=recent_pace(progress.series),
        bands=bands,
        expected_low=expected_total(progress.total, bands.slowest.per_day, days) if bands else None,
        expected_high=expected_total(progress.total, bands.fastest.per_day, days) if bands else None,
    )


def _own_figures(initiative: Initiative, viewer: "User | None") -> tuple[OwnFigure, ...]:
    if initiative.campaign_id is None:
        return ()
    petitions = Petition.objects.filter(campaign=initiative.campaign_id)
    if viewer is not None:
        petitions = petitions.visible_to(viewer)
    elif not LiveSwitches.load().shows_live_counts:
        return ()
    tallies = {
        tally.petition_id: tally
        for tally in Tally.objects.totals().filter(metric=Metric.SIGNATURES, petition__in=petitions)
    }
    return tuple(
        OwnFigure(petition.title, tally.count, as_of=tally.counted_at, is_generated=petition.is_generated)
        for petition in petitions
        if (tally := tallies.get(petition.pk)) and (viewer is not None or tally.count >= petition.minimum_shown)
    )


@dataclass(frozen=True)
class InitiativeLine:
    """One initiative in a list."""

    initiative: Initiative
    title: str
    snapshot: ProgressSnapshot | None
    status: InitiativeStatus | None
    end: InitiativeDeadline | None
    days_left: int | None

    @property
    def is_certified(self) -> bool:
        return self.snapshot is not None and self.snapshot.is_certified


def initiative_lines(initiatives: Sequence[Initiative], *, on: date, language: str) -> list[InitiativeLine]:
    """Return lines for a list of initiatives: two queries, however many there are."""
    ids = [initiative.pk for initiative in initiatives]
    newest = (
        ProgressSnapshot.objects.standing()
        .filter(initiative=OuterRef("pk"))
        .order_by("-is_certified", "-as_of_date", "-id")
        .values("pk")[:1]
    )
    current = Initiative.objects.filter(pk__in=ids).values(newest=Subquery(newest))
    snapshots = {snapshot.initiative_id: snapshot for snapshot in ProgressSnapshot.objects.filter(pk__in=current)}
    ends = {
        deadline.initiative_id: deadline
        for deadline in InitiativeDeadline.objects.filter(initiative__in=ids, kind=DeadlineKind.COLLECTION_END)
    }
    return [
        _line(initiative, snapshots.get(initiative.pk), ends.get(initiative.pk), on, language)
        for initiative in initiatives
    ]


def _line(
    initiative: Initiative,
    snapshot: ProgressSnapshot | None,
    end: InitiativeDeadline | None,
    on: date,
    language: str,
) -> InitiativeLine:
    return InitiativeLine(
        initiative=initiative,
        title=initiative.title_in(language),
        snapshot=snapshot,
        status=judge(initiative.registered_date, counts_of(snapshot)) if snapshot else None,
        end=end,
        days_left=end.days_left(on) if end else None,
    )


def rules_of(rows: Sequence[CountryRow]) -> Mapping[str, CountryRule]:
    """Return what the forms of these countries ask for; none for a country that is no member state today."""
    return {row.code: country_rules()[row.code] for row in rows if row.code in country_rules()}


def countries_of(initiative: Initiative, language: str) -> list[tuple[str, str]]:
    """Return the countries that have a minimum for this initiative, as (code, name) by name."""
    names = country_names(language)
    found = [(code, name_of(code, names)) for code in period_of(initiative.registered_date).minimums]
    return sorted(found, key=lambda pair: pair[1].casefold())
