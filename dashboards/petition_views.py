"""The staff area's pages of petitions: how many signed, when, where, through whom."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.charts.drawing import Drawing
from campaigns.charts.petition import draw_bars, draw_days
from campaigns.models import Petition
from campaigns.selectors.petition_figures import PetitionFigures, Row, petition_figures
from campaigns.selectors.tallies import petition_counts
from dashboards.exports import write_csv
from dashboards.permissions import may_see_dashboards

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
CHARTS = ("days", "countries", "partners")
TABLES = ("days", "countries", "partners", "sources")


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


def _figures(request: HttpRequest, pk: int) -> PetitionFigures:
    """Return the figures of a petition the viewer may see; an outsider learns nothing (404)."""
    user = _user(request)
    petition = get_object_or_404(Petition.objects.visible_to(user).select_related("campaign"), pk=pk)
    return petition_figures(petition, viewer=user, on=timezone.localdate(), language=get_language() or "en")


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the petitions the viewer may see, each with its count."""
    petitions = Petition.objects.visible_to(_user(request)).select_related("campaign").order_by("-pk")
    page = Paginator(petitions, PER_PAGE).get_page(request.GET.get("p"))
    counts = petition_counts([petition.pk for petition in page.object_list])
    lines = [(petition, counts[petition.pk]) for petition in page.object_list]
    return render(request, "dashboards/staff_petitions.html", {"lines": lines, "page": page})


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one petition's figures."""
    figures = _figures(request, pk)
    return render(request, "dashboards/staff_petition.html", _context(figures))


def _context(figures: PetitionFigures) -> dict[str, Any]:
    drawn = ((name, _drawing(figures, name)) for name in CHARTS)
    pk = figures.petition.pk
    return {
        "figures": figures,
        "charts": [
            (drawing, reverse("dashboards_petition_chart", args=[pk, name])) for name, drawing in drawn if drawing
        ],
        "tables": [
            (title, rows, reverse("dashboards_petition_table", args=[pk, name]))
            for name, title, rows in _breakdowns(figures)
            if rows
        ],
        "latest_days": figures.days[:-32:-1],
        "days_url": reverse("dashboards_petition_table", args=[pk, "days"]),
    }


def _breakdowns(figures: PetitionFigures) -> list[tuple[str, str, tuple[Row, ...]]]:
    return [
        ("countries", _("By country"), figures.countries),
        ("partners", _("By partner"), figures.partners),
        ("sources", _("By link"), figures.sources),
    ]


def _drawing(figures: PetitionFigures, name: str) -> Drawing | None:
    ident = f"{name}-{figures.petition.pk}"
    if name == "days":
        return draw_days(ident, figures.days)
    rows = figures.countries if name == "countries" else figures.partners
    title = _("Signatures by country") if name == "countries" else _("Signatures by partner")
    return draw_bars(ident, title, [(row.name, row.count) for row in rows])


@never_cache
@require_safe
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one chart as an SVG file."""
    figures = _figures(request, pk)
    drawing = _drawing(figures, name) if name in CHARTS else None
    if drawing is None:
        raise Http404
    caption = _("%(title)s. As of %(time)s.") % {
        "title": figures.petition.title,
        "time": timezone.localtime(figures.as_of).strftime("%Y-%m-%d %H:%M") if figures.as_of else "—",
    }
    response = HttpResponse(drawing.standalone(caption), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="petition-{pk}-{name}.svg"'
    return response


@never_cache
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one table as a CSV file."""
    figures = _figures(request, pk)
    if name not in TABLES:
        raise Http404
    response = HttpResponse(_csv(figures, name), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="petition-{pk}-{name}.csv"'
    return response


def _csv(figures: PetitionFigures, name: str) -> str:
    as_of = figures.as_of.isoformat() if figures.as_of else ""
    if name == "days":
        return write_csv(["day", "signatures", "as_of"], [[day.isoformat(), n, as_of] for day, n in figures.days])
    rows: Sequence[Row] = next(rows for key, _title, rows in _breakdowns(figures) if key == name)
    return write_csv(
        ["key", "name", "signatures", "share", "as_of"],
        [[row.key, row.name, row.count, round(row.share, 4), as_of] for row in rows],
    )
