"""The staff area's page of what official gains and our pledges have to do with each other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import audit
from core.query_values import near_day
from dashboards.attribution import Attribution, GainLine, attribution
from dashboards.exports import write_csv
from dashboards.registration_exports import as_of
from dashboards.registration_views import figures_asked, viewer_of


def _found(request: HttpRequest, pk: int) -> Attribution:
    """Return what the address asks for; an outsider learns nothing (404)."""
    figures = figures_asked(request, pk)
    return attribution(viewer_of(request), figures, since=near_day(request.GET.get("from", "")), at=timezone.now())


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one campaign's official gain beside its own pledges, and what that does and does not say."""
    found = _found(request, pk)
    context: dict[str, Any] = {
        "found": found,
        "query": f"?from={found.since.isoformat()}&on={found.until.isoformat()}",
    }
    return render(request, "dashboards/staff_attribution.html", context)


@never_cache
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the table as a CSV file: sums only."""
    found = _found(request, pk)
    header = [
        "code", "place", "first_as_of", "first_registered", "last_as_of", "last_registered", "gained_people",
        "gained_rate_points", "told_us_sent", "told_us_confirmed", "at_most_of_the_gain", "at_most_share",
        "what_it_says", "official_sources",
    ]  # fmt: skip
    rows = [_row(line) for line in (found.whole, *found.communes)]
    audit.record(
        "campaigns.pledge_figures.exported",
        by=viewer_of(request),
        target=found.campaign,
        table="attribution",
        count=len(rows),
    )
    response = HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    name = f"gain-and-pledges-{found.campaign.slug}-{found.since.isoformat()}-{found.until.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _row(line: GainLine) -> list[object]:
    def told(count: int) -> object:
        return count if type(count) is int else str(count)

    first, last = line.first, line.last
    sources = sorted({source for figure in (first, last) if figure for source in figure.sources})
    return [
        line.code, line.name, as_of(first) if first else "", first.registered if first else None,
        as_of(last) if last else "", last.registered if last else None, line.gained,
        None if line.points is None else round(float(line.points), 4),
        None if line.gained is None else told(line.sent), None if line.gained is None else told(line.confirmed),
        line.at_most, None if line.share_at_most is None else round(line.share_at_most, 4),
        _("an upper bound, never a cause: nobody can know who of them is in the official sum"), "; ".join(sources),
    ]  # fmt: skip
