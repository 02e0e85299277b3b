"""Whether an initiative can be supported now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.initiative_support import Collection, judge_collection
from campaigns.models import DeadlineKind, Initiative

# The Commission's clock ends a collection, not the campaign's.
COLLECTION_ZONE = ZoneInfo("Europe/Brussels")


def collection_of(initiative: Initiative, at: datetime) -> Collection:
    """Return when support is collected, and where while it can be given. One query."""
    ends = initiative.deadlines.filter(kind=DeadlineKind.COLLECTION_END).values_list("due_date", flat=True).first()
    return judge_collection(
        status=initiative.status,
        begins=initiative.collection_start_date,
        ends=ends,
        closed_early=initiative.early_closure_date,
        url=initiative.support_url,
        on=at.astimezone(COLLECTION_ZONE).date(),
    )
