"""The staff area's page of events in figures: how many were held, whom they reached, at what cost."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from campaigns.charts.drawing import Drawing
from campaigns.charts.petition import draw_bars
from core import audit
from core.query_values import near_day, whole_number
from dashboards.exports import write_csv
from dashboards.permissions import may_see_dashboards
from events.selectors.figures import EventFigures, Filters, Line, Sums, campaigns_with_events, event_figures

if TYPE_CHECKING:
    from accounts.models import User

CHARTS = ("communes", "months", "informed")
TABLES = ("communes", "months", "types", "events")
_COLUMNS = (
    "planned", "held", "reported", "cancelled", "informed", "informed_per_event", "attended", "show_rate",
    "volunteer_hours", "cost_euros", "cost_per_contact_euros",
)  # fmt: skip


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the figures of the events the viewer may see."""
    user, filters = _user(request), read_filters(request.GET)
    figures = event_figures(user, filters, at=timezone.now())
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    drawn = ((name, _drawing(figures, name)) for name in CHARTS)
    hosts = {line.event.organisation_id for line in figures.rows}
    context = {
        "figures": figures,
        "filters": filters,
        "campaigns": list(campaigns_with_events(user)),
        "organisations": list(Organisation.objects.filter(pk__in=hosts).order_by("name")),
        "charts": [
            (drawing, reverse("dashboards_events_chart", args=[name]) + query) for name, drawing in drawn if drawing
        ],
        "tables": [
            (title, column, _named(lines, name), reverse("dashboards_events_table", args=[name]) + query)
            for name, title, column, lines in (
                ("communes", _("By commune"), _("Commune"), figures.communes),
                ("months", _("By month"), _("Month"), figures.months),
                ("types", _("By type"), _("Type"), figures.types),
            )
        ],
        "events_url": reverse("dashboards_events_table", args=["events"]) + query,
    }  # fmt: skip
    return render(request, "dashboards/staff_events.html", context)


@never_cache
@require_safe
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """Give one chart as an SVG file."""
    user = _user(request)
    if name not in CHARTS:
        raise Http404
    figures = event_figures(user, read_filters(request.GET), at=timezone.now())
    drawing = _drawing(figures, name)
    if drawing is None:
        raise Http404
    moment = timezone.localtime(figures.as_of).strftime("%Y-%m-%d %H:%M")
    response = HttpResponse(
        drawing.standalone(_("As of %(time)s.") % {"time": moment}), content_type="image/svg+xml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="events-{name}.svg"'
    return response


@never_cache
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Give one table as a CSV file: sums only."""
    user = _user(request)
    if name not in TABLES:
        raise Http404
    figures = event_figures(user, read_filters(request.GET), at=timezone.now())
    as_of = figures.as_of.isoformat(timespec="seconds")
    if name == "events":
        rows = [
            [line.event.starts_at.astimezone(line.event.zone).isoformat(timespec="minutes"), line.event.title,
             line.event.status, *_cells(line.sums), as_of]
            for line in figures.rows
        ]  # fmt: skip
        header = ["starts_at", "title", "status", *_COLUMNS, "as_of"]
    else:
        lines: list[Line] = getattr(figures, name)
        rows = [[line.key, line.name, *_cells(line.sums), as_of] for line in lines]
        header = ["key", "name", *_COLUMNS, "as_of"]
    audit.record("events.figures.exported", by=user, count=len(rows), table=name)
    response = HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    day = timezone.localtime(figures.as_of).date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="events-{name}-{day}.csv"'
    return response


def read_filters(query: QueryDict) -> Filters:
    """Return the filters of an address; what cannot be read is no filter."""
    return Filters(
        campaign=whole_number(query.get("campaign", "")),
        organisation=whole_number(query.get("organisation", "")),
        first=near_day(query.get("from", "")),
        last=near_day(query.get("to", "")),
    )


def _drawing(figures: EventFigures, name: str) -> Drawing | None:
    if name == "months":
        held = [(month_name(line.key), line.sums.held) for line in figures.months]
        return draw_bars("events-months", _("Events held by month"), held)
    if name == "informed":
        informed = [(month_name(line.key), line.sums.informed) for line in figures.months]
        return draw_bars("events-informed", _("People informed by month"), informed)
    held = [(line.name or _("online or not said"), line.sums.held) for line in figures.communes if line.sums.held]
    return draw_bars("events-communes", _("Events held by commune"), held, most=19)


def month_name(key: str) -> str:
    """Return the first day of a month, ISO 8601, as the month's name."""
    return date_format(date.fromisoformat(key), "YEAR_MONTH_FORMAT")


def _named(lines: list[Line], name: str) -> list[tuple[str, Sums]]:
    if name == "months":
        return [(month_name(line.key), line.sums) for line in lines]
    return [(line.name or _("online or not said"), line.sums) for line in lines]


def _cells(sums: Sums) -> list[Any]:
    def rounded(value: float | None, digits: int) -> float | str:
        return "" if value is None else round(value, digits)

    return [
        sums.planned, sums.held, sums.reported, sums.cancelled, sums.informed, rounded(sums.informed_per_event, 1),
        sums.attended, rounded(sums.show_rate, 4), round(sums.hours, 1), round(sums.cost_cents / 100, 2),
        rounded(sums.cost_per_contact, 2),
    ]  # fmt: skip
