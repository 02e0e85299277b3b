"""The page of figures: as a page, as the part that refreshes itself, as CSV."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.charts.petition import draw_bars
from core import audit
from core.query_values import near_day, whole_number
from core.spreadsheets import safe_cell
from core.staff_views import refuse
from outreach.charts import draw_columns, draw_commune_map
from outreach.selectors.figures import Figures, Filters, Line, contact_figures, figure_choices, sees_mobilisers
from outreach.selectors.pace import judge_rate

TABLES = ("days", "hours", "communes", "languages", "outcomes", "barriers")
REFRESH_SECONDS = 30
COLUMNS = {
    "communes": gettext_lazy("Commune"), "hours": gettext_lazy("Hour"), "days": gettext_lazy("Day"),
    "outcomes": gettext_lazy("Outcome"), "languages": gettext_lazy("Language"), "barriers": gettext_lazy("Barrier"),
}  # fmt: skip


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures; an htmx request gets the part that changes."""
    if not request.user.has_perm("outreach.view_canvassingeffort"):
        return refuse(request)
    user: Any = request.user
    filters = read_filters(request.GET)
    now = timezone.now()
    found = contact_figures(user, filters, at=now)
    context = {
        "figures": found,
        "sections": _sections(found),
        "judged": judge_rate(found.total.rate),
        "query": request.GET.urlencode(),
        "refresh_seconds": REFRESH_SECONDS,
        "sees_mobilisers": sees_mobilisers(user),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "outreach/staff/figures_live.html", context)
    if found.mobilisers:
        audit.record("outreach.mobiliser_figures.viewed", by=user, count=len(found.mobilisers))
    today = timezone.localdate()
    context |= {"choices": figure_choices(user), "filters": filters, "periods": _periods(request.GET, today)}
    return render(request, "outreach/staff/figures.html", context)


@never_cache
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Give one table as a CSV file: sums only."""
    if not request.user.has_perm("outreach.view_canvassingeffort"):
        return refuse(request)
    if name not in TABLES:
        raise Http404
    user: Any = request.user
    found = contact_figures(user, read_filters(request.GET), at=timezone.now())
    lines: list[Line] = getattr(found, name)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["key", "name", "records", "conversations", "contact_rate", "as_of"])
    as_of = found.as_of.isoformat(timespec="seconds")
    for line in lines:
        rate = "" if line.rate is None else round(line.rate, 4)
        writer.writerow([safe_cell(line.key), safe_cell(line.name), line.attempts, line.conversations, rate, as_of])
    audit.record("outreach.figures.exported", by=user, count=len(lines), table=name)
    response = HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")
    day = timezone.localtime(found.as_of).date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="contacts-{name}-{day}.csv"'
    return response


def read_filters(query: QueryDict) -> Filters:
    """Return the filters of an address; what cannot be read is no filter."""
    return Filters(
        effort=whole_number(query.get("effort", "")),
        team=whole_number(query.get("team", "")),
        organisation=whole_number(query.get("organisation", "")),
        first=near_day(query.get("from", "")),
        last=near_day(query.get("to", "")),
    )


def _periods(query: QueryDict, today: date) -> list[tuple[str, str, bool]]:
    """Return the quick choices of a period: name, query, whether it is the one shown."""
    chosen = query.get("from", ""), query.get("to", "")
    found = []
    for name, days in ((_("Today"), 0), (_("7 days"), 6), (_("30 days"), 29), (_("All"), None)):
        first = "" if days is None else (today - timedelta(days=days)).isoformat()
        last = "" if days is None else today.isoformat()
        changed = query.copy()
        changed["from"], changed["to"] = first, last
        found.append((name, changed.urlencode(), chosen == (first, last)))
    return found


def _sections(found: Figures) -> list[dict[str, Any]]:
    """Return every chart with its table: the title, the drawing (or none), the lines, the name of its CSV."""
    days = [date_format(date.fromisoformat(line.key), "j N") for line in found.days]
    bars = {
        "outcomes": (_("By outcome"), found.outcomes),
        "languages": (_("By language"), found.languages),
        "barriers": (_("By barrier"), found.barriers),
    }
    first = [
        ("communes", _("By commune"), draw_commune_map("communes", found.communes, found.map), found.communes),
        ("hours", _("By hour"), draw_columns("hours", _("Records by hour of the day"), found.hours,
                                             [line.key for line in found.hours]), found.hours),
        ("days", _("By day"), draw_columns("days", _("Records by day"), found.days, days),
         [replace(line, name=date_format(date.fromisoformat(line.key))) for line in found.days[::-1]
          if line.attempts]),
    ]  # fmt: skip
    rest = [
        (name, title, draw_bars(name, title, [(line.name, line.attempts) for line in lines]), lines)
        for name, (title, lines) in bars.items()
    ]
    return [
        {
            "name": name, "title": title, "column": COLUMNS[name], "drawing": drawing, "lines": lines,
            "is_barriers": name == "barriers",
        }
        for name, title, drawing, lines in [*first, *rest]
    ]  # fmt: skip
