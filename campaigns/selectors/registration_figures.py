"""An election's official figures as the dashboard shows them: against the election before, the goal, and what lags."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q

from campaigns.enums import CountKind, NationalityGroup
from campaigns.models import Campaign, Election, RegistrationCount
from campaigns.registration_band import Band, Course, course_of, late_arrival_band
from campaigns.registration_checks import find_disagreements
from campaigns.registration_course import Figure, figures_of, standing
from campaigns.registration_rows import Reading
from campaigns.registration_words import describe
from campaigns.selectors.registration_places import ElectionPlaces, places_of
from places.models import Territory
from places.names import sorting_key

_COLUMNS = Reading._fields[:11]


@dataclass(frozen=True)
class Comparison:
    """One place and group now and at the election before. People and rate are two things and never mixed."""

    territory_id: int
    name: str
    code: str
    group: str
    now: Figure | None
    base: Figure | None

    @property
    def people_gained(self) -> int | None:
        """How many more people; compare final with final only, or say that one is provisional."""
        if self.now is None or self.base is None or self.now.registered is None or self.base.registered is None:
            return None
        return self.now.registered - self.base.registered

    @property
    def people_gained_percent(self) -> float | None:
        """The people gained in percent of the people before."""
        if self.people_gained is None or not self.base or not self.base.registered:
            return None
        return 100 * self.people_gained / self.base.registered

    @property
    def rate_gained_points(self) -> Decimal | None:
        """The rate gained in percentage points, which is no percentage of people."""
        if self.now is None or self.base is None or self.now.rate is None or self.base.rate is None:
            return None
        return self.now.rate - self.base.rate


@dataclass(frozen=True)
class Series:
    """One place's and group's figures over time, counts only or rates only: the two have different scales."""

    name: str
    group: str
    figures: tuple[Figure, ...]
    base: Figure | None
    is_rate: bool

    @property
    def values(self) -> list[tuple[date, float]]:
        return [
            (one.as_of.day, float(value))
            for one in self.figures
            if (value := one.rate if self.is_rate else one.registered) is not None
        ]

    @property
    def base_value(self) -> float | None:
        value = None if self.base is None else self.base.rate if self.is_rate else self.base.registered
        return None if value is None else float(value)


@dataclass(frozen=True)
class Lag:
    """How much of the final figure a provisional one showed, so many days before the deadline."""

    figure: Figure
    lead_days: int | None
    share: float


@dataclass(frozen=True)
class RegistrationFigures:
    """Everything a screen or paper shows of one campaign's election, as it was known ``on`` a day."""

    campaign: Campaign
    election: Election
    baseline: Election | None
    on: date
    whole: Comparison
    groups: tuple[Comparison, ...]
    communes: tuple[Comparison, ...]
    series: tuple[Series, ...]
    lags: tuple[Lag, ...]
    band: Band | None
    has_earlier_provisional: bool
    findings: tuple[str, ...]
    sources: tuple[str, ...]
    whole_course: tuple[Figure, ...] = ()

    @property
    def has_figures(self) -> bool:
        return self.whole.now is not None or any(line.now for line in self.communes)


def readings_of(election: Election) -> list[Reading]:
    """Return an election's standing figures, those a later one corrects left out."""
    rows = RegistrationCount.objects.filter(election=election).standing().order_by("as_of_date", "pk")
    return [Reading._make([*row, 0]) for row in rows.values_list(*_COLUMNS)]


def elections_before(election: Election) -> list[Election]:
    """Return the earlier elections of the same kind and place, the last one first."""
    found = Election.objects.filter(kind=election.kind, country=election.country, territory=election.territory_id)
    return list(found.filter(election_date__lt=election.election_date).order_by("-election_date")[:6])


def registration_figures(campaign: Campaign, *, on: date) -> RegistrationFigures | None:
    """Return the figures of a campaign's election as they were known ``on`` a day; None without an election."""
    election = campaign.election
    if election is None:
        return None
    places, earlier = places_of(election), elections_before(election)
    readings = readings_of(election)
    before = {one.pk: readings_of(one) for one in earlier}
    root = _root(election, places)
    # An election nobody published figures of is nothing to compare with.
    baseline = next((one for one in earlier if before[one.pk]), earlier[0] if earlier else None)
    of_base = before[baseline.pk] if baseline else []
    compare = _Comparing(readings, of_base, on)
    whole = (
        compare.place(root, NationalityGroup.ALL) if root else Comparison(0, "", "", NationalityGroup.ALL, None, None)
    )
    communes = [one for one in places.territories if one.level == Territory.Level.COMMUNE]
    communes.sort(key=lambda one: sorting_key(one.name))
    known = [row for row in readings if row.as_of_date <= on]
    groups = tuple(compare.place(root, group) for group in NationalityGroup) if root else ()
    used = [*groups, *(compare.place(one, group) for one in communes for group in NationalityGroup)]
    shown = [figure for line in used for figure in (line.now, line.base) if figure]
    series = tuple(compare.series([each for each in (root, *communes) if each]))
    shown += [figure for one in series for figure in one.figures]
    return RegistrationFigures(
        campaign=campaign,
        election=election,
        baseline=baseline,
        on=on,
        whole=whole,
        groups=groups,
        communes=tuple(compare.place(one, NationalityGroup.ALL) for one in communes),
        series=series,
        lags=tuple(_lags(compare.of(root), election)) if root else (),
        band=_band(whole.now, election, earlier, before) if root else None,
        has_earlier_provisional=any(row.kind == CountKind.PROVISIONAL for rows in before.values() for row in rows),
        findings=tuple(_findings(known, places)),
        sources=tuple(sorted({source for figure in shown for source in figure.sources})),
        whole_course=tuple(compare.of(root)[NationalityGroup.ALL]) if root else (),
    )


def standing_figures(elections: Iterable[Election], *, on: date) -> dict[int, Figure]:
    """Return, by election, the figure of all that stands for its whole place ``on`` a day, in two queries."""
    wanted = {one.pk: one for one in elections}
    places = Territory.objects.exclude(level=Territory.Level.COMMUNE).filter(
        Q(pk__in=[one.territory_id for one in wanted.values() if one.territory_id])
        | Q(code__in=[one.country for one in wanted.values() if not one.territory_id])
    )
    by_code = dict(places.values_list("code", "pk"))
    known = set(by_code.values())
    rows = RegistrationCount.objects.filter(election__in=wanted, territory__in=known, sex="").standing()
    readings: dict[tuple[int, int], list[Reading]] = {}
    for key, *columns in rows.order_by("as_of_date", "pk").values_list("election_id", *_COLUMNS):
        reading = Reading._make([*columns, 0])
        readings.setdefault((key, reading.territory_id), []).append(reading)
    found = {}
    for one in wanted.values():
        place = one.territory_id or by_code.get(one.country)
        of_place = readings.get((one.pk, place)) if place else None
        figure = standing(figures_of(of_place, place, on=on)[NationalityGroup.ALL]) if of_place and place else None
        if figure is not None:
            found[one.pk] = figure
    return found


def commune_groups(figures: RegistrationFigures) -> dict[int, dict[str, Figure]]:
    """Return, for communes without a figure of all, what is known of a group: commune → group → figure."""
    election_readings = readings_of(figures.election)
    found: dict[int, dict[str, Figure]] = {}
    for line in figures.communes:
        for group, rows in figures_of(election_readings, line.territory_id, on=figures.on).items():
            if (figure := standing(rows)) is not None:
                found.setdefault(line.territory_id, {})[group] = figure
    return found


def _root(election: Election, places: ElectionPlaces) -> Territory | None:
    wanted = election.territory_id
    return next((each for each in places.territories if wanted in (each.pk, None) and each.level != "commune"), None)


class _Comparing:
    """Figures of places now and at the election before; each place is worked out once."""

    def __init__(self, readings: list[Reading], base: list[Reading], on: date) -> None:
        self.on = on
        self.readings, self.base_readings = _by_place(readings), _by_place(base)
        self.kept: dict[int, dict[str, list[Figure]]] = {}
        self.kept_base: dict[int, dict[str, list[Figure]]] = {}

    def of(self, place: Territory) -> dict[str, list[Figure]]:
        if place.pk not in self.kept:
            self.kept[place.pk] = figures_of(self.readings.get(place.pk, ()), place.pk, on=self.on)
        return self.kept[place.pk]

    def base(self, place: Territory, group: str) -> Figure | None:
        if place.pk not in self.kept_base:
            self.kept_base[place.pk] = figures_of(self.base_readings.get(place.pk, ()), place.pk, on=self.on)
        return standing(self.kept_base[place.pk][group])

    def place(self, place: Territory, group: str) -> Comparison:
        return Comparison(
            place.pk, place.name, place.code, str(group), standing(self.of(place)[group]), self.base(place, group)
        )

    def series(self, places: Iterable[Territory]) -> Iterable[Series]:
        """Yield what has at least two moments, in counts where it has, else in rates."""
        for place in places:
            for group in NationalityGroup:
                figures = tuple(self.of(place)[group])
                base = self.base(place, group)
                for is_rate in (False, True):
                    found = Series(place.name, group.value, figures, base, is_rate)
                    if len({day for day, _value in found.values}) > 1:
                        yield found
                        break


def _by_place(readings: Iterable[Reading]) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = {}
    for row in readings:
        found.setdefault(row.territory_id, []).append(row)
    return found


def _lags(figures: dict[str, list[Figure]], election: Election) -> Iterable[Lag]:
    for group in NationalityGroup:
        final = standing(one for one in figures[group] if one.is_final)
        if final is None or not final.registered:
            continue
        for one in figures[group]:
            if one.kind == CountKind.PROVISIONAL and one.registered is not None:
                deadline = None if one.as_of.is_month_only else election.registration_deadline
                yield Lag(one, (deadline - one.as_of.day).days if deadline else None, one.registered / final.registered)


def _band(
    now: Figure | None, election: Election, earlier: list[Election], before: dict[int, list[Reading]]
) -> Band | None:
    if now is None or now.is_final or now.registered is None or election.registration_deadline is None:
        return None
    courses = [course for one in earlier for course in _courses(one, before[one.pk], now.territory_id)]
    return late_arrival_band(
        now.registered,
        on=now.as_of.day,
        until=now.as_of.known_on,
        deadline=election.registration_deadline,
        courses=courses,
    )


def _courses(election: Election, readings: list[Reading], territory_id: int) -> Iterable[Course]:
    if election.registration_deadline is None:
        return
    for group, figures in figures_of(readings, territory_id, on=date.max).items():
        final = standing(one for one in figures if one.is_final)
        points = [
            (one.as_of.day, Fraction(one.registered))
            for one in figures
            if one.kind == CountKind.PROVISIONAL and one.registered is not None and not one.as_of.is_month_only
        ]
        if final is not None and final.registered and points:
            yield course_of(
                election.key, group, points, deadline=election.registration_deadline, final=Fraction(final.registered)
            )


def _findings(readings: list[Reading], places: ElectionPlaces) -> list[str]:
    names = places.names
    found = find_disagreements(readings, parent_of=places.parents, children=places.communes)
    return [describe(one, names) for one in found]
