"""Whom a broadcast would reach, asked anew every time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from audiences.enums import BroadcastStatus
from audiences.models import Broadcast
from audiences.segment_rules import IN_SEGMENT, InvalidRule
from audiences.selectors.members import SegmentCycle, SegmentTooLong, UnknownSegment, members, reachable
from people.consent import suppressed_among
from people.models import ContactPoint, Supporter

# Stops are kept by keyed hash and cannot be joined: up to so many addresses are looked up one by one.
MOST_LOOKED_UP = 10_000


@dataclass(frozen=True)
class Reach:
    """``members``: people in the segments; ``reachable``: those we may write to, each once, ``languages`` theirs.

    ``stopped``: how many of the reachable have a bounce, a complaint or another stop; None: too many to look up.
    """

    members: int
    reachable: int
    languages: dict[str, int]
    stopped: int | None


_HANDED_IN = (BroadcastStatus.WAITING_FOR_APPROVAL, BroadcastStatus.SCHEDULED)


def audience_rule(broadcast: Broadcast) -> dict[str, Any]:
    """Return the rule of everybody in one of the included segments and in none of the excluded ones."""
    included = _named(broadcast.included.values_list("pk", flat=True))
    excluded = _named(broadcast.excluded.values_list("pk", flat=True))
    return {"all": [{"any": included}, *({"not": each} for each in excluded)]}


def _named(ids: Any) -> list[dict[str, Any]]:
    return [{"is": IN_SEGMENT, "segment": pk} for pk in sorted(ids)]


def audience_of(broadcast: Broadcast, at: datetime) -> QuerySet[Supporter]:
    """Return the people meant, whether or not we may write to them."""
    return members(audience_rule(broadcast), organisation=broadcast.organisation_id, at=at)


def reachable_points(broadcast: Broadcast, at: datetime) -> QuerySet[ContactPoint]:
    """Return the addresses we may write to as far as consent goes; a person may have two of them."""
    return reachable(audience_rule(broadcast), purpose=broadcast.contact_purpose, at=at)


def count_reachable(broadcast: Broadcast, at: datetime) -> int:
    """Return how many people we may write to, as far as consent goes."""
    return reachable_points(broadcast, at).values("supporter").distinct().count()


def people_beside(broadcast: Broadcast, at: datetime, *, begun_only: bool = False) -> int:
    """Return to how many people its organisation writes beside it without a second person's word.

    By other broadcasts of the campaign that were, or are to be, sent within settings.BROADCAST_APPROVAL_HOURS of it;
    ``begun_only``: that began. Who is in several of them counts several times. What a second person approved does not
    count: they have looked at it.
    """
    hours = timedelta(hours=settings.BROADCAST_APPROVAL_HOURS)
    planned = max(broadcast.scheduled_at or at, at)
    others = Broadcast.objects.filter(
        organisation=broadcast.organisation_id, campaign=broadcast.campaign_id, approved_by__isnull=True
    ).exclude(pk=broadcast.pk)
    begun = Q(started_at__isnull=False)
    others = others.filter(begun if begun_only else begun | Q(status__in=_HANDED_IN))
    near = others.annotate(planned=Coalesce("started_at", Greatest("scheduled_at", Value(at)), Value(at)))
    return sum(_size_of(each, at) for each in near.filter(planned__range=(planned - hours, planned + hours)))


def _size_of(broadcast: Broadcast, at: datetime) -> int:
    if broadcast.snapshot_done_at is not None:
        return broadcast.recipient_count
    try:
        return count_reachable(broadcast, at)
    except (InvalidRule, UnknownSegment, SegmentCycle, SegmentTooLong):
        return 0  # it is not ready and cannot begin


def reach_of(broadcast: Broadcast, at: datetime) -> Reach:
    """Return the size of the audience, by language of the person (blank: not known)."""
    points = reachable_points(broadcast, at)
    rows = points.order_by().values_list("supporter__language").annotate(people=Count("supporter", distinct=True))
    languages: dict[str, int] = dict(rows)
    total = sum(languages.values())
    return Reach(
        members=audience_of(broadcast, at).count(),
        reachable=total,
        languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        stopped=_count_stopped(broadcast.channel, points) if total <= MOST_LOOKED_UP else None,
    )


def _count_stopped(channel: str, points: QuerySet[ContactPoint]) -> int:
    """Return how many people have no address left that is not stopped."""
    rows = list(points.order_by().values_list("supporter_id", "canonical"))
    stopped = suppressed_among(channel, [canonical for _person, canonical in rows])
    people = {person for person, _canonical in rows}
    return len(people - {person for person, canonical in rows if canonical not in stopped})
