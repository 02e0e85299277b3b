"""The pipeline as columns, and whom one may ask to look after somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, prefetch_related_objects

from accounts.enums import Role
from accounts.models import User
from volunteers.enums import Stage
from volunteers.models import Volunteer

PER_COLUMN = 25
MOST_PER_COLUMN = 500
_CARERS = (Role.COORDINATOR, Role.PARTNER_MANAGER, Role.ORGANISER)


@dataclass(frozen=True)
class PipelineColumn:
    """One stage: how many there are, and its first cards, those longest in it on top."""

    stage: Stage
    count: int
    cards: list[Volunteer]

    @property
    def left(self) -> int:
        """How many are not shown."""
        return max(self.count - len(self.cards), 0)

    @property
    def next_limit(self) -> int:
        """How many to show after "show more"."""
        return min(len(self.cards) + PER_COLUMN, MOST_PER_COLUMN)


def pipeline(rows: QuerySet[Volunteer], limits: Mapping[Stage, int]) -> list[PipelineColumn]:
    """Return the five columns of ``rows``; the number of queries does not grow with them."""
    counts = dict(rows.order_by().values_list("stage").annotate(count=Count("pk", distinct=True)))
    found = rows.select_related("supporter", "owner", "team", "campaign", "organisation").distinct()
    cards = {
        stage: list(found.filter(stage=stage).order_by("stage_since_at", "pk")[: limits.get(stage, PER_COLUMN)])
        if counts.get(stage)
        else []
        for stage in Stage
    }
    prefetch_related_objects([card for column in cards.values() for card in column], "languages")
    return [PipelineColumn(stage, counts.get(stage, 0), cards[stage]) for stage in Stage]


def with_waiting_times(cards: list[Volunteer], at: datetime, today: date) -> None:
    """Give each card what its template shows: whole days in the stage, days since heard of, overdue or not."""
    for card in cards:
        shown: Any = card
        shown.days_in_stage = max((at - card.stage_since_at).days, 0)
        shown.days_quiet = max((at - card.last_touch_at).days, 0)
        shown.is_overdue = card.next_action_date is not None and card.next_action_date < today


def possible_owners(volunteer: Volunteer) -> QuerySet[User]:
    """Return who may look after a volunteer: staff of their organisation or of the campaign's leading one."""
    organisations = [volunteer.organisation_id, volunteer.campaign.organisation_id]
    return (
        User.objects.filter(is_active=True, memberships__organisation__in=organisations, memberships__role__in=_CARERS)
        .distinct()
        .order_by("first_name", "email")
    )
