"""How far each metric of a campaign is, and how fast it has moved of late: one small function a metric."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from campaigns.enums import Grain, Metric
from campaigns.models import Campaign, Pledge, PledgeMove, Tally
from campaigns.pledge_enums import CountsAs, Standing
from campaigns.registration_course import Figure
from campaigns.selectors.registration_figures import RegistrationFigures
from campaigns.zones import local_day
from events.selectors.figures import EventFigures
from volunteers.enums import WORKING_STAGES
from volunteers.models import StageChange, Volunteer

LATELY = 7  # days
_ACTED = (Standing.ACTED, Standing.COMPLETE)


@dataclass(frozen=True)
class Recent:
    """How many came of late: in ``days`` days, the last of which is ``until``."""

    count: int
    days: int
    until: date

    @property
    def per_day(self) -> float:
        return self.count / self.days


@dataclass(frozen=True)
class Counted:
    """How many there are, as of when, who counted. None: nobody has published a figure; without ``recent`` no pace.

    ``before`` is what the election before ended with, named ``before_at``: official figures alone have that.
    """

    reached: int | None
    as_of: datetime | date | None
    source: str
    recent: Recent | None = None
    before: Figure | None = None
    before_at: str = ""


def counted_in_tallies(campaign: Campaign, metric: Metric, *, at: datetime) -> Counted:
    """Return signatures or pledges, over all petitions or kinds of a campaign."""
    rows = Tally.objects.filter(campaign=campaign, metric=metric)
    totals = rows.by(Grain.TOTAL)
    newest = totals.order_by("-counted_at").values_list("counted_at", flat=True).first()
    today = local_day(at, campaign)
    of_late = rows.by(Grain.DAY).filter(day__gt=today - timedelta(days=LATELY), day__lte=today)
    source = _("our own count") if metric == Metric.SIGNATURES else _("our own count of what people told us")
    return Counted(
        totals.aggregate(sum=Sum("count"))["sum"] or 0,
        newest,
        source,
        Recent(of_late.aggregate(sum=Sum("count"))["sum"] or 0, LATELY, today),
    )


def counted_kept(campaign: Campaign, *, at: datetime) -> Counted:
    """Return pledges kept. The tallies know on which day one was made; when it was kept, its moves know."""
    counted = counted_in_tallies(campaign, Metric.PLEDGES_ACTED, at=at)
    since = at - timedelta(days=LATELY)
    # Who first said so within these days stands at the present step since then at the earliest.
    lately = Pledge.objects.filter(campaign=campaign, counts_as=CountsAs.ACTED, step_at__gt=since, step_at__lte=at)
    before = PledgeMove.objects.filter(pledge=OuterRef("pk"), standing__in=_ACTED, at__lte=since)
    count = lately.filter(~Exists(before)).count()
    return Counted(counted.reached, counted.as_of, counted.source, Recent(count, LATELY, local_day(at, campaign)))


def counted_at_events(campaign: Campaign, figures: EventFigures, metric: Metric, *, at: datetime) -> Counted:
    """Return events held, or people informed at them, by the events' ends."""
    since = at - timedelta(days=LATELY)
    late = [line.sums for line in figures.rows if line.sums.held and since < line.event.ends_at <= at]
    of_events = metric == Metric.EVENTS
    return Counted(
        figures.total.held if of_events else figures.total.informed,
        at,
        _("our own count"),
        Recent(sum(one.held if of_events else one.informed for one in late), LATELY, local_day(at, campaign)),
    )


def counted_mobilisers(campaign: Campaign, *, at: datetime) -> Counted:
    """Return volunteers who are trained or active, and how many of them first became so of late."""
    working = Volunteer.objects.working().filter(campaign=campaign)
    since = at - timedelta(days=LATELY)
    to_work = StageChange.objects.filter(to_stage__in=WORKING_STAGES, volunteer=OuterRef("pk"), at__lte=at)
    fresh = working.filter(Exists(to_work.filter(at__gt=since))).exclude(Exists(to_work.filter(at__lte=since)))
    return Counted(
        working.count(),
        at,
        _("our own count: trained or active"),
        Recent(fresh.count(), LATELY, local_day(at, campaign)),
    )


def counted_officially(figures: RegistrationFigures | None) -> Counted:
    """Return the people registered, as the authority says, and the gain since the figure a week or more before."""
    now = figures.whole.now if figures else None
    if figures is None or now is None or now.registered is None:
        return Counted(None, None, _("no official figure yet"))
    counted = Counted(
        now.registered,
        now.as_of.day,
        ", ".join(now.sources),
        before=figures.whole.base,
        before_at=figures.baseline.title if figures.baseline else "",
    )
    if now.as_of.is_month_only:
        return counted
    before = [
        one
        for one in figures.whole_course
        if one.registered is not None and not one.as_of.is_month_only and (now.as_of.day - one.as_of.day).days >= LATELY
    ]
    if not before:
        return counted
    last = max(before, key=lambda one: one.as_of.day)
    days = (now.as_of.day - last.as_of.day).days
    recent = Recent(now.registered - (last.registered or 0), days, now.as_of.day)
    return replace(counted, recent=recent)
