"""Public pages of initiatives: no account, no session, cacheable."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaigns.charts.progress import CHARTS
from campaigns.initiative_rules import InitiativeRuleError, canonical_number
from campaigns.models import Initiative
from campaigns.selectors.initiatives import initiative_lines
from campaigns.selectors.transparency import public_ledger_of
from dashboards.progress_pages import (
    TABLES,
    FileUrls,
    chart_response,
    progress_context,
    progress_of,
    table_response,
)

# Figures change when a reading is imported; a minute's age is what every public count may have.
public_figures = cache_control(public=True, max_age=60)
MOST_LISTED = 100


def _public_or_404(slug: str) -> Initiative:
    try:
        number = canonical_number(slug)
    except InitiativeRuleError as error:
        raise Http404 from error
    return get_object_or_404(Initiative.objects.public(), registration_number=number)


@require_safe
@public_figures
def initiatives(request: HttpRequest) -> HttpResponse:
    """List the initiatives shown on the public site."""
    listed = list(Initiative.objects.public()[:MOST_LISTED])
    lines = initiative_lines(listed, on=timezone.localdate(), language=get_language() or "en")
    context = {
        "lines": lines,
        "share_title": _("European Citizens' Initiatives"),
        "share_text": _("How far European Citizens' Initiatives are: statements of support, countries, dates."),
    }
    return render(request, "dashboards/public_initiatives.html", context)


@require_safe
@public_figures
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one initiative's progress."""
    progress = progress_of(_public_or_404(slug))
    slug = progress.initiative.slug
    urls = FileUrls(
        charts={name: reverse("dashboards:initiative_chart", args=[slug, name]) for name in CHARTS},
        tables={name: reverse("dashboards:initiative_table", args=[slug, name]) for name in TABLES},
    )
    context = {
        **progress_context(request, progress, urls),
        "ledger": public_ledger_of(progress.initiative.campaign_id),
        "share_title": progress.title,
        "share_text": _("How far the initiative “%(title)s” is: statements of support, countries, dates.")
        % {"title": progress.title},
    }
    return render(request, "dashboards/public_initiative.html", context)


@require_safe
@public_figures
def initiative_chart(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Give one chart as an SVG file."""
    return chart_response(progress_of(_public_or_404(slug)), name)


@require_safe
@public_figures
def initiative_table(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Give one table as a CSV file."""
    return table_response(progress_of(_public_or_404(slug)), name)
