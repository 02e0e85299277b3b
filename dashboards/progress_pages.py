"""What the public and the staff pages of an initiative share: context, charts and tables as files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from campaigns.charts.progress import CHARTS, caption_of, drawing_of, drawings_of
from campaigns.initiative_rules import COUNTRIES_NEEDED, STATEMENTS_NEEDED
from campaigns.models import Initiative
from campaigns.selectors.initiatives import InitiativeProgress, initiative_progress
from campaigns.selectors.outlines import outline_map
from dashboards.exports import countries_csv, file_name, readings_csv
from dashboards.selectors import check_sort, sort_links, sort_rows

if TYPE_CHECKING:
    from accounts.models import User

LISTED_POINTS = 60
TABLES = {"countries": countries_csv, "readings": readings_csv}


@dataclass(frozen=True)
class FileUrls:
    """Where a page's charts and tables can be saved from, by name."""

    charts: Mapping[str, str]
    tables: Mapping[str, str]


def progress_of(initiative: Initiative, viewer: "User | None" = None) -> InitiativeProgress:
    """Return an initiative's progress today in the active language."""
    return initiative_progress(initiative, on=timezone.localdate(), language=get_language() or "en", viewer=viewer)


def progress_context(request: HttpRequest, progress: InitiativeProgress, urls: FileUrls) -> dict[str, Any]:
    """Return what the progress templates need."""
    sort = check_sort(request.GET.get("sort"))
    ranked = progress.status.ranking[:10] if progress.status else ()
    names = {row.code: row for row in progress.rows}
    return {
        "progress": progress,
        "initiative": progress.initiative,
        "drawings": drawings_of(progress, outline_map()),
        "rows": sort_rows(progress.rows, sort),
        "links": sort_links(sort),
        "sort": sort,
        "ranked": [names[country.country] for country in ranked if country.counted],
        "needed": STATEMENTS_NEEDED,
        "countries_needed": COUNTRIES_NEEDED,
        "urls": urls,
        "latest_points": progress.series[: -LISTED_POINTS - 1 : -1],
    }


def chart_response(progress: InitiativeProgress, name: str) -> HttpResponse:
    """Return one chart as an SVG file that stands alone. Raises Http404 for one there is nothing to draw for."""
    drawing = drawing_of(name, progress, outline_map()) if name in CHARTS else None
    if drawing is None:
        raise Http404
    response = HttpResponse(drawing.standalone(caption_of(progress)), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{progress.initiative.slug}-{name}.svg"'
    return response


def table_response(progress: InitiativeProgress, name: str) -> HttpResponse:
    """Return one table as a CSV file. Raises Http404 for an unknown one or an initiative without a reading."""
    if name not in TABLES or progress.snapshot is None:
        raise Http404
    response = HttpResponse(TABLES[name](progress), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(progress, name)}"'
    return response
