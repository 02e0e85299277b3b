"""One figure per place, group and moment out of official readings: published, added up, or worked out of a rate."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from campaigns.enums import CountKind, NationalityGroup
from campaigns.registration_rows import Reading
from campaigns.registration_values import AsOf

PLACES = 2  # of a rate worked out of counts


class Basis(StrEnum):
    """Where a count comes from; the first is the best."""

    PUBLISHED = "published"
    SUM = "sum"
    FROM_RATE = "from_rate"
    NONE = "none"


_RANK = {basis: -number for number, basis in enumerate(Basis)}


@dataclass(frozen=True)
class Figure:
    """What is known of one place and group at one moment.

    ``registered`` is a count of people and ``basis`` says whose; ``rate`` is percent of those who could register, as
    published or worked out of the counts (``is_rate_published``), with the decimals told. ``sources`` are all that
    it rests on.
    """

    territory_id: int
    group: str
    as_of: AsOf
    kind: str
    registered: int | None
    potential: int | None
    rate: Decimal | None
    is_rate_published: bool
    rate_places: int
    basis: Basis
    sources: tuple[str, ...]

    @property
    def is_final(self) -> bool:
        return self.kind == CountKind.FINAL

    @property
    def order(self) -> tuple[bool, date, int]:
        """By what the figure that counts is chosen: final before provisional, then the newest, then how direct."""
        return self.is_final, self.as_of.known_on, _RANK[self.basis]


def figures_of(readings: Iterable[Reading], territory_id: int, *, on: date) -> dict[str, list[Figure]]:
    """Return every group's figures of one place that were known ``on`` a day, oldest first; both sexes together."""
    known = [
        row
        for row in readings
        if row.territory_id == territory_id and not row.sex and AsOf(row.as_of_date, row.is_month_only).known_on <= on
    ]
    found: dict[str, list[Figure]] = {}
    for group in NationalityGroup:
        rows = [row for row in known if row.group == group]
        moments: dict[tuple[date, bool, str], Figure] = {}
        for row in rows:
            figure = _figure(row, rows)
            key = (row.as_of_date, row.is_month_only, row.kind)
            if key not in moments or _RANK[figure.basis] >= _RANK[moments[key].basis]:
                moments[key] = figure
        found[group.value] = sorted(moments.values(), key=lambda figure: figure.order[1])
    found[NationalityGroup.ALL] = _with_sums(found)
    return found


def standing(figures: Iterable[Figure]) -> Figure | None:
    """Return the figure that counts now; one with a count before one that has only a rate of the same day."""
    return max(figures, key=lambda figure: figure.order, default=None)


def _figure(row: Reading, rows: list[Reading]) -> Figure:
    registered, basis = row.registered, Basis.PUBLISHED
    potential, sources = row.potential, {row.source}
    if registered is None:
        basis = Basis.NONE
        told = row if potential else _nearest_potential(row, rows)
        potential = told.potential if told else None
        if told and potential and row.rate_percent is not None:
            registered, basis = round(row.rate_percent * potential / 100), Basis.FROM_RATE
            sources.add(told.source)
    rate = row.rate_percent
    if rate is None and registered is not None and potential:
        rate = Decimal(100 * registered) / potential
    places = PLACES if row.rate_percent is None else row.rate_places
    return Figure(
        row.territory_id, row.group, AsOf(row.as_of_date, row.is_month_only), row.kind, registered, potential, rate,
        row.rate_percent is not None, places, basis, tuple(sorted(sources)),
    )  # fmt: skip


def _nearest_potential(row: Reading, rows: list[Reading]) -> Reading | None:
    """Return the reading nearest in time that says how many could register."""
    told = [other for other in rows if other.potential]
    return min(told, key=lambda other: abs((other.as_of_date - row.as_of_date).days), default=None)


def _with_sums(found: dict[str, list[Figure]]) -> list[Figure]:
    """Return the figures of all, with EU and non-EU added up where all is not published for a moment."""
    published = {(one.as_of, one.kind): one for one in found[NationalityGroup.ALL]}
    others = {(one.as_of, one.kind): one for one in found[NationalityGroup.NON_EU]}
    for one in found[NationalityGroup.EU]:
        key = (one.as_of, one.kind)
        other, there = others.get(key), published.get(key)
        if other is None or one.registered is None or other.registered is None:
            continue
        if there is None:
            published[key] = _sum(one, other)
        elif there.registered is None:
            published[key] = _with_rate_of(there, _sum(one, other))
    return sorted(published.values(), key=lambda figure: figure.order[1])


def _with_rate_of(published: Figure, summed: Figure) -> Figure:
    """Return a sum beside what is published of all without a count; a published rate is not worked out anew."""
    sources = tuple(sorted({*published.sources, *summed.sources}))
    found = replace(summed, potential=published.potential or summed.potential, sources=sources)
    if not published.is_rate_published:
        return found
    return replace(found, rate=published.rate, is_rate_published=True, rate_places=published.rate_places)


def _sum(one: Figure, other: Figure) -> Figure:
    registered = (one.registered or 0) + (other.registered or 0)
    potential = one.potential + other.potential if one.potential and other.potential else None
    worked_out = Basis.FROM_RATE in (one.basis, other.basis)
    return Figure(
        one.territory_id, NationalityGroup.ALL, one.as_of, one.kind, registered, potential,
        Decimal(100 * registered) / potential if potential else None, False, PLACES,
        Basis.FROM_RATE if worked_out else Basis.SUM, tuple(sorted({*one.sources, *other.sources})),
    )  # fmt: skip
