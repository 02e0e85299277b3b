"""The staff area's pages of partners: each partner's own figures, and for who leads a campaign all side by side."""

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.charts.drawing import Drawing
from campaigns.charts.petition import draw_bars, draw_days
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.partner_screens import screens_of
from coalition.selectors.partners import standing_of
from core import audit
from dashboards.partner_exports import PARTNER_TABLES, league_csv, partner_csv
from dashboards.partner_figures import PartnerFigures, partner_figures
from dashboards.partner_league import Asked, League, check_sort, league, sort_links
from dashboards.partner_panels import panels_of
from dashboards.partner_sight import campaigns_ranked, lead_sight, own_partnerships, partnerships_seen
from dashboards.permissions import may_see_dashboards

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 100
MOST_COUNTRIES = 30
CHARTS = ("days", "countries")


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the campaigns the viewer leads and the own partnerships; who has but one of either is taken there."""
    user = _user(request)
    led = list(campaigns_ranked(user).order_by("-pk"))
    own = list(own_partnerships(user).select_related("organisation", "campaign").order_by("-campaign", "pk"))
    if len(own) == 1 and not led:
        return redirect("dashboards_partner", own[0].pk)
    if len(led) == 1 and not own:
        return redirect("dashboards_league", led[0].pk)
    return render(request, "dashboards/staff_partners.html", {"led": led, "own": own})


def _figures(request: HttpRequest, pk: int) -> PartnerFigures:
    """Return the figures of a partnership the viewer may see; whoever may not learns nothing (404)."""
    user = _user(request)
    seen = partnerships_seen(user).select_related("campaign", "organisation", "territory")
    partnership = get_object_or_404(seen.defer("territory__outline"), pk=pk)
    return partner_figures(user, partnership, at=timezone.now())


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one partner's figures."""
    figures, user = _figures(request, pk), _user(request)
    drawn = ((name, _drawing(figures, name)) for name in CHARTS)
    context: dict[str, Any] = {
        "figures": figures,
        "partnership": figures.partnership,
        "charts": [(drawing, _url("chart", pk, name)) for name, drawing in drawn if drawing],
        "tables": {name: _url("table", pk, name) for name in PARTNER_TABLES},
        "latest_days": figures.days[:-15:-1],
        "goals_url": _goals_url(user, figures.partnership),
        "choices": _others_to_choose(user, figures.partnership),
        "panels": panels_of(figures.partnership, user),
        "screens": screens_of(figures.partnership, user, request.path),
    }
    return render(request, "dashboards/staff_partner.html", context)


def _others_to_choose(user: "User", shown: Partnership) -> list[Partnership]:
    """Return the own partnerships in several campaigns, the one shown among them; none where there is no choice."""
    own = list(own_partnerships(user).select_related("campaign", "organisation").order_by("campaign__title", "pk"))
    return own if len(own) > 1 and shown in own else []


def _goals_url(user: "User", partnership: Partnership) -> str:
    """Return where the partner's goals are set, for who may set them; nothing for others, and once a partner left."""
    screen, standing = settings.PARTNER_GOALS_SCREEN, standing_of(partnership, user)
    may_set = partnership.left_at is None and (standing.is_manager or standing.is_coordinator)
    return reverse(screen, args=[partnership.pk]) if screen and may_set else ""


def _url(what: str, pk: int, name: str) -> str:
    return reverse(f"dashboards_partner_{what}", args=[pk, name])


def _drawing(figures: PartnerFigures, name: str) -> Drawing | None:
    ident = f"partner-{name}-{figures.partnership.pk}"
    if name == "days":
        return draw_days(ident, figures.days)
    rows = [(row.name, row.count) for row in figures.countries]
    return draw_bars(ident, _("Signatures by country"), rows, most=18)


@never_cache
@require_safe
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one chart as an SVG file."""
    figures = _figures(request, pk)
    drawing = _drawing(figures, name) if name in CHARTS else None
    if drawing is None:
        raise Http404
    caption = _("%(title)s. As of %(time)s.") % {
        "title": f"{figures.partnership.organisation.name}, {figures.partnership.campaign.title}",
        "time": timezone.localtime(figures.as_of).strftime("%Y-%m-%d %H:%M") if figures.as_of else "—",
    }
    response = HttpResponse(drawing.standalone(caption), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="partner-{pk}-{name}.svg"'
    return response


@never_cache
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one table as a CSV file: sums only."""
    figures = _figures(request, pk)
    if name not in PARTNER_TABLES:
        raise Http404
    audit.record("campaigns.partner_figures.exported", by=_user(request), target=figures.partnership, table=name)
    return _file(partner_csv(figures, name), f"partner-{pk}-{name}.csv")


def _asked(request: HttpRequest) -> Asked:
    role = request.GET.get("role", "")
    return Asked(
        country=request.GET.get("country", "")[:2],
        role=role if role in PartnerRole.values else "",
        sort=check_sort(request.GET.get("sort", "")),
    )


def _league(request: HttpRequest, pk: int) -> League:
    """Return the league of a campaign; a partner of it learns nothing, as whoever has nothing to do with it (404)."""
    user = _user(request)
    sight = lead_sight(user, pk)
    if sight is None:
        raise Http404
    campaign = get_object_or_404(Campaign, pk=pk)
    return league(campaign, sight, _asked(request), at=timezone.now())


@never_cache
@require_safe
def league_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all partners of one campaign side by side."""
    found, asked = _league(request, pk), _asked(request)
    page = Paginator(found.lines, PER_PAGE).get_page(request.GET.get("p"))
    narrowed = {"country": asked.country, "role": asked.role}
    filters = urlencode({name: value for name, value in narrowed.items() if value})
    context: dict[str, Any] = {
        "league": found,
        "page": page,
        "asked": asked,
        "roles": PartnerRole.choices,
        "links": sort_links(asked.sort),
        "filters": f"&{filters}" if filters else "",
        "query": urlencode({**narrowed, "sort": asked.sort}),
        "chart": (_country_drawing(found), reverse("dashboards_league_chart", args=[pk])),
        "shown": ngettext("%(number)s partner", "%(number)s partners", page.paginator.count)
        % {"number": page.paginator.count},
    }
    return render(request, "dashboards/staff_league.html", context)


def _country_drawing(found: League) -> Drawing | None:
    title = _("Signatures by the partners' country")
    return draw_bars(f"league-{found.campaign.pk}", title, found.by_country, most=MOST_COUNTRIES)


@never_cache
@require_safe
def league_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the bars by country as an SVG file."""
    found = _league(request, pk)
    drawing = _country_drawing(found)
    if drawing is None:
        raise Http404
    caption = _("%(title)s. As of %(time)s.") % {
        "title": found.campaign.title,
        "time": timezone.localtime(found.as_of).strftime("%Y-%m-%d %H:%M") if found.as_of else "—",
    }
    response = HttpResponse(drawing.standalone(caption), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="partners-{found.campaign.slug}.svg"'
    return response


@never_cache
@require_safe
def league_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the league as a CSV file, as it is filtered and sorted."""
    found = _league(request, pk)
    audit.record(
        "campaigns.partner_figures.exported",
        by=_user(request),
        target=found.campaign,
        table="league",
        count=len(found.lines),
    )
    return _file(league_csv(found), f"partners-{found.campaign.slug}.csv")


def _file(content: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
