"""What came through one partner, read from tallies as exactly as the token's maker reads it on the dashboard."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Sum

from campaigns.enums import Grain, Metric
from campaigns.models import Partnership, Tally
from dashboards.api.shapes import partnership_shape, told_shape
from dashboards.partner_sight import Sight, sight_of

if TYPE_CHECKING:
    from accounts.models import User


def own_figures(viewer: "User", partnership: Partnership) -> dict[str, Any]:
    """Return the figures of a partnership, in a fixed number of queries.

    The rules are the dashboard's (docs/adr/0032): signatures exactly where the viewer sees them one by one, else in
    tens and without days; pledges of partners in tens, by weeks.
    """
    sight = sight_of(viewer, partnership)
    totals, as_of = _totals(partnership)

    def people(count: int) -> dict[str, Any]:
        return told_shape(sight.people(count), is_exact=sight.is_exact)

    def pledges(count: int) -> dict[str, Any]:
        return told_shape(sight.pledges(count), is_exact=sight.sees_pledges_exactly)

    return {
        "partnership": partnership_shape(partnership),
        "as_of": as_of,
        "is_generated": partnership.campaign.is_generated,
        "signatures": {
            "total": people(totals[Metric.SIGNATURES]),
            "by_day": _by_day(partnership, sight),
            "by_country": [{"code": code, "count": people(count)} for code, count in _by_country(partnership)],
        },
        "pledges": {
            "total": pledges(totals[Metric.PLEDGES]),
            "kept": pledges(totals[Metric.PLEDGES_ACTED]),
            "by_week": [{"begins": monday, "pledged": pledges(count)} for monday, count in _by_week(partnership)],
        },
    }


def _totals(partnership: Partnership) -> tuple[Counter[str], datetime | None]:
    rows = Tally.objects.by(Grain.PARTNER).filter(campaign=partnership.campaign_id, partnership=partnership)
    sums = rows.order_by().values_list("metric").annotate(n=Sum("count"), latest=Max("counted_at"))
    found, as_of = Counter[str](), None
    for metric, count, latest in sums:
        found[metric] = count
        as_of = max(as_of or latest, latest)
    return found, as_of


def _days_of(partnership: Partnership, metric: Metric) -> list[tuple[date, int]]:
    rows = Tally.objects.by(Grain.PARTNER_DAY).filter(partnership=partnership, metric=metric)
    sums = rows.order_by("day").values_list("day").annotate(n=Sum("count"))
    return [(day, count) for day, count in sums if count]


def _by_day(partnership: Partnership, sight: Sight) -> list[dict[str, Any]] | None:
    if not sight.is_exact:
        return None
    return [{"day": day, "count": count} for day, count in _days_of(partnership, Metric.SIGNATURES)]


def _by_week(partnership: Partnership) -> list[tuple[date, int]]:
    weeks = Counter[date]()
    for day, count in _days_of(partnership, Metric.PLEDGES):
        weeks[day - timedelta(days=day.weekday())] += count
    return sorted(weeks.items())


def _by_country(partnership: Partnership) -> list[tuple[str, int]]:
    rows = Tally.objects.by(Grain.PARTNER_TERRITORY).filter(partnership=partnership, metric=Metric.SIGNATURES)
    sums = rows.order_by("territory_code").values_list("territory_code").annotate(n=Sum("count"))
    return [(code, count) for code, count in sums if count]
