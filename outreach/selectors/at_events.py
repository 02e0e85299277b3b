"""What was logged at events, and which events a mobiliser may say to have been at."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from events.models import Event
from outreach.enums import CONVERSATIONS
from outreach.models import Barrier, OutreachContact
from volunteers.models import ShiftAssignment

if TYPE_CHECKING:
    from accounts.models import User


def informed_at(events: Collection[int]) -> dict[int, int]:
    """Return how many people were informed by conversations logged at each of the events: nobody at home is nobody.

    Counted as everywhere: the last word of each chain, neither undone nor revoked (settings.EVENT_INFORMED).
    """
    rows = (
        OutreachContact.objects.counting()
        .filter(event__in=set(events), outcome__in=CONVERSATIONS)
        .order_by()
        .values("event_id")
        .annotate(people=Count("pk"))
        .values_list("event_id", "people")
    )
    return dict.fromkeys(events, 0) | dict(rows)


def barrier_choices() -> list[tuple[str, str]]:
    """Return the barriers staff may code notes with, in the language in force (settings.EVENT_BARRIERS)."""
    return [(barrier.key, str(barrier)) for barrier in Barrier.objects.filter(is_offered=True)]


def named_events(user: "User") -> dict[int, dict[int, tuple[datetime, datetime]]]:
    """Return the events a user may log conversations at, by campaign: start and end by the event's id.

    Those of the shifts the user ever had, and those the user runs as staff.
    """
    stood_at = ShiftAssignment.objects.filter(volunteer__user=user, shift__event__isnull=False)
    run = Event.objects.changeable_by(user).values("pk")
    rows = Event.objects.filter(Q(pk__in=stood_at.values("shift__event")) | Q(pk__in=run)).order_by()
    found: dict[int, dict[int, tuple[datetime, datetime]]] = defaultdict(dict)
    for campaign, pk, starts_at, ends_at in rows.values_list("campaign_id", "pk", "starts_at", "ends_at"):
        found[campaign][pk] = (starts_at, ends_at)
    return found
