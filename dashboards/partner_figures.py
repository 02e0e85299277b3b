"""One partner's own figures, beside the anonymous middle of the others: a fixed number of lookups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from campaigns.agreeing import points_agreeing_to
from campaigns.enums import UNKNOWN_TERRITORY, Grain, Metric
from campaigns.models import Partnership, Source, Tally
from campaigns.selectors.petition_figures import Row
from coalition.models import PartnerGoal
from core.ttl_cache import ttl_cache
from dashboards.partner_counts import Counts, Partners, partner_counts
from dashboards.partner_rules import Pace, anonymous_median, pace_of
from dashboards.partner_sight import Sight, sight_of
from places.names import names_by_code

if TYPE_CHECKING:
    from accounts.models import User

MOST_LINKS = 15
_MOST_CODES = 500
CONSENTS_KEPT = 600  # seconds: counting them reads the people, so it is done every ten minutes


@dataclass(frozen=True)
class Tile:
    """One number with the last seven days of it, and what the others have in the middle (None: not told)."""

    key: str
    label: str | Promise
    count: int
    lately: int | None
    median: int | None
    median_lately: int | None


@dataclass(frozen=True)
class Goal:
    """One goal of the partner's own, and how fast the others are in the middle (None: not told).

    ``is_exact``: in whole tens a pace of a few a day cannot be judged.
    """

    metric: str
    label: str
    pace: Pace
    is_exact: bool
    median_lately: int | None


@dataclass(frozen=True)
class PartnerFigures:
    """What a partner's dashboard shows one viewer.

    ``as_of`` is of signatures and pledges (None: nothing has been counted yet), ``at`` of events, volunteers and
    conversations, ``consented_at`` of the people who agreed. ``volunteers_median``: what the others of the tiles have
    in the middle (None: not told). ``links_rest``: signatures that came by none of the links shown, because people
    shared them on.
    """

    partnership: Partnership
    sight: Sight
    counts: Counts
    tiles: tuple[Tile, ...]
    signatures_today: int
    acted: int
    volunteers: int
    volunteers_median: int | None
    events_to_come: int
    consented: int
    consented_at: datetime
    goals: tuple[Goal, ...]
    days: tuple[tuple[date, int], ...]
    countries: tuple[Row, ...]
    links: tuple[Row, ...]
    links_rest: int
    has_links: bool
    others_told: bool
    as_of: datetime | None
    at: datetime

    @property
    def is_empty(self) -> bool:
        return not self.counts.is_active and not self.volunteers


_LABELS: dict[str, str | Promise] = {
    "signatures": _("Signatures"),
    "pledges": _("Pledges"),
    "events": _("Events held"),
    "contacts": _("Conversations"),
}


def partner_figures(user: "User", partnership: Partnership, *, at: datetime) -> PartnerFigures:
    """Return the figures of a partnership the viewer may see. A score of queries, whatever was signed and by whom."""
    sight = sight_of(user, partnership)
    partners = partner_counts(partnership.campaign, at=at)
    counts = partners.counts[partnership.pk]
    others = list(partners.others_of(partnership))
    links, rest, has_links = _links(partnership, counts, sight)
    consented, consented_at = consented_count(partnership.pk)
    return PartnerFigures(
        partnership=partnership,
        sight=sight,
        counts=counts,
        tiles=tuple(_tile(metric, counts, others, sight) for metric in _LABELS),
        signatures_today=sight.people(counts.signatures_today),
        acted=sight.pledges(counts.acted),
        volunteers=sight.people(counts.volunteers),
        volunteers_median=anonymous_median(other.volunteers for other in others),
        events_to_come=counts.events_to_come,
        consented=sight.people(consented),
        consented_at=consented_at,
        goals=tuple(_goals(partnership, counts, others, partners, sight)),
        days=_days(partnership) if sight.is_exact else (),
        countries=_countries(partnership, counts, sight),
        links=links,
        links_rest=rest,
        has_links=has_links,
        others_told=anonymous_median(other.signatures for other in others) is not None,
        as_of=partners.as_of,
        at=at,
    )


def _tile(metric: str, counts: Counts, others: list[Counts], sight: Sight) -> Tile:
    return Tile(
        key=metric,
        label=_LABELS[metric],
        count=sight.count(metric, getattr(counts, metric)),
        lately=sight.count(metric, counts.lately[metric]),
        median=anonymous_median(getattr(other, metric) for other in others),
        median_lately=anonymous_median(other.lately[metric] for other in others),
    )


def _goals(
    partnership: Partnership, counts: Counts, others: list[Counts], partners: Partners, sight: Sight
) -> Iterable[Goal]:
    for goal in PartnerGoal.objects.filter(partnership=partnership).order_by("metric"):
        reached, lately = getattr(counts, goal.metric), counts.lately[goal.metric]
        yield Goal(
            metric=goal.metric,
            label=str(goal.get_metric_display()),
            pace=pace_of(
                reached=sight.count(goal.metric, reached),
                target=goal.target,
                lately=sight.count(goal.metric, lately),
                due=goal.due_date,
                on=partners.today,
            ),
            is_exact=sight.tells_exactly(goal.metric),
            median_lately=anonymous_median(other.lately[goal.metric] for other in others),
        )


def _days(partnership: Partnership) -> tuple[tuple[date, int], ...]:
    rows = Tally.objects.by(Grain.PARTNER_DAY).filter(partnership=partnership, metric=Metric.SIGNATURES)
    sums = rows.order_by("day").values_list("day").annotate(n=Sum("count"))
    return tuple((day, count) for day, count in sums if count)


def _countries(partnership: Partnership, counts: Counts, sight: Sight) -> tuple[Row, ...]:
    rows = Tally.objects.by(Grain.PARTNER_TERRITORY).filter(partnership=partnership, metric=Metric.SIGNATURES)
    sums = rows.order_by().values_list("territory_code").annotate(n=Sum("count"))
    names = names_by_code((get_language() or "en").partition("-")[0])
    named = [
        Row(
            code,
            gettext("not said") if code == UNKNOWN_TERRITORY else names.get(code, code),
            sight.people(count),
            count / counts.signatures if counts.signatures and sight.is_exact else 0.0,
        )
        for code, count in sums
        if count
    ]
    return tuple(sorted(named, key=lambda row: (-row.count, row.name)))


def _links(partnership: Partnership, counts: Counts, sight: Sight) -> tuple[tuple[Row, ...], int, bool]:
    """Return the partner's links with what came by each, the largest first, and what came by none of those shown."""
    own = Source.objects.filter(partnership=partnership).order_by("-pk")
    labels = dict(own.values_list("code", "label")[:_MOST_CODES])
    if not labels:
        return (), 0, False
    rows = Tally.objects.by(Grain.SOURCE).filter(
        petition__campaign=partnership.campaign_id, metric=Metric.SIGNATURES, key__in=[f"||{code}|" for code in labels]
    )
    sums = dict(rows.order_by().values_list("source").annotate(n=Sum("count")))
    ordered = sorted(labels, key=lambda code: (-(sums.get(code) or 0), labels[code]))[:MOST_LINKS]
    shown = [(code, sums.get(code) or 0) for code in ordered]
    rest = max(0, counts.signatures - sum(count for _code, count in shown))
    total = counts.signatures if sight.is_exact else 0
    named = [
        Row(code, labels[code], sight.people(count), min(1.0, count / total) if total else 0.0) for code, count in shown
    ]
    return tuple(named), sight.people(rest), True


@ttl_cache(CONSENTS_KEPT)
def consented_count(partnership_id: int) -> tuple[int, datetime]:
    """Return how many people credited to a partner agreed to its own news by e-mail now, and when that was counted.

    Those the partner is shown by name, suppressed addresses among them (`campaigns.agreeing`). At most ten minutes old.
    """
    at = timezone.now()
    partnership = Partnership.objects.select_related("campaign").get(pk=partnership_id)
    return points_agreeing_to(partnership, at).order_by().values("supporter").distinct().count(), at
