"""What a campaign means to reach, of every kind, beside what it has reached: one plain list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from campaigns.enums import Grain, Metric
from campaigns.models import Campaign, Goal, Tally
from campaigns.registration_band import days_of_pace
from campaigns.selectors.registration_figures import RegistrationFigures, registration_figures
from events.selectors.figures import Filters, event_figures
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User

# Who sums up the whole campaign; a partner sees its own part elsewhere and no goal of all.
WHOLE = (Role.COORDINATOR, Role.ORGANISER, Role.ANALYST, Role.DATA_PROTECTION_OFFICER)


@dataclass(frozen=True)
class GoalLine:
    """One goal. ``per_day`` is what is needed a day until the day due; none when that is over or there is none.

    ``as_of`` says when the number was true and ``source`` who counted. ``is_over`` after the day due.
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

    @property
    def share(self) -> float:
        return (self.reached or 0) / self.target

    @property
    def is_reached(self) -> bool:
        return self.reached is not None and self.reached >= self.target


def may_see_goals(user: "User", campaign: Campaign) -> bool:
    """Whether the user sums up all of the campaign: its lead's people, not a partner's."""
    return user.is_superuser or Campaign.objects.led_by(user, *WHOLE).filter(pk=campaign.pk).exists()


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
    events = event_figures(user, Filters(campaign=campaign.pk), at=at).total if _OF_EVENTS & set(goals) else None
    lines = []
    for metric in Metric:
        goal = goals.get(metric.value)
        if goal is None:
            continue
        if metric in _OF_EVENTS and events is not None:
            reached: int | None = events.held if metric == Metric.EVENTS else events.informed
            told: tuple[int | None, datetime | date | None, str] = reached, at, _("our own count")
        elif metric == Metric.MOBILISERS:
            count = Volunteer.objects.working().filter(campaign=campaign).count()
            told = count, at, _("our own count: trained or active")
        elif metric == Metric.REGISTERED:
            told = _registered(figures)
        else:
            told = _signatures(campaign)
        on = figures.on if figures and metric == Metric.REGISTERED else today
        lines.append(_line(goal, *told, today=on))
    return lines


_OF_EVENTS = {Metric.EVENTS.value, Metric.INFORMED.value}


def _registered(figures: RegistrationFigures | None) -> tuple[int | None, date | None, str]:
    now = figures.whole.now if figures else None
    if now is None or now.registered is None:
        return None, None, _("no official figure yet")
    return now.registered, now.as_of.day, ", ".join(now.sources)


def _signatures(campaign: Campaign) -> tuple[int, datetime | None, str]:
    rows = Tally.objects.filter(campaign=campaign, metric=Metric.SIGNATURES, grain=Grain.TOTAL)
    newest = rows.order_by("-counted_at").values_list("counted_at", flat=True).first()
    return rows.aggregate(sum=Sum("count"))["sum"] or 0, newest, _("our own count")


def _line(goal: Goal, reached: int | None, as_of: datetime | date | None, source: str, *, today: date) -> GoalLine:
    missing, per_day = max(0, goal.target - (reached or 0)), None
    if goal.due_date:
        missing, per_day = days_of_pace(reached=reached or 0, target=goal.target, on=today, due=goal.due_date)
    return GoalLine(
        metric=goal.metric, label=str(goal.get_metric_display()), reached=reached, target=goal.target,
        due_date=goal.due_date, missing=missing, per_day=per_day,
        is_over=bool(goal.due_date and goal.due_date < today),
        as_of=as_of, source=source,
    )  # fmt: skip
