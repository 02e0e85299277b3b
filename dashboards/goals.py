"""What a campaign means to reach, of every kind, beside what it has reached: one plain list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Role
from campaigns.enums import Metric
from campaigns.models import Campaign, Goal
from campaigns.registration_band import days_of_pace
from campaigns.registration_course import Figure
from campaigns.selectors.registration_figures import RegistrationFigures, registration_figures
from dashboards.goal_counts import (
    Counted,
    Recent,
    counted_at_events,
    counted_in_tallies,
    counted_kept,
    counted_mobilisers,
    counted_officially,
)
from events.selectors.figures import EventFigures, Filters, event_figures

if TYPE_CHECKING:
    from accounts.models import User

# Who sums up the whole campaign; a partner sees its own part elsewhere and no goal of all.
WHOLE = (Role.COORDINATOR, Role.ORGANISER, Role.ANALYST, Role.DATA_PROTECTION_OFFICER)


@dataclass(frozen=True)
class GoalLine:
    """One goal. ``per_day`` is what is needed a day until the day due; none when that is over or there is none.

    ``as_of`` says when the number was true and ``source`` who counted. ``is_over`` after the day due. ``recent`` is how
    many came of late, to set beside what is needed. ``before``: what the election before ended with.
    """

    metric: str
    label: str
    reached: int | None
    target: int
    due_date: date | None
    missing: int
    per_day: int | None
    is_over: bool
    as_of: datetime | date | None
    source: str
    recent: Recent | None = None
    before: Figure | None = None
    before_at: str = ""

    @property
    def share(self) -> float:
        return (self.reached or 0) / self.target

    @property
    def is_reached(self) -> bool:
        return self.reached is not None and self.reached >= self.target

    @property
    def is_official(self) -> bool:
        """Whether somebody else counted: their figures come when they come, and not each week."""
        return self.metric == Metric.REGISTERED


def may_see_goals(user: "User", campaign: Campaign) -> bool:
    """Whether the user sums up all of the campaign: its lead's people, not a partner's."""
    return user.is_superuser or Campaign.objects.led_by(user, *WHOLE).filter(pk=campaign.pk).exists()


def campaigns_with_goals(user: "User") -> list[Campaign]:
    """Return the campaigns with goals that the user sums up, the newest first."""
    seen = Campaign.objects.all() if user.is_superuser else Campaign.objects.led_by(user, *WHOLE)
    rows = Campaign.objects.filter(pk__in=seen.values("pk"), goals__isnull=False)
    return list(rows.annotate(goal_count=Count("goals")).order_by("-pk"))


def campaign_under_way(user: "User", *, on: date) -> Campaign | None:
    """Return the newest campaign the user sums up with a goal that is still to be reached in time."""
    seen = Campaign.objects.all() if user.is_superuser else Campaign.objects.led_by(user, *WHOLE)
    waiting = Goal.objects.filter(Q(due_date__isnull=True) | Q(due_date__gte=on), campaign__in=seen.values("pk"))
    return Campaign.objects.filter(pk__in=waiting.values("campaign")).order_by("-pk").first()


def goal_lines(
    user: "User", campaign: Campaign, *, at: datetime, figures: RegistrationFigures | None = None
) -> list[GoalLine]:
    """Return every goal of a campaign with how far it is, in the order metrics are listed; none for partners.

    With ``figures`` the people registered are those known on their day; what we count ourselves is counted now.
    """
    if not may_see_goals(user, campaign):
        return []
    goals = {goal.metric: goal for goal in Goal.objects.filter(campaign=campaign)}
    today = timezone.localdate(at)
    if figures is None and Metric.REGISTERED in goals:
        figures = registration_figures(campaign, on=today)
    told = _counted(user, campaign, at, figures)
    on = figures.on if figures else today
    return [
        _line(goals[metric.value], told[metric](), today=on if metric == Metric.REGISTERED else today)
        for metric in Metric
        if metric.value in goals
    ]


def _counted(
    user: "User", campaign: Campaign, at: datetime, figures: RegistrationFigures | None
) -> Mapping[Metric, Callable[[], Counted]]:
    """Return by metric how to count it; the events are summed once for what needs them."""

    @cache
    def of_events() -> EventFigures:
        return event_figures(user, Filters(campaign=campaign.pk), at=at)

    return {
        Metric.SIGNATURES: lambda: counted_in_tallies(campaign, Metric.SIGNATURES, at=at),
        Metric.PLEDGES: lambda: counted_in_tallies(campaign, Metric.PLEDGES, at=at),
        Metric.PLEDGES_ACTED: lambda: counted_kept(campaign, at=at),
        Metric.EVENTS: lambda: counted_at_events(campaign, of_events(), Metric.EVENTS, at=at),
        Metric.INFORMED: lambda: counted_at_events(campaign, of_events(), Metric.INFORMED, at=at),
        Metric.MOBILISERS: lambda: counted_mobilisers(campaign, at=at),
        Metric.REGISTERED: lambda: counted_officially(figures),
    }


def _line(goal: Goal, counted: Counted, *, today: date) -> GoalLine:
    missing, per_day = max(0, goal.target - (counted.reached or 0)), None
    if goal.due_date:
        missing, per_day = days_of_pace(reached=counted.reached or 0, target=goal.target, on=today, due=goal.due_date)
    return GoalLine(
        metric=goal.metric, label=str(goal.get_metric_display()), reached=counted.reached, target=goal.target,
        due_date=goal.due_date, missing=missing, per_day=per_day,
        is_over=bool(goal.due_date and goal.due_date < today),
        as_of=counted.as_of, source=counted.source, recent=counted.recent,
        before=counted.before, before_at=counted.before_at,
    )  # fmt: skip
