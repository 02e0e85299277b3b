"""Writing a broadcast, handing it in, and the second person's word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audiences.enums import BroadcastStatus, ReturnReason, Split
from audiences.models import Broadcast, BroadcastVariant, Segment
from audiences.selectors.broadcast_reach import count_reachable, people_beside
from audiences.selectors.fingerprints import fingerprint_of
from audiences.selectors.readiness import problems_of
from core import audit
from core.locks import hold_lock
from messaging.models import MessageText

if TYPE_CHECKING:
    from accounts.models import Organisation, User
    from campaigns.models import Campaign

LABELS = "ABC"


class BroadcastNotChangeable(Exception):
    """It is being sent, or was."""


class BroadcastNotReady(Exception):
    """Something is missing; ``problems`` are sentences for the person."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class ApprovalRefused(Exception):
    """Only a second person approves or rejects, and only what waits."""


class OtherThanSeen(ApprovalRefused):
    """It was taken back and handed in again after whoever approves looked at it."""


@dataclass(frozen=True)
class BroadcastPlan:
    """What somebody means to send, as the form says it. ``texts`` are the variants A, B, C in turn."""

    campaign: "Campaign"
    organisation: "Organisation"
    name: str
    purpose: str
    channel: str
    included: Sequence[Segment]
    texts: Sequence[MessageText]
    excluded: Sequence[Segment] = ()
    split: str = Split.NONE
    test_percent: int = 20
    decide_hours: int = 24
    is_decided_alone: bool = False
    scheduled_at: datetime | None = None
    expires_at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values of the broadcast's own columns."""
        rows = ("included", "excluded", "texts")
        return {name: value for name, value in vars(self).items() if name not in rows}

    def settled(self) -> "BroadcastPlan":
        """Return the plan with one text for everybody where only one is chosen."""
        return replace(self, split=Split.NONE) if len(self.texts) < 2 else self


def lock_broadcast(broadcast_id: int) -> Broadcast:
    """Return the broadcast, held until the transaction ends: who queues, pauses or stops comes one after the other."""
    return Broadcast.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=broadcast_id)


@transaction.atomic
def make_broadcast(*, plan: BroadcastPlan, by: "User", is_generated: bool = False) -> Broadcast:
    """Write a draft and return it."""
    plan = plan.settled()
    broadcast = Broadcast.objects.create(**plan.columns(), author=by, is_generated=is_generated)
    _set_rows(broadcast, plan)
    audit.record("audiences.broadcast.created", by=by, target=broadcast)
    return broadcast


@transaction.atomic
def change_broadcast(*, broadcast: Broadcast, plan: BroadcastPlan, by: "User") -> Broadcast:
    """Change what is to be sent and return it. What was handed in or approved is a draft again.

    A call that changes nothing but the name leaves the approval as it is. Raises BroadcastNotChangeable once it has
    started.
    """
    held = lock_broadcast(broadcast.pk)
    if not held.is_changeable:
        raise BroadcastNotChangeable
    plan, before = plan.settled(), fingerprint_of(held)
    for name, value in plan.columns().items():
        setattr(held, name, value)
    held.save(update_fields=list(plan.columns()))
    _set_rows(held, plan)
    if held.status != BroadcastStatus.DRAFT and fingerprint_of(held) != before:
        return_broadcast(held, ReturnReason.CHANGED, by=by)
    audit.record("audiences.broadcast.changed", by=by, target=held)
    return held


def _set_rows(broadcast: Broadcast, plan: BroadcastPlan) -> None:
    broadcast.included.set(plan.included)
    broadcast.excluded.set(plan.excluded)
    wanted = [text.pk for text in plan.texts]
    if list(broadcast.variants.values_list("text_id", flat=True)) == wanted:
        return
    broadcast.variants.all().delete()
    BroadcastVariant.objects.bulk_create(
        BroadcastVariant(broadcast=broadcast, label=label, text_id=pk)
        for label, pk in zip(LABELS, wanted, strict=False)
    )


@transaction.atomic
def submit_broadcast(*, broadcast: Broadcast, by: "User", at: datetime, seen: str | None = None) -> Broadcast:
    """Hand a draft in and return it: SCHEDULED, or WAITING_FOR_APPROVAL from settings.BROADCAST_APPROVAL_ABOVE people.

    Counted are its own and those the same organisation writes to in the same hours without a second person's word, so
    that slices of one audience are one audience.

    ``seen``: the fingerprint of what was looked at, None: whatever it is. Raises BroadcastNotReady with every problem,
    another draft than the one seen among them. What was handed in before is returned as it is.
    """
    hold_lock("audiences.approvals")  # of two slices handed in at once the second is counted with the first
    held = lock_broadcast(broadcast.pk)
    if held.status != BroadcastStatus.DRAFT:
        return held
    if problems := problems_of(held, at):
        raise BroadcastNotReady(problems)
    fingerprint = fingerprint_of(held)
    if seen is not None and seen != fingerprint:
        raise BroadcastNotReady([_("It was changed since you looked at it. Look once more.")])
    reachable = count_reachable(held, at)
    asks = needs_approval(reachable + people_beside(held, at))
    held.status = BroadcastStatus.WAITING_FOR_APPROVAL if asks else BroadcastStatus.SCHEDULED
    held.submitted_by, held.submitted_at, held.fingerprint = by, at, fingerprint
    held.approved_by = held.approved_at = None
    held.returned_for = held.answer = ""
    held.save(
        update_fields=[
            "status", "submitted_by", "submitted_at", "fingerprint", "approved_by", "approved_at", "returned_for",
            "answer",
        ]
    )  # fmt: skip
    audit.record("audiences.broadcast.submitted", by=by, target=held, reachable=reachable, waits=asks)
    return held


def needs_approval(people: int) -> bool:
    """Whether a second person has to look at a broadcast to so many."""
    return bool(people >= settings.BROADCAST_APPROVAL_ABOVE)


@transaction.atomic
def approve_broadcast(*, broadcast: Broadcast, by: "User", at: datetime, seen: str | None = None) -> Broadcast:
    """Let a broadcast be sent and return it. A second call by the same person changes nothing.

    What has changed since it was handed in is not approved: it comes back as a draft that says so. ``seen``: the
    fingerprint of what was looked at, None: whatever waits. Raises OtherThanSeen where another one waits by now, and
    ApprovalRefused for who wrote it or handed it in, and where nothing waits.
    """
    held = lock_broadcast(broadcast.pk)
    if held.approved_by_id == by.pk and held.approved_at is not None:
        return held
    _refuse_unless_second(held, by)
    if seen is not None and seen != held.fingerprint:
        raise OtherThanSeen
    if fingerprint_of(held) != held.fingerprint:
        return return_broadcast(held, ReturnReason.CHANGED, by=by)
    held.status, held.approved_by, held.approved_at = BroadcastStatus.SCHEDULED, by, at
    held.returned_for = ""
    held.save(update_fields=["status", "approved_by", "approved_at", "returned_for"])
    audit.record("audiences.broadcast.approved", by=by, target=held)
    return held


@transaction.atomic
def reject_broadcast(*, broadcast: Broadcast, reason: str, by: "User") -> Broadcast:
    """Give a broadcast back to its author with the reason, and return it. Raises ApprovalRefused as approving does."""
    held = lock_broadcast(broadcast.pk)
    _refuse_unless_second(held, by)
    held.answer = reason
    held.save(update_fields=["answer"])
    return return_broadcast(held, ReturnReason.REJECTED, by=by)


@transaction.atomic
def take_back_broadcast(*, broadcast: Broadcast, by: "User") -> Broadcast:
    """Make what was handed in, approved or not, a draft again and return it. Raises BroadcastNotChangeable."""
    held = lock_broadcast(broadcast.pk)
    if not held.is_changeable:
        raise BroadcastNotChangeable
    if held.status == BroadcastStatus.DRAFT:
        return held
    _void(held, BroadcastStatus.DRAFT, "")
    audit.record("audiences.broadcast.taken_back", by=by, target=held)
    return held


@transaction.atomic
def delete_broadcast(*, broadcast: Broadcast, by: "User") -> None:
    """Delete a draft. Raises BroadcastNotChangeable for anything else: what was sent stays told."""
    held = lock_broadcast(broadcast.pk)
    if held.status != BroadcastStatus.DRAFT:
        raise BroadcastNotChangeable
    audit.record("audiences.broadcast.deleted", by=by, target=held)
    held.delete()


def return_broadcast(held: Broadcast, reason: ReturnReason, *, by: audit.Actor) -> Broadcast:
    """Void whatever was approved and say why. Call it with the row held, in the transaction of what it answers.

    Who grew beyond the size waits for a second person as it is; everything else is a draft again.
    """
    waits = reason == ReturnReason.GROWN
    _void(held, BroadcastStatus.WAITING_FOR_APPROVAL if waits else BroadcastStatus.DRAFT, reason)
    audit.record("audiences.broadcast.returned", by=by, target=held, reason=reason.value)
    return held


def _void(held: Broadcast, status: BroadcastStatus, reason: str) -> None:
    held.status, held.returned_for = status, reason
    held.approved_by = held.approved_at = None
    held.save(update_fields=["status", "returned_for", "approved_by", "approved_at"])


def _refuse_unless_second(held: Broadcast, by: "User") -> None:
    if held.status != BroadcastStatus.WAITING_FOR_APPROVAL or by.pk in (held.author_id, held.submitted_by_id):
        raise ApprovalRefused
    if not Broadcast.objects.changeable_by(by).filter(pk=held.pk).exists():
        raise ApprovalRefused
