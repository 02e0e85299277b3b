"""What happens to segments: made, changed, copied, counted, deleted."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError, Q
from django.utils.translation import gettext

from accounts.models import Organisation
from audiences.actions.journey_uses import forget_old_uses
from audiences.criteria.base import known_parameters
from audiences.enums import BroadcastStatus
from audiences.models import Broadcast, BroadcastExcluded, BroadcastIncluded, Segment, SegmentUse
from audiences.segment_rules import Rule, find_cycle, parse_rule, segments_named, write_rule
from audiences.selectors.ground import ground_of
from audiences.selectors.members import SegmentTooLong, UnknownSegment, members_on
from audiences.selectors.people_sets import PeopleSets
from audiences.selectors.reach import purpose_for, reach_of, size_of
from campaigns.models import Campaign
from core import audit
from core.locks import hold_lock
from people.enums import Channel

logger = logging.getLogger(__name__)


class SegmentsInCircle(Exception):
    """The rule leads back to the segment it is for; ``names`` are the segments on the way."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(" → ".join(names))


class NameTaken(Exception):
    """The organisation has another segment of this name."""


class SegmentInUse(Exception):
    """Something still speaks of the segment; ``names`` says what."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(", ".join(names))


@transaction.atomic
def create_segment(
    *,
    organisation: Organisation,
    campaign: Campaign | None,
    name: str,
    rule: Mapping[str, Any],
    by: Any,
    at: datetime,
    is_generated: bool = False,
) -> Segment:
    """Save a new segment. Raises InvalidRule, UnknownSegment, SegmentTooLong and NameTaken."""
    hold_segments()
    segment = Segment(organisation=organisation, campaign=campaign, is_generated=is_generated)
    _write(segment, name, rule, at)
    audit.record("audiences.segment.created", by=by, target=segment)
    return segment


@transaction.atomic
def change_segment(
    *, segment: Segment, campaign: Campaign | None, name: str, rule: Mapping[str, Any], by: Any, at: datetime
) -> Segment:
    """Change a segment; what was counted by the old rule is forgotten. Its organisation never changes.

    Raises what `create_segment` raises, SegmentsInCircle where the rule leads back to the segment itself, and
    SegmentInUse for another rule while a broadcast that began still writes down its audience by this one.
    """
    hold_segments()
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    before = (segment.name, segment.rule, segment.campaign_id)
    segment.campaign = campaign
    _write(segment, name, rule, at)
    if segment.rule != before[1]:
        _refuse_while_read(segment)
    if (segment.name, segment.rule, segment.campaign_id) != before:
        audit.record("audiences.segment.changed", by=by, target=segment)
    return segment


def hold_segments() -> None:
    """Keep every rule as it is until the transaction ends; who changes one waits.

    Two people who save at once could close a circle that neither of them sees.
    """
    hold_lock("audiences.segments")


def _refuse_while_read(segment: Segment) -> None:
    """What was approved is who these rules mean: nobody changes them between the start and the last person."""
    wanted, reading = {segment.pk}, set()
    while wanted:
        reading |= wanted
        users = SegmentUse.objects.filter(used__in=wanted).values_list("segment", flat=True)
        wanted = set(users) - reading
    begun = Broadcast.objects.filter(
        Q(included__in=reading) | Q(excluded__in=reading),
        status__in=[BroadcastStatus.SENDING, BroadcastStatus.PAUSED],
        snapshot_done_at__isnull=True,
    )
    if names := sorted({str(each) for each in begun}):
        raise SegmentInUse(names)


def _write(segment: Segment, name: str, told: Mapping[str, Any], at: datetime) -> None:
    rule = parse_rule(told, known_parameters())
    same = Segment.objects.filter(organisation=segment.organisation_id, name=name).exclude(pk=segment.pk)
    if same.exists():
        raise NameTaken
    _refuse_circle(segment, rule)
    ground = ground_of(segment.organisation_id, at)
    members_on(rule, ground)  # raises where a segment it speaks of is another's, or all of it is too long
    segment.name, segment.rule = name, write_rule(rule, known_parameters())
    segment.member_count, segment.reach, segment.counted_at = None, {}, None
    segment.save()
    SegmentUse.objects.filter(segment=segment).delete()
    SegmentUse.objects.bulk_create(SegmentUse(segment=segment, used_id=each) for each in sorted(segments_named(rule)))
    for other in segment.used_by.all():  # what speaks of this one has grown with it
        members_on(other.rule, ground)


def _refuse_circle(segment: Segment, rule: Rule) -> None:
    if segment.pk is None:
        return
    uses: dict[int, set[int]] = {}
    own = SegmentUse.objects.filter(segment__organisation=segment.organisation_id)
    for user, used in own.values_list("segment_id", "used_id"):
        uses.setdefault(user, set()).add(used)
    way = find_cycle(segment.pk, rule, lambda number: frozenset(uses.get(number, ())))
    if way:
        names = dict(Segment.objects.filter(pk__in=way).values_list("pk", "name"))
        raise SegmentsInCircle([names[number] for number in way])


@transaction.atomic
def duplicate_segment(*, segment: Segment, by: Any, at: datetime) -> Segment:
    """Save a copy under a name of its own and return it; every call makes one more."""
    taken = set(Segment.objects.filter(organisation=segment.organisation_id).values_list("name", flat=True))
    number, name = 1, ""
    while not name or name in taken:
        number += 1
        name = gettext("%(name)s (%(number)s)") % {"name": segment.name[:110], "number": number}
    return create_segment(
        organisation=segment.organisation, campaign=segment.campaign, name=name, rule=segment.rule, by=by, at=at
    )


@transaction.atomic
def delete_segment(*, segment: Segment, by: Any) -> None:
    """Delete a segment. Raises SegmentInUse where another segment, or whatever is sent by it, still needs it."""
    forget_old_uses(segment=segment)
    audit.record("audiences.segment.deleted", by=by, target=segment)
    try:
        with transaction.atomic():
            segment.delete()
    except ProtectedError as error:
        raise SegmentInUse(sorted({_name_of(row) for row in error.protected_objects})) from error


def _name_of(row: Any) -> str:
    if isinstance(row, BroadcastIncluded | BroadcastExcluded):
        return str(row.broadcast)
    return str(row.segment if isinstance(row, SegmentUse) else row)


def count_segment(*, segment: Segment, at: datetime) -> Segment:
    """Count who is in a segment and within reach, and keep the figures with their moment. Safe to repeat.

    What was counted by a rule that somebody changed meanwhile is not kept.
    """
    sets = PeopleSets(ground_of(segment.organisation_id, at))
    size = size_of(segment.rule, sets)
    reach = {}
    for channel in Channel:
        purpose = purpose_for(sets.ground, segment.campaign, channel)
        reach[channel.value] = reach_of(segment.rule, sets, purpose).reached
    segment.member_count, segment.reach, segment.counted_at = size.people, reach, at
    same = Segment.objects.filter(pk=segment.pk, changed_at=segment.changed_at)
    same.update(member_count=size.people, reach=reach, counted_at=at)
    return segment


def recount_segments(*, at: datetime) -> int:
    """Count every segment anew, those counted longest ago first, and return how many; for the night. Safe to repeat.

    One that cannot be counted is logged and holds up no other.
    """
    counted = 0
    for segment in Segment.objects.select_related("campaign").order_by(F("counted_at").asc(nulls_first=True), "pk"):
        try:
            count_segment(segment=segment, at=at)
        except Exception:
            logger.exception("segment %s cannot be counted", segment.pk)
        else:
            counted += 1
    return counted


__all__ = [
    "NameTaken",
    "SegmentInUse",
    "SegmentTooLong",
    "SegmentsInCircle",
    "UnknownSegment",
    "change_segment",
    "count_segment",
    "create_segment",
    "delete_segment",
    "duplicate_segment",
    "recount_segments",
]
