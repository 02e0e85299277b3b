"""What a campaign means to reach."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.models import Campaign, Goal
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Aim:
    """How much of one metric, by when."""

    target: int
    due_date: date | None = None


@transaction.atomic
def set_goals(*, campaign: Campaign, aims: dict[str, Aim | None], by: "User") -> None:
    """Make the campaign's goals those of ``aims`` (metric → aim; None: no goal). Safe to call twice."""
    known = {goal.metric: Aim(goal.target, goal.due_date) for goal in campaign.goals.all()}
    changed = sorted(metric for metric, aim in aims.items() if known.get(metric) != aim)
    for metric in changed:
        aim = aims[metric]
        if aim is None:
            campaign.goals.filter(metric=metric).delete()
        else:
            Goal.objects.update_or_create(
                campaign=campaign, metric=metric, defaults={"target": aim.target, "due_date": aim.due_date}
            )
    if changed:
        audit.record("campaigns.goals.changed", by=by, target=campaign, metrics=changed)
