"""Taking fraudulent signatures out of the count by a condition, all at once, and giving them back as they were.

Statuses change here; tallies and shown goals follow by the counting job (`campaigns.actions.tallies`).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils.dateparse import parse_datetime

from campaigns.enums import SignatureStatus
from campaigns.models import Invalidation, Petition, Signature
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 5_000
SAMPLE = 10


class NoCondition(ValueError):
    """Nothing says which signatures are meant; all of a petition's is never the answer."""


class NothingMatches(ValueError):
    """No counting signature meets the conditions (any more)."""


@dataclass(frozen=True)
class Conditions:
    """Which signatures are meant: all that are given must hold. Times are those of counting, the end excluded."""

    address_hash: str = ""
    email_domain: str = ""
    confirmed_from: datetime | None = None
    confirmed_to: datetime | None = None

    def __post_init__(self) -> None:
        if not any(asdict(self).values()):
            raise NoCondition

    @property
    def names(self) -> list[str]:
        """The names of the conditions given, without their values."""
        return [each.name for each in fields(self) if getattr(self, each.name)]

    def as_json(self) -> dict[str, str]:
        """Return the given conditions as text, for the row that remembers them."""
        given = {name: getattr(self, name) for name in self.names}
        return {name: each if isinstance(each, str) else each.isoformat() for name, each in given.items()}

    @classmethod
    def from_json(cls, stored: dict[str, str]) -> "Conditions":
        """Return the conditions `as_json` wrote."""
        times = ("confirmed_from", "confirmed_to")
        return cls(**{name: parse_datetime(text) if name in times else text for name, text in stored.items()})  # type: ignore[arg-type]

    def lookups(self) -> dict[str, Any]:
        """Return the conditions as lookups on signatures."""
        names = {"confirmed_from": "confirmed_at__gte", "confirmed_to": "confirmed_at__lt"}
        return {names.get(name, name): getattr(self, name) for name in self.names}


@dataclass(frozen=True)
class Preview:
    """What an invalidation would take out: how many, by what, and a few share codes to look at (never names)."""

    count: int
    by_day: list[tuple[Any, int]]
    by_country: list[tuple[str, int]]
    by_partner: list[tuple[str | None, int]]
    share_codes: list[str]


def matching_signatures(petition: Petition, conditions: Conditions) -> QuerySet[Signature]:
    """Return the signatures under ``petition`` that count and meet the conditions."""
    return Signature.objects.counting().filter(petition=petition, **conditions.lookups()).order_by()


def preview_invalidation(*, petition: Petition, conditions: Conditions) -> Preview:
    """Return what `invalidate_signatures` would take out now. Changes nothing."""
    rows = matching_signatures(petition, conditions)

    def by(column: str) -> list[tuple[Any, int]]:
        groups = rows.values_list(column).annotate(n=Count("pk"))
        return sorted(groups, key=lambda group: (-group[1], str(group[0])))

    days = sorted(by("day"))
    return Preview(
        count=sum(number for _day, number in days),
        by_day=days,
        by_country=by("territory_code"),
        by_partner=by("partnership__organisation__name"),
        share_codes=list(rows.order_by("pk").values_list("share_code", flat=True)[:SAMPLE]),
    )


@transaction.atomic
def invalidate_signatures(
    *, petition: Petition, conditions: Conditions, reason: str, by: "User", at: datetime
) -> Invalidation:
    """Take every counting signature that meets the conditions out of the count, and return what remembers them.

    Each row keeps the status it had, so that undoing gives exactly that back. Rows are changed by conditional updates:
    one withdrawn or invalidated by somebody else at the same moment is left to them, one confirmed at that moment is
    taken with its new status. A second call finds nothing left and raises NothingMatches; nothing is then written.
    """
    if not reason.strip():
        raise ValueError("an invalidation needs a reason")
    invalidation = Invalidation.objects.create(
        petition=petition, conditions=conditions.as_json(), reason=reason.strip(), by=by
    )
    rows = matching_signatures(petition, conditions)
    taken = sum(
        rows.filter(pk__in=pks).update(
            status_before=F("status"), status=SignatureStatus.INVALID, invalidation=invalidation
        )
        for pks in _chunks(rows)
    )
    if not taken:
        raise NothingMatches
    invalidation.count = taken
    invalidation.save(update_fields=["count"])
    audit.record(
        "campaigns.signatures.invalidated", by=by, target=invalidation, count=taken, conditions=conditions.names
    )
    return invalidation


@transaction.atomic
def undo_invalidation(*, invalidation: Invalidation, by: "User", at: datetime) -> int:
    """Give every signature it still holds the status it had, and return how many; 0 when it was undone before.

    What people did meanwhile stands: a signature its author withdrew comes back as withdrawn, one confirmed as
    confirmed; a duplicate left out by a merge stays out.
    """
    claimed = Invalidation.objects.filter(pk=invalidation.pk, undone_at__isnull=True).update(undone_at=at)
    if not claimed:
        return 0
    held = Signature.objects.filter(invalidation=invalidation, status=SignatureStatus.INVALID).order_by()
    restored = sum(
        held.filter(pk__in=pks).update(status=F("status_before"), status_before="", invalidation=None)
        for pks in _chunks(held)
    )
    invalidation.refresh_from_db()
    audit.record("campaigns.signatures.restored", by=by, target=invalidation, count=restored)
    return restored


def _chunks(rows: QuerySet[Signature]) -> Iterator[list[int]]:
    """Yield the keys of rows in pieces; what was changed meanwhile has left the set, so the walk goes by key."""
    last = 0
    while pks := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = pks[-1]
        yield pks
