"""One step written down for several people at once: after an event, say, where all of them were given the form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.actions.pledges import UnknownRungError, move_pledge
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import Standing, ToldBy

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Marked:
    """How many were moved, had got there before, and were left as they are: another kind, ended, or taken back."""

    moved: int
    were_there: int
    left_out: int


@transaction.atomic
def mark_pledges(*, pledges: Iterable[Pledge], kind: PledgeKind, step: str, by: "User", at: datetime) -> Marked:
    """Move each of ``pledges`` that is of ``kind`` up to ``step``; nobody is moved back, and no ending is undone.

    What the people themselves said a moment ago stands: the rows are locked, and read again under the lock, as the
    kind is. Safe to call twice: the second time all of them had got there before. Raises UnknownRungError.
    """
    # The kind before its pledges, as `move_pledge` and whoever changes the ladder do: nobody waits in a circle.
    held = PledgeKind.objects.select_for_update(of=("self",), no_key=True).get(pk=kind.pk)
    ladder, moved, were_there, left_out = held.ladder, 0, 0, 0
    if ladder.step(step) is None:
        raise UnknownRungError(step)
    found = Pledge.objects.select_for_update(of=("self",)).filter(pk__in=[pledge.pk for pledge in pledges])
    for pledge in found.order_by("pk"):  # one order for everybody: no two marks wait in a circle
        if pledge.kind_id != kind.pk or pledge.standing in (Standing.ENDED, Standing.WITHDRAWN):
            left_out += 1
        elif ladder.is_passed(step, pledge.step):
            were_there += 1
        else:
            move_pledge(pledge=pledge, step=step, told_by=ToldBy.STAFF, by=by, at=at)
            moved += 1
    return Marked(moved, were_there, left_out)
