"""Starting a broadcast: the last questions, then the audience written down once and for all."""

from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from audiences.actions.broadcasts import lock_broadcast, needs_approval, return_broadcast
from audiences.actions.segments import hold_segments
from audiences.enums import BroadcastStatus, ReturnReason, Split
from audiences.models import Broadcast, BroadcastRecipient
from audiences.pace import USEFUL_FOR
from audiences.selectors.broadcast_reach import count_reachable, people_beside, reachable_points
from audiences.selectors.fingerprints import fingerprint_of
from audiences.selectors.readiness import problems_of
from audiences.split_rules import lot_of, variant_of
from campaigns.models import Partnership, Source
from core import audit
from core.batch_inserts import insert_new_rows
from messaging.wordings import newest_wordings
from people.consent import suppressed_among
from people.models import ContactPoint, Supporter

JOB = "broadcasts"
# So many addresses are written down in one transaction.
PART = 5_000


class _Address(NamedTuple):
    supporter: int
    point: int
    canonical: str
    language: str


def start_due_broadcasts(*, at: datetime) -> int:
    """Start what is due and return how many began to be sent."""
    ids = list(Broadcast.objects.due(at).order_by("pk").values_list("pk", flat=True))
    return sum(start_broadcast(broadcast_id=pk, at=at) for pk in ids)


@transaction.atomic
def start_broadcast(*, broadcast_id: int, at: datetime) -> bool:
    """Begin to send what is scheduled and due, and return whether it began; a second call begins nothing.

    What was handed in must still be the same: a text, a segment or a setting changed since makes it a draft again, and
    so does whatever is missing now. Without a second person's word it waits for one where it has grown too large.
    """
    held = lock_broadcast(broadcast_id)
    if held.status != BroadcastStatus.SCHEDULED or (held.scheduled_at and held.scheduled_at > at):
        return False
    hold_segments()
    reason = _why_not(held, at)
    if reason:
        return_broadcast(held, reason, by=JOB)
        return False
    _fix_words(held)
    held.status, held.started_at = BroadcastStatus.SENDING, at
    held.expires_at = held.expires_at or at + USEFUL_FOR
    held.snapshot_to = Supporter.objects.aggregate(last=Max("pk"))["last"] or 0
    held.save(update_fields=["status", "started_at", "expires_at", "snapshot_to"])
    audit.record("audiences.broadcast.started", by=JOB, target=held)
    return True


def _why_not(held: Broadcast, at: datetime) -> ReturnReason | None:
    if fingerprint_of(held) != held.fingerprint:
        return ReturnReason.CHANGED
    if problems_of(held, at):
        return ReturnReason.NOT_READY
    if held.approved_by_id is None:
        people = count_reachable(held, at) + people_beside(held, at, begun_only=True)
        return ReturnReason.GROWN if needs_approval(people) else None
    return None


def _fix_words(held: Broadcast) -> None:
    """Fix which version of each text goes out, and the code by which its links are known."""
    partnership = Partnership.objects.filter(campaign=held.campaign_id, organisation=held.organisation_id).first()
    variants = list(held.variants.select_related("text"))
    newest = newest_wordings(variant.text for variant in variants)
    for variant in variants:
        variant.wordings = {language: wording.pk for language, wording in newest[variant.text_id].items()}
        variant.source, _is_new = Source.objects.get_or_create(
            code=f"b{held.pk}{variant.label.lower()}",
            defaults={
                "campaign_id": held.campaign_id,
                "label": f"{held.name[:100]} {variant.label}",
                "partnership": partnership,
            },
        )
        variant.save(update_fields=["wordings", "source"])


def take_snapshots(*, at: datetime) -> None:
    """Take every snapshot that is not complete."""
    open_ones = Broadcast.objects.under_way().filter(snapshot_done_at__isnull=True)
    for pk in list(open_ones.order_by("pk").values_list("pk", flat=True)):
        take_snapshot(broadcast_id=pk, at=at)


def take_snapshot(*, broadcast_id: int, at: datetime) -> bool:
    """Write down the audience, part by part, and return whether it is complete.

    The audience is everybody who is meant and could be written to when sending started. It is found by one query; each
    part stands in a transaction of its own together with how far it reaches, so a process killed at any moment loses
    and repeats nobody: the next one goes on behind the last part. Of two at once the second gives way.
    """
    held = Broadcast.objects.select_related("campaign").get(pk=broadcast_id)
    if held.started_at is None or held.snapshot_done_at is not None:
        return held.snapshot_done_at is not None
    people, points = _find(held, held.started_at)
    behind = held.snapshot_at
    for part in _parts(people):
        if not _write_part(held, behind, people[part.stop - 1], points[part]):
            return False
        behind = people[part.stop - 1]
    return _complete(held, behind, at)


def _find(held: Broadcast, at: datetime) -> tuple["array[int]", "array[int]"]:
    """Return who is meant and not yet written down, and their addresses: two numbers each, one query.

    A person with several addresses comes several times; the one proved last, the likeliest in use, comes first.
    """
    points = reachable_points(held, at).filter(supporter_id__gt=held.snapshot_at, supporter_id__lte=held.snapshot_to)
    rows = points.order_by("supporter_id", "-verified_at", "-pk").values_list("supporter_id", "pk")
    people, addresses = array("q"), array("q")
    for supporter_id, pk in rows.iterator(chunk_size=PART):
        people.append(supporter_id)
        addresses.append(pk)
    return people, addresses


def _parts(people: "array[int]") -> Iterator[slice]:
    """Yield the parts; none ends between two addresses of one person."""
    start = 0
    while start < len(people):
        stop = min(start + PART, len(people))
        while stop < len(people) and people[stop] == people[stop - 1]:
            stop += 1
        yield slice(start, stop)
        start = stop


@transaction.atomic
def _write_part(broadcast: Broadcast, behind: int, last: int, points: "array[int]") -> bool:
    held = lock_broadcast(broadcast.pk)
    if held.status != BroadcastStatus.SENDING or held.snapshot_at != behind:
        return False
    insert_new_rows(BroadcastRecipient, _recipients(held, points))
    held.snapshot_at = last
    held.save(update_fields=["snapshot_at"])
    return True


@transaction.atomic
def _complete(broadcast: Broadcast, behind: int, at: datetime) -> bool:
    held = lock_broadcast(broadcast.pk)
    if held.status != BroadcastStatus.SENDING or held.snapshot_at != behind:
        return False
    held.snapshot_done_at, held.recipient_count = at, held.recipients.count()
    held.save(update_fields=["snapshot_done_at", "recipient_count"])
    audit.record("audiences.broadcast.snapshot_taken", by=JOB, target=held, people=held.recipient_count)
    return True


def _recipients(held: Broadcast, points: "array[int]") -> list[dict[str, Any]]:
    variants = list(held.variants.values_list("pk", flat=True))
    test_percent = held.test_percent if held.split == Split.TEST else None
    rows = []
    for address in _one_each(held.channel, points):
        variant = variant_of(lot_of(held.pk, address.point), variants, test_percent)
        rows.append(
            {
                "broadcast_id": held.pk,
                "supporter_id": address.supporter,
                "contact_point_id": address.point,
                "language": address.language,
                "variant_id": variant,
                "is_compared": variant is not None,
            }
        )
    return rows


def _one_each(channel: str, points: "array[int]") -> Iterator[_Address]:
    """Yield one address per person: the first without a stop, else the first."""
    rows = ContactPoint.objects.filter(pk__any_of=list(points)).order_by("supporter_id", "-verified_at", "-pk")
    found = [_Address(*row) for row in rows.values_list("supporter_id", "pk", "canonical", "supporter__language")]
    counts = Counter(each.supporter for each in found)
    stopped = suppressed_among(channel, [each.canonical for each in found if counts[each.supporter] > 1])
    for _person, own in groupby(found, key=lambda each: each.supporter):
        yield min(own, key=lambda each: each.canonical in stopped)
