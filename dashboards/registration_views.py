"""The staff area's pages of official registration figures: how many registered, where, against whom, what lags."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.charts.drawing import Drawing
from campaigns.charts.registration import draw_commune_map, draw_multiples
from campaigns.enums import Metric
from campaigns.models import Campaign, PledgeKind
from campaigns.registration_words import written_day
from campaigns.selectors.registration_figures import (
    RegistrationFigures,
    commune_groups,
    registration_figures,
    standing_figures,
)
from core import audit
from core.lists import listed
from core.query_values import near_day, whole_number
from dashboards.attribution import attribution, registration_kinds
from dashboards.goals import goal_lines
from dashboards.permissions import may_import_counts, may_see_dashboards
from dashboards.pledge_ladders import By, pledge_ladder
from dashboards.pledge_views import asked_by, draw_ladder, ladder_context
from dashboards.registration_exports import TABLES, table_csv
from dashboards.registration_paper import registration_pdf
from places.commune_maps import commune_map
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
CHARTS = ("map", "time")
MOST_PANELS_ON_PAPER = 4


def viewer_of(request: HttpRequest) -> "User":
    """Return who asks, if that is somebody who may see dashboards."""
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


def figures_asked(request: HttpRequest, pk: int) -> RegistrationFigures:
    """Return the figures of a campaign the viewer sees, as known on the day asked for (today); else 404."""
    campaigns = Campaign.objects.visible_to(viewer_of(request)).select_related("election")
    figures = registration_figures(get_object_or_404(campaigns, pk=pk), on=_day(request))
    if figures is None:
        raise Http404
    return figures


def _day(request: HttpRequest) -> date:
    today = timezone.localdate()
    return min(near_day(request.GET.get("on", "")) or today, today)


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the campaigns with an election that the viewer sees, each with its standing figure."""
    user = viewer_of(request)
    campaigns = Campaign.objects.visible_to(user).filter(election__isnull=False).select_related("election")
    page = Paginator(campaigns.order_by("-election__election_date", "-pk"), PER_PAGE).get_page(request.GET.get("p"))
    figures = standing_figures([one.election for one in page.object_list if one.election], on=timezone.localdate())
    lines = [(campaign, figures.get(campaign.election_id or 0)) for campaign in page.object_list]
    return render(
        request,
        "dashboards/staff_registrations.html",
        {"lines": lines, "page": page, "may_import": may_import_counts(user)},
    )


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one campaign's official figures."""
    figures = figures_asked(request, pk)
    query = f"?on={figures.on.isoformat()}" if request.GET.get("on") else ""
    drawn = ((name, drawing_of(figures, name)) for name in CHARTS)
    groups = commune_groups(figures)
    goals = goal_lines(viewer_of(request), figures.campaign, at=timezone.now(), figures=figures)
    kinds = registration_kinds(figures.campaign)
    context: dict[str, Any] = {
        "figures": figures,
        "charts": [
            (drawing, reverse("dashboards_registrations_chart", args=[pk, name]) + query)
            for name, drawing in drawn
            if drawing
        ],
        "communes": [(line, groups.get(line.territory_id, {})) for line in figures.communes],
        "tables": {name: reverse("dashboards_registrations_table", args=[pk, name]) + query for name in TABLES},
        "goals": goals,
        "goal": next((goal for goal in goals if goal.metric == Metric.REGISTERED), None),
        "paper_url": reverse("dashboards_registrations_paper", args=[pk]) + query,
        "outline_sources": _outline_sources(figures),
        "may_import": may_import_counts(viewer_of(request)),
        **_told(request, figures, kinds),
    }
    return render(request, "dashboards/staff_registration.html", context)


def _told(request: HttpRequest, figures: RegistrationFigures, kinds: list[PledgeKind]) -> dict[str, Any]:
    """Return what people told us of registering for this election, to stand beside the official figures."""
    if not kinds:
        return {}
    asked = whole_number(request.GET.get("kind", ""))
    kind = next((one for one in kinds if one.pk == asked), kinds[0])
    found = pledge_ladder(viewer_of(request), kind, asked_by(request), at=timezone.now())
    url = reverse("dashboards_pledge_chart", args=[kind.pk, "ladder"])
    return {"kinds": kinds, "told_chart": draw_ladder(found), "told_chart_url": url, **ladder_context(found)}


@never_cache
@require_safe
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one chart as an SVG file, with as of when and the sources under it."""
    figures = figures_asked(request, pk)
    drawing = drawing_of(figures, name) if name in CHARTS else None
    if drawing is None:
        raise Http404
    response = HttpResponse(drawing.standalone(caption_of(figures, name)), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="registrations-{figures.election.key}-{name}.svg"'
    return response


@never_cache
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one table as a CSV file."""
    figures = figures_asked(request, pk)
    if name not in TABLES:
        raise Http404
    content = table_csv(figures, name)
    audit.record("campaigns.registration_counts.exported", by=viewer_of(request), target=figures.campaign, table=name)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="registrations-{figures.election.key}-{name}-{figures.on.isoformat()}.csv"'
    )
    return response


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the one-page report as PDF."""
    figures = figures_asked(request, pk)
    if not figures.has_figures:
        raise Http404
    # A page has room for the whole place over time, and for its communes on the map and in the table.
    drawings = {"map": drawing_of(figures, "map"), "time": drawing_of(figures, "time", most=MOST_PANELS_ON_PAPER)}
    goals = goal_lines(viewer_of(request), figures.campaign, at=timezone.now(), figures=figures)
    user, at = viewer_of(request), timezone.now()
    content = registration_pdf(
        figures,
        goals=goals,
        drawings=drawings,
        outline_sources=_outline_sources(figures),
        tables=[pledge_ladder(user, kind, By.COMMUNE, at=at) for kind in registration_kinds(figures.campaign)],
        gain=attribution(user, figures, since=near_day(request.GET.get("from", "")), at=at),
    )
    response = HttpResponse(content, content_type="application/pdf")
    name = f"registrations-{figures.election.key}-{figures.on.isoformat()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def drawing_of(figures: RegistrationFigures, name: str, *, most: int | None = None) -> Drawing | None:
    """Return one chart; None when there is nothing to draw."""
    ident = f"registrations-{name}-{figures.campaign.pk}"
    if name == "time":
        return draw_multiples(ident, figures.series[:most], deadline=figures.election.registration_deadline)
    communes = commune_map(_communes(figures))
    return draw_commune_map(ident, communes, figures.communes) if communes else None


def _communes(figures: RegistrationFigures) -> Any:
    return Territory.objects.filter(pk__in=[line.territory_id for line in figures.communes])


def _outline_sources(figures: RegistrationFigures) -> list[str]:
    found = _communes(figures).exclude(outline_source="").values_list("outline_source", flat=True)
    return sorted(set(found))


def caption_of(figures: RegistrationFigures, name: str) -> str:
    """Return the line under a saved chart: as of when, how settled, from where."""
    now = figures.whole.now
    words = {
        "election": figures.election.title,
        "day": written_day(now.as_of.day, is_month_only=now.as_of.is_month_only) if now else written_day(figures.on),
        "sources": listed([*figures.sources, *(_outline_sources(figures) if name == "map" else [])]),
    }
    if now is not None and now.is_final:
        return _("%(election)s. As of %(day)s, final. Sources: %(sources)s.") % words
    return _("%(election)s. As of %(day)s, provisional. Sources: %(sources)s.") % words
