"""Official figures as CSV: every row with its day, how settled it is and its source."""

from collections.abc import Iterable, Sequence
from datetime import date

from campaigns.models import Election, RegistrationCount
from campaigns.registration_course import Figure
from campaigns.registration_values import AsOf
from campaigns.selectors.registration_figures import Comparison, RegistrationFigures
from dashboards.exports import write_csv

TABLES = ("communes", "groups", "figures")
_HEADER = (
    "code", "place", "group", "as_of", "kind", "registered", "count_is", "potential", "rate_percent", "people_gained",
    "people_gained_percent", "rate_gained_points", "baseline_registered", "baseline_rate_percent", "source",
)  # fmt: skip


def table_csv(figures: RegistrationFigures, name: str) -> str:
    """Return one table; ``figures`` has every standing row known by the day, in the columns our import reads."""
    if name == "figures":
        return _published(figures)
    lines = figures.communes if name == "communes" else figures.groups
    return write_csv(_HEADER, [_row(line) for line in lines])


def as_of(figure: Figure) -> str:
    """Return the day, or the month where only that is known, ISO 8601."""
    return figure.as_of.day.isoformat()[: 7 if figure.as_of.is_month_only else 10]


def _row(line: Comparison) -> list[object]:
    now, base = line.now, line.base
    if now is None:
        return [line.code, line.name, line.group, *[""] * (len(_HEADER) - 3)]
    percent = line.people_gained_percent
    return [
        line.code, line.name, line.group, as_of(now), now.kind, now.registered, now.basis.value, now.potential,
        _decimal(now.rate), line.people_gained, None if percent is None else round(percent, 2),
        _decimal(line.rate_gained_points), base.registered if base else None, _decimal(base.rate if base else None),
        "; ".join(now.sources),
    ]  # fmt: skip


def _decimal(value: object) -> float | None:
    return None if value is None else round(float(str(value)), 4)


def _published(figures: RegistrationFigures) -> str:
    header = [
        "date", "nis_code", "place", "group", "sex", "registered", "potential", "rate_percent", "kind", "source",
        "import",
    ]  # fmt: skip
    return write_csv(header, _published_rows(figures.election, figures.on))


def _published_rows(election: Election, on: date) -> Iterable[Sequence[object]]:
    rows = RegistrationCount.objects.filter(election=election).standing().order_by("as_of_date", "pk")
    found = rows.select_related("territory").defer("territory__outline")
    for row in found:
        if AsOf(row.as_of_date, row.is_month_only).known_on > on:
            continue
        day = row.as_of_date.isoformat()[: 7 if row.is_month_only else 10]
        rate = None if row.rate_percent is None else f"{row.rate_percent:.{row.rate_places}f}"
        yield [
            day, row.territory.code if row.territory.level == "commune" else "", row.territory.name, row.group, row.sex,
            row.registered, row.potential, rate, row.kind, row.source,
            row.imported_by_id,
        ]  # fmt: skip
