"""The staff area's pages of pledges: what people promised, how far they say they are, what stopped them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.charts.drawing import Drawing
from campaigns.charts.petition import draw_bars, draw_days
from campaigns.enums import Metric
from campaigns.models import PledgeKind, Tally
from core import audit
from core.small_counts import in_tens
from dashboards.exports import write_csv
from dashboards.permissions import may_see_dashboards
from dashboards.pledge_figures import KindFigures, kind_figures
from dashboards.pledge_ladders import By, LadderTable, campaigns_read_exactly, pledge_ladder, sight_of

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
CHARTS = ("days", "ladder")
TABLES = ("days", "ladder", "endings")


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


def _kind(request: HttpRequest, pk: int) -> PledgeKind:
    """Return a kind of a campaign the viewer sees; an outsider learns nothing (404)."""
    kinds = PledgeKind.objects.visible_to(_user(request)).select_related("campaign", "election", "initiative")
    return get_object_or_404(kinds, pk=pk)


def asked_by(request: HttpRequest) -> By:
    """Return what the address asks the table to be broken down by; a word it does not know is the place."""
    asked = request.GET.get("by", "")
    return By(asked) if asked in By.values else By.COMMUNE


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the kinds of pledges the viewer sees, each with how many promised and kept it."""
    user = _user(request)
    kinds = PledgeKind.objects.visible_to(user).select_related("campaign").order_by("-campaign", "name", "pk")
    page = Paginator(kinds, PER_PAGE).get_page(request.GET.get("p"))
    pks = [kind.pk for kind in page.object_list]
    totals = Tally.objects.visible_to(user).totals().filter(pledge_kind__in=pks)
    counts = {(kind, metric): n for kind, metric, n in totals.values_list("pledge_kind", "metric", "count")}
    exactly = campaigns_read_exactly(user, {kind.campaign_id for kind in page.object_list})
    lines = []
    for kind in page.object_list:
        told = [counts.get((kind.pk, metric), 0) for metric in (Metric.PLEDGES, Metric.PLEDGES_ACTED)]
        lines.append((kind, *(told if kind.campaign_id in exactly else map(in_tens, told))))
    return render(request, "dashboards/staff_pledges.html", {"lines": lines, "page": page})


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one kind of pledge in figures."""
    kind, user, at = _kind(request, pk), _user(request), timezone.now()
    figures = kind_figures(user, kind, sight_of(user, kind.campaign), at=at)
    table = pledge_ladder(user, kind, asked_by(request), at=at)
    drawn = ((name, drawing_of(figures, table, name)) for name in CHARTS)
    context: dict[str, Any] = {
        "figures": figures,
        "kind": kind,
        "charts": [(one, f"{_url('chart', pk, name)}?by={table.by}") for name, one in drawn if one],
        "days_url": _url("table", pk, "days"),
        "endings_url": _url("table", pk, "endings"),
        "latest_days": figures.days[:-32:-1],
        **ladder_context(table),
    }
    return render(request, "dashboards/staff_pledge.html", context)


def ladder_context(table: LadderTable) -> dict[str, Any]:
    """Return what the table's template needs."""
    return {
        "table": table,
        "by_choices": [(by.value, by.label) for by in table.sight.choices],
        "ladder_url": f"{_url('table', table.kind.pk, 'ladder')}?by={table.by}",
    }


def _url(what: str, pk: int, name: str) -> str:
    return reverse(f"dashboards_pledge_{what}", args=[pk, name])


@never_cache
@require_safe
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one chart as an SVG file, with as of when and that people told us under it."""
    kind, user, at = _kind(request, pk), _user(request), timezone.now()
    if name not in CHARTS:
        raise Http404
    figures = kind_figures(user, kind, sight_of(user, kind.campaign), at=at)
    drawing = drawing_of(figures, pledge_ladder(user, kind, asked_by(request), at=at), name)
    if drawing is None:
        raise Http404
    words = {"kind": kind.name, "campaign": kind.campaign.title, "time": _moment(at)}
    caption = _("%(campaign)s: %(kind)s. As of %(time)s, as people told us.") % words
    response = HttpResponse(drawing.standalone(caption), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pledges-{kind.key}-{name}.svg"'
    return response


@never_cache
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one table as a CSV file: sums only."""
    kind, user, at = _kind(request, pk), _user(request), timezone.now()
    if name not in TABLES:
        raise Http404
    if name == "ladder":
        header, rows = ladder_rows(pledge_ladder(user, kind, asked_by(request), at=at))
    else:
        figures = kind_figures(user, kind, sight_of(user, kind.campaign), at=at)
        header, rows = _day_rows(figures) if name == "days" else _ending_rows(figures, at)
    audit.record("campaigns.pledge_figures.exported", by=user, target=kind, table=name, count=len(rows))
    response = HttpResponse(write_csv(header, rows), content_type="text/csv; charset=utf-8")
    day = timezone.localtime(at).date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="pledges-{kind.key}-{name}-{day}.csv"'
    return response


def ladder_rows(table: LadderTable) -> tuple[list[str], list[list[object]]]:
    """Return the table as saved: every line, and the sum first. ``*_told``: as people told us."""
    keys = [rung.key for rung in table.kind.ladder.steps[1:]]
    header = ["by", "key", "name", "informed_face_to_face", "promised", *(f"{key}_told" for key in keys), "ended_told",
              "as_of", "source"]  # fmt: skip
    told = _("as people told us")
    rows: list[list[object]] = [
        [table.by.value if line is not table.total else "total", line.key, line.name, line.informed,
         *map(_cell, line.steps), _cell(line.ended), table.as_of.isoformat(timespec="seconds"), told]
        for line in (table.total, *table.lines)
    ]  # fmt: skip
    return header, rows


def _cell(count: int) -> object:
    """Return a count for a file: "fewer than 10" in words, because a spreadsheet would add up a ten."""
    return count if type(count) is int else str(count)


def _day_rows(figures: KindFigures) -> tuple[list[str], list[list[object]]]:
    as_of = figures.as_of.isoformat() if figures.as_of else ""
    first = "day" if figures.step == 1 else "week_from"
    rows: list[list[object]] = [[day.isoformat(), _cell(n), _cell(k), as_of] for day, n, k in figures.days]
    return [first, "promised", "kept_of_these_told", "as_of"], rows


def _ending_rows(figures: KindFigures, at: datetime) -> tuple[list[str], list[list[object]]]:
    as_of = at.isoformat(timespec="seconds")
    rows: list[list[object]] = [[one.ending, one.barrier, _cell(one.count), as_of] for one in figures.ended]
    return ["ended", "reason", "people_told", "as_of"], rows


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def drawing_of(figures: KindFigures, table: LadderTable, name: str) -> Drawing | None:
    """Return one chart; None when there is nothing to draw."""
    if name == "days":
        if figures.step > 1:  # weeks in tens: the table says them, bars of a pixel more or less would not
            return None
        days = [(day, made) for day, made, _kept in figures.days]
        return draw_days(f"pledges-days-{figures.kind.pk}", days, titled=_promised_by)
    return draw_ladder(table)


def draw_ladder(table: LadderTable) -> Drawing | None:
    """Return the steps in all as bars; who was informed stands before them, because it is the widest step."""
    rows = list(zip(table.step_names, table.total.steps, strict=True))
    if not any(count for _name, count in rows):
        return None
    rows = [(_("informed face to face"), table.total.informed or 0), *rows]
    return draw_bars(f"pledges-ladder-{table.kind.pk}", _("How far people say they are"), rows)


def _promised_by(step: int) -> str:
    if step == 1:
        return _("Promises by day")
    return ngettext("Promises by %(days)s day", "Promises by %(days)s days", step) % {"days": step}
