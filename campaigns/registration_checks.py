"""What does not add up in official figures: pure. It is reported beside the figures and never mended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import cast

from campaigns.enums import NationalityGroup, Sex
from campaigns.registration_rows import Reading

FIGURES = ("registered", "potential")
_AT = {figure: Reading._fields.index(figure) for figure in FIGURES}
# Each whole with its parts, by nationality and by sex.
_BY_GROUP = tuple(
    (
        (str(NationalityGroup.ALL), str(sex)),
        ((str(NationalityGroup.EU), str(sex)), (str(NationalityGroup.NON_EU), str(sex))),
    )
    for sex in ("", Sex.WOMEN, Sex.MEN)
)
_BY_SEX = tuple(
    ((str(group), ""), ((str(group), str(Sex.WOMEN)), (str(group), str(Sex.MEN)))) for group in NationalityGroup
)


class FindingKind(StrEnum):
    """What kind of disagreement it is."""

    RATE = "rate"
    MORE_THAN_POTENTIAL = "more_than_potential"
    GROUPS = "groups"
    SEXES = "sexes"
    COMMUNES = "communes"
    SOURCES = "sources"


@dataclass(frozen=True)
class Finding:
    """One disagreement. ``said`` is what is published, ``found`` what the other figures make of it.

    ``figure`` is registered, potential or rate; for SOURCES the two are what two sources say.
    """

    kind: FindingKind
    territory_id: int
    as_of_date: date
    is_month_only: bool
    group: str
    sex: str
    figure: str
    said: Decimal
    found: Decimal
    sources: tuple[str, ...]


@dataclass(frozen=True)
class _Moment:
    """All readings of one place, day and kind, by group and sex."""

    rows: dict[tuple[str, str], list[Reading]]

    def values(self, group: str, sex: str, figure: str) -> set[int]:
        at = _AT[figure]
        return {cast("int", row[at]) for row in self.rows.get((group, sex), ()) if row[at] is not None}

    def span(self, key: tuple[str, str], figure: str) -> tuple[int, int] | None:
        """Return the least and the most that is said; None where nothing is."""
        rows, at = self.rows.get(key), _AT[figure]
        if not rows:
            return None
        if len(rows) == 1:  # nearly always: nothing to compare
            value = cast("int | None", rows[0][at])
            return None if value is None else (value, value)
        values = self.values(*key, figure)
        return (min(values), max(values)) if values else None

    def sources(self, *keys: tuple[str, str]) -> tuple[str, ...]:
        return tuple(sorted({row.source for key in keys for row in self.rows.get(key, ())}))


def find_disagreements(
    readings: Iterable[Reading], *, parent_of: Mapping[int, int], children: Mapping[int, frozenset[int]]
) -> list[Finding]:
    """Return what does not add up, in the order of place and day.

    Checked: a rate against registered of potential (half a unit of its last published place is rounding); more
    registered than could; EU and non-EU against all; women and men against both; the communes of a region against it
    when every one of them is there, or when a part is more than the whole; sources against each other, and the
    potential, which does not change from day to day, between sources over the whole election.
    """
    rows = list(readings)
    found = [finding for row in rows for finding in _of_row(row)]
    moments: dict[tuple[int, date, bool, str], _Moment] = {}
    for row in rows:
        key = (row.territory_id, row.as_of_date, row.is_month_only, row.kind)
        moments.setdefault(key, _Moment({})).rows.setdefault((row.group, row.sex), []).append(row)
    for key, moment in moments.items():
        found += _of_moment(key, moment)
        if children.get(key[0]):
            found += _of_region(key, moment, moments, children[key[0]])
    found += _potentials(rows)
    return sorted(
        found, key=lambda one: (parent_of.get(one.territory_id, 0), one.territory_id, one.as_of_date, one.kind)
    )


def rounding_of(places: int) -> Decimal:
    """Return half a unit of the last decimal place."""
    return Decimal(5).scaleb(-places - 1)


def _of_row(row: Reading) -> Iterator[Finding]:
    if row.registered is None or not row.potential:
        return
    head = (row.territory_id, row.as_of_date, row.is_month_only, row.group, row.sex)
    if row.registered > row.potential:
        yield Finding(
            FindingKind.MORE_THAN_POTENTIAL,
            *head,
            "registered",
            Decimal(row.registered),
            Decimal(row.potential),
            (row.source,),
        )
    if row.rate_percent is not None and _may_differ(row):
        worked = Decimal(100 * row.registered) / row.potential
        if abs(worked - row.rate_percent) > rounding_of(row.rate_places):
            yield Finding(
                FindingKind.RATE, *head, "rate", row.rate_percent, round(worked, row.rate_places + 2), (row.source,)
            )


def _may_differ(row: Reading) -> bool:
    """Whether a rate is near or beyond what rounding explains; what is far within needs no exact arithmetic."""
    worked = 100.0 * (row.registered or 0) / (row.potential or 1)
    return abs(worked - float(row.rate_percent or 0)) > 0.49 * 10.0**-row.rate_places


def _of_moment(key: tuple[int, date, bool, str], moment: _Moment) -> Iterator[Finding]:
    place, day, is_month, _kind = key
    for group, sex in [key for key, rows in moment.rows.items() if len(rows) > 1]:
        for figure in FIGURES:
            values = sorted(moment.values(group, sex, figure))
            if len(values) > 1:
                sources, ends = moment.sources((group, sex)), (Decimal(values[0]), Decimal(values[-1]))
                yield Finding(FindingKind.SOURCES, place, day, is_month, group, sex, figure, *ends, sources)
    for kind, wholes in ((FindingKind.GROUPS, _BY_GROUP), (FindingKind.SEXES, _BY_SEX)):
        for whole, parts in wholes:
            if whole in moment.rows and parts[0] in moment.rows and parts[1] in moment.rows:
                for figure in FIGURES:
                    yield from _sum(kind, key, moment, whole, parts, figure)
    yield from _rate_of_all(key, moment)


def _sum(
    kind: FindingKind,
    key: tuple[int, date, bool, str],
    moment: _Moment,
    whole: tuple[str, str],
    parts: tuple[tuple[str, str], ...],
    figure: str,
) -> Iterator[Finding]:
    """Yield the finding when no combination of what the sources say adds up."""
    spans = [moment.span(each, figure) for each in (whole, *parts)]
    if not all(spans) or _adds_up(*cast("list[tuple[int, int]]", spans)):
        return
    said = moment.values(*whole, figure)
    sums = {sum(values) for values in product(*(sorted(moment.values(*part, figure)) for part in parts))}
    if said and sums and not said & sums:
        place, day, is_month, _kind = key
        one, other = min(said), min(sums)
        yield Finding(
            kind, place, day, is_month, *whole, figure, Decimal(one), Decimal(other), moment.sources(whole, *parts)
        )


def _adds_up(whole: tuple[int, int], one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the ends themselves do, which is the usual case and quickly seen."""
    return whole[0] == one[0] + other[0] or whole[1] == one[1] + other[1]


def _rate_of_all(key: tuple[int, date, bool, str], moment: _Moment) -> Iterator[Finding]:
    """Hold a rate of all, published without its potential, against the potentials of its groups."""
    of_all = moment.rows.get((NationalityGroup.ALL, ""), ())
    if all(row.rate_percent is None or row.registered is None or row.potential for row in of_all):
        return
    keys = [(NationalityGroup.EU, ""), (NationalityGroup.NON_EU, "")]
    potentials = [moment.values(*each, "potential") for each in keys]
    place, day, is_month, _kind = key
    for row in of_all:
        if row.rate_percent is None or row.registered is None or row.potential or not all(potentials):
            continue
        worked = {Decimal(100 * row.registered) / sum(pair) for pair in product(*potentials) if sum(pair)}
        if worked and all(abs(each - row.rate_percent) > rounding_of(row.rate_places) for each in worked):
            sources = tuple(sorted({row.source, *moment.sources(*keys)}))
            nearest = round(min(worked), row.rate_places + 2)
            yield Finding(
                FindingKind.RATE,
                place,
                day,
                is_month,
                NationalityGroup.ALL,
                "",
                "rate",
                row.rate_percent,
                nearest,
                sources,
            )


def _of_region(
    key: tuple[int, date, bool, str],
    region: _Moment,
    moments: Mapping[tuple[int, date, bool, str], _Moment],
    communes: frozenset[int],
) -> Iterator[Finding]:
    place, day, is_month, kind = key
    known = {
        commune: moments[commune, day, is_month, kind]
        for commune in communes
        if (commune, day, is_month, kind) in moments
    }
    for (group, sex), figure in product(list(region.rows), FIGURES):
        said = region.span((group, sex), figure)
        if said is None:
            continue
        there = [span for moment in known.values() if (span := moment.span((group, sex), figure))]
        if not there:
            continue
        least, most = sum(span[0] for span in there), sum(span[1] for span in there)
        is_whole = len(there) == len(communes)
        if least > said[1] or (is_whole and most < said[0]):
            sources = tuple(
                sorted({*region.sources((group, sex)), *(s for m in known.values() for s in m.sources((group, sex)))})
            )
            said_one, found = (said[1], least) if least > said[1] else (said[0], most)
            yield Finding(
                FindingKind.COMMUNES,
                place,
                day,
                is_month,
                group,
                sex,
                figure,
                Decimal(said_one),
                Decimal(found),
                sources,
            )


def _potentials(rows: list[Reading]) -> Iterator[Finding]:
    """Yield where two sources name different potentials for the same place and group on different days."""
    latest: dict[tuple[int, str, str], dict[str, Reading]] = {}
    for row in rows:
        if row.potential is not None:
            by_source = latest.setdefault((row.territory_id, row.group, row.sex), {})
            if row.source not in by_source or by_source[row.source].as_of_date <= row.as_of_date:
                by_source[row.source] = row
    for (place, group, sex), by_source in latest.items():
        ordered = sorted(by_source.values(), key=lambda row: (row.as_of_date, row.source))
        first, last = ordered[0], ordered[-1]
        if first.potential != last.potential and first.as_of_date != last.as_of_date:
            yield Finding(
                FindingKind.SOURCES, place, last.as_of_date, last.is_month_only, group, sex, "potential",
                Decimal(first.potential or 0), Decimal(last.potential or 0), (first.source, last.source),
            )  # fmt: skip
