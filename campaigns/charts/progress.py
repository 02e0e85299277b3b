"""Which charts an initiative's progress has, each by its name in addresses."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from campaigns.charts.drawing import Drawing
from campaigns.charts.initiative import CountryFigure, draw_ranking, draw_series, draw_tiles, draw_total
from campaigns.charts.numbers import day
from campaigns.charts.outlines import OutlineMap, draw_map
from campaigns.initiative_rules import STATEMENTS_NEEDED
from campaigns.selectors.initiatives import InitiativeProgress

CHARTS = ("total", "ranking", "tiles", "map", "series")


def figures_of(progress: InitiativeProgress) -> list[CountryFigure]:
    """Return the countries as the charts take them."""
    return [
        CountryFigure(
            code=row.code,
            name=row.name,
            ratio=None if row.count is None else 0.0 if row.is_late else row.ratio,
            is_late=row.is_late,
        )
        for row in progress.rows
    ]


def drawing_of(name: str, progress: InitiativeProgress, outlines: OutlineMap) -> Drawing | None:
    """Return one chart by name; none when there is nothing to draw (no reading, one single day, no outlines)."""
    if progress.snapshot is None:
        return None
    makers: dict[str, Callable[[str], Drawing | None]] = {
        "total": lambda ident: draw_total(
            ident,
            total=progress.total,
            valid=progress.valid_total,
            target=STATEMENTS_NEEDED,
            is_certified=progress.is_certified,
        ),
        "ranking": lambda ident: draw_ranking(ident, figures_of(progress)),
        "tiles": lambda ident: draw_tiles(ident, figures_of(progress)),
        "map": lambda ident: draw_map(ident, figures_of(progress), outlines) if outlines.outlines else None,
        "series": lambda ident: _series(ident, progress),
    }
    return makers[name](f"{name}-{progress.initiative.pk}")


def _series(ident: str, progress: InitiativeProgress) -> Drawing | None:
    if len(progress.series) < 2:
        return None
    end = progress.collection_end
    points = [(reading.day, reading.total) for reading in progress.series]
    return draw_series(ident, points, target=STATEMENTS_NEEDED, end=end.due_date if end else None)


def drawings_of(progress: InitiativeProgress, outlines: OutlineMap) -> dict[str, Drawing]:
    """Return every chart there is something to draw for."""
    drawn = {name: drawing_of(name, progress, outlines) for name in CHARTS}
    return {name: drawing for name, drawing in drawn.items() if drawing is not None}


def caption_of(progress: InitiativeProgress) -> str:
    """Return the line under a saved chart: which initiative, as of when, how sure, from where."""
    if progress.snapshot is None:
        return f"{progress.initiative.registration_number} {progress.title}"
    certainty = _("certified by the national authorities") if progress.is_certified else _("provisional, not verified")
    return _("%(number)s %(title)s · as of %(day)s, %(certainty)s · source: %(source)s") % {
        "number": progress.initiative.registration_number,
        "title": progress.title,
        "day": day(progress.snapshot.as_of_date),
        "certainty": certainty,
        "source": progress.snapshot.get_origin_display(),
    }
