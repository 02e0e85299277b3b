"""Which variant the rest of the audience gets."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from audiences.actions.broadcasts import lock_broadcast
from audiences.actions.snapshots import JOB
from audiences.enums import DecidedBy, RecipientStatus, Split
from audiences.models import Broadcast, BroadcastVariant
from audiences.selectors.trial import verdict_of
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


class NothingToDecide(Exception):
    """It has no test, or the choice was made before."""


@transaction.atomic
def decide_broadcast(*, broadcast: Broadcast, variant: BroadcastVariant, by: "User") -> Broadcast:
    """Send ``variant`` to everybody who waits for the test, and return the broadcast.

    Safe to call twice with the same answer. Raises NothingToDecide where somebody, or the figures, chose another, where
    there is no test, and for a variant of another broadcast.
    """
    held = lock_broadcast(broadcast.pk)
    if held.winner_id == variant.pk:
        return held
    if held.split != Split.TEST or held.winner_id is not None or not held.is_under_way:
        raise NothingToDecide
    if variant.broadcast_id != held.pk:
        raise NothingToDecide
    return _give_to_rest(held, variant, DecidedBy.STAFF, by)


def decide_due(*, at: datetime) -> int:
    """Decide the tests that decide themselves and whose hours are over; return how many were decided."""
    due = Broadcast.objects.under_way().filter(
        split=Split.TEST, winner__isnull=True, is_decided_alone=True, tested_at__isnull=False
    )
    return sum(_decide_one(row.pk, at) for row in due if is_test_over(row, at))


def _decide_one(broadcast_id: int, at: datetime) -> bool:
    try:
        return decide_by_figures(broadcast_id=broadcast_id, at=at)
    except Exception:
        # One test that cannot be judged must not hold up what others have to send.
        logger.exception("broadcast %s cannot be decided", broadcast_id)
        return False


def is_test_over(broadcast: Broadcast, at: datetime) -> bool:
    """Whether people have had their hours since the test left the house."""
    return broadcast.tested_at is not None and at >= broadcast.tested_at + timedelta(hours=broadcast.decide_hours)


@transaction.atomic
def decide_by_figures(*, broadcast_id: int, at: datetime) -> bool:
    """Send the better variant to the rest: the one whose lead cannot be chance, else the first; return whether done."""
    held = lock_broadcast(broadcast_id)
    if held.winner_id is not None or not held.is_under_way or not held.is_decided_alone or not is_test_over(held, at):
        return False
    verdict = verdict_of(held)
    variants = {variant.label: variant for variant in held.variants.all()}
    chosen = variants[verdict.winner or min(variants)]
    _give_to_rest(held, chosen, DecidedBy.FIGURES if verdict.winner else DecidedBy.DEFAULT, JOB)
    return True


def _give_to_rest(held: Broadcast, variant: BroadcastVariant, how: DecidedBy, by: audit.Actor) -> Broadcast:
    held.winner, held.decided_by = variant, how
    held.save(update_fields=["winner", "decided_by"])
    rest = held.recipients.filter(status=RecipientStatus.WAITING, variant__isnull=True)
    count = rest.update(variant=variant)
    audit.record("audiences.broadcast.decided", by=by, target=held, variant=variant.label, how=how.value, people=count)
    return held
