"""Letting go of a person: everything that tells who they are, in every table, at once."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import import_string

from core import audit
from core.audit import Actor
from core.locks import write_with_retries
from people.actions.consents import suppress_address
from people.actions.supporters import hold_supporter
from people.addresses import address_index
from people.enums import Channel, SuppressionReason
from people.erasing import addresses_to_suppress, hold_forms_of, hold_points_of, looking_through_forms_once
from people.models import Supporter
from rights import erased_list
from rights.erased_list import Line

logger = logging.getLogger(__name__)
ERASED = "rights.supporter.erased"
# Somebody confirms a form, or a worker writes about them, at the same moment: the database asks one of the two to begin
# again.
ATTEMPTS = 3


@dataclass(frozen=True)
class Erased:
    """What was let go of: rows deleted, emptied or unlinked by table, and how many addresses are never written to.

    ``may_be_under_way``: a message was in a provider's call at that moment and cannot be called back; say so. Without
    ``counts`` the person was gone before.
    """

    counts: dict[str, int] = field(default_factory=dict)
    suppressed: int = 0
    may_be_under_way: bool = False


def erase_supporter(
    *,
    supporter: Supporter,
    by: Actor,
    at: datetime,
    suppress: bool = True,
    only_if: Callable[[int], bool] | None = None,
) -> Erased:
    """Forget a person for good, with every record that was merged into theirs, and return what went.

    Each package deletes, empties or unlinks what it holds, as its ``privacy.py`` says (settings.SUPPORTER_ERASERS).
    Figures stay: no tally moves. Nothing that waits leaves any more. Their addresses are kept as keyed hashes, so that
    neither an import nor a message of ours brings them back; whoever signs again has come back by themselves. The audit
    entry holds numbers, counts and random ids; once it stands, the ids are also written outside the database, so that
    a restored backup does not bring them back either (``erased_list``). All or nothing; a second call finds nobody and
    changes nothing.

    Without ``suppress`` they are forgotten without a stop: their time was over, they did not ask. ``only_if`` is asked
    once the person is held; where it says no, nothing happens.
    """
    with looking_through_forms_once():
        return write_with_retries(lambda: _erase_once(supporter.pk, by, at, suppress, only_if), attempts=ATTEMPTS)


@transaction.atomic
def _erase_once(pk: int, by: Actor, at: datetime, suppress: bool, only_if: Callable[[int], bool] | None) -> Erased:
    family = _hold_family(pk)
    if not family or (only_if is not None and not only_if(family[-1].pk)):
        return Erased()
    root = family[-1]
    points = hold_points_of(root)
    stopped = addresses_to_suppress(points) if suppress else []
    for point in stopped:
        suppress_address(
            channel=Channel(point.channel), canonical=point.canonical, reason=SuppressionReason.ERASED, by=by, at=at
        )
    counts = _let_go(family, at)
    if connection.vendor == "postgresql":
        connection.check_constraints()  # what was written about them meanwhile shows now, not at the outermost commit
    indexes = [address_index(point.channel, point.canonical) for point in points]
    may_be_under_way = bool(import_string(settings.MAY_BE_UNDER_WAY)(indexes, at=at))
    entry = audit.record(
        "rights.supporter.erased",
        by=by,
        target=f"people.supporter:{root.pk}",
        records=len(family),
        suppressed=len(stopped),
        counts=counts,
        public_ids=[str(record.public_id) for record in family],
        stop=suppress,
    )
    line = Line(entry.at, tuple(record.public_id for record in family), suppress)
    transaction.on_commit(lambda: _write_down(line))
    return Erased(counts, len(stopped), may_be_under_way)


def _write_down(line: Line) -> None:
    """Put an erasure into the list outside the database. It stands all the same when that fails; a job tries again."""
    try:
        erased_list.append(line)
    except OSError:
        logger.exception("an erasure could not be written into the list in %s", settings.ERASED_ROOT)


def _hold_family(pk: int) -> list[Supporter]:
    """Hold a person's records, and return them: those that were merged into another first, the one that stands last.

    Their forms are held before, as whoever confirms one does; then the records in the order of their keys, as whoever
    merges two does.
    """
    named = Supporter.objects.filter(pk=pk).values_list("pk", "merged_into").first()
    if named is None:
        return []
    root_pk = named[1] or named[0]
    known = Supporter.objects.filter(pk=root_pk).first()
    if known is not None:
        hold_forms_of(known)
    merged = Supporter.objects.filter(merged_into=root_pk).values_list("pk", flat=True)
    held = [row for row in map(hold_supporter, sorted({root_pk, *merged})) if row is not None]
    root = next((row for row in held if row.pk == root_pk), None)
    if root is None:
        return []
    if root.merged_into_id is not None:
        raise OperationalError("merged into another at this moment")  # the next attempt begins at that one
    return [*(row for row in held if row.merged_into_id == root_pk), root]


def _let_go(family: list[Supporter], at: datetime) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for path in settings.SUPPORTER_ERASERS:
        erase = import_string(path)
        for record in family:
            counts.update(erase(supporter=record, at=at))
    return {label: count for label, count in sorted(counts.items()) if count}
