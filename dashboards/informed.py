"""How many people a campaign informed face to face: at events, and in conversations logged apart from them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet

from campaigns.models import Campaign
from events.selectors.figures import EventLine, Filters, event_figures
from outreach.enums import CONVERSATIONS
from outreach.models import OutreachContact
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Informed:
    """People informed face to face, as the viewer may sum them up. A person met twice counts twice: nobody is named.

    By mobiliser and by language the conversations logged count and nothing else: a number that an event's report
    corrected has neither.
    """

    total: int
    by_commune: Counter[str]
    by_organisation: Counter[int]
    by_event: Counter[int]
    by_mobiliser: Counter[int]
    by_language: Counter[str]
    is_generated: bool = False


def informed_face_to_face(user: "User", campaign: Campaign, *, at: datetime) -> Informed:
    """Return whom the events and the conversations of a campaign informed. A score of queries, whatever their number.

    A conversation logged at an event that was held is in the event's number already, and counts once.
    """
    events = event_figures(user, Filters(campaign=campaign.pk), at=at)
    held = [line for line in events.rows if line.sums.held]
    seen = OutreachContact.objects.counting().summed_for(user).order_by()
    talks = seen.filter(effort__campaign=campaign, outcome__in=CONVERSATIONS, occurred_at__lte=at)
    apart = talks.exclude(event__in=[line.event.pk for line in held])
    by_commune = Counter({code or "": number for code, number in _grouped(apart, "territory__code").items()})
    by_organisation = Counter(_grouped(apart, "organisation"))
    codes = _codes(held)
    for line in held:
        by_commune[codes.get(line.event.territory_id, "")] += line.sums.informed
        by_organisation[line.event.organisation_id] += line.sums.informed
    return Informed(
        total=sum(by_organisation.values()),
        by_commune=by_commune,
        by_organisation=by_organisation,
        by_event=Counter({line.event.pk: line.sums.informed for line in held if line.sums.informed}),
        by_mobiliser=Counter({key: n for key, n in _grouped(talks, "mobiliser").items() if key}),
        by_language=Counter(_grouped(talks, "language")),
        is_generated=events.is_generated,
    )


def _grouped(rows: QuerySet[OutreachContact], column: str) -> dict[Any, int]:
    return dict(rows.values_list(column).annotate(n=Count("pk")))


def _codes(lines: list[EventLine]) -> dict[int | None, str]:
    wanted = {line.event.territory_id for line in lines if line.event.territory_id}
    return dict(Territory.objects.filter(pk__in=wanted).values_list("pk", "code"))
