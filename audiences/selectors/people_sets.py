"""The people a rule means as a set of their ids: for counting while a rule is edited (docs/adr/0040).

What a rule means is `selectors.members`' to say, in one query, and whoever writes to people asks that. This reads the
same condition piece by piece: one pass over one kind of row for each, joined as bits in memory. A piece costs the same
in every rule, and is asked once however often the rule around it changes.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Q, QuerySet

from audiences.selectors.ground import Ground, Having, NoneOf, ground_of
from audiences.selectors.members import Told, meaning, spelled_out
from core.id_sets import PackedIds, id_set, ids_in, unpacked
from core.ttl_cache import ttl_cache
from people.models import Supporter

Read = TypeVar("Read")
MOST_PIECES = 40
# Of so few people it costs less to ask by their ids than to read everybody's rows.
FEW = 60_000
NOBODY: tuple[str, list[int]] = ("pk__in", [])


class PeopleSets:
    """What was read on one ground, each piece once. Counts are of its moment or a little later."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._read: dict[str, Any] = {}

    def members(self, rule: Told) -> int:
        """Return the people of whom ``rule`` is true, as `selectors.members.members_on` finds them."""
        return self._once(
            f"members: {spelled_out(rule, self.ground)}", lambda: self._members(meaning(rule, self.ground))
        )

    def by_language(self, people: int) -> dict[str, int]:
        """Return how many of ``people`` speak each language, by its code."""
        if people.bit_count() <= FEW and "languages" not in self._read:
            rows = Supporter.objects.filter(pk__any_of=ids_in(people)).order_by().values_list("language")
            return dict(rows.annotate(people=Count("pk")))
        packed = _everybody().order_by().values("language").annotate(ids=PackedIds("pk"))
        speaking = self._once("languages", lambda: {row["language"]: unpacked(row["ids"]) for row in packed})
        return {language: (people & each).bit_count() for language, each in speaking.items()}

    def owners(self, rows: QuerySet[Any], supporter: str = "supporter", *, among: int | None = None) -> int:
        """Return the people whose ``rows`` are; ``supporter`` leads from a row to them.

        Where ``among`` is given the answer is right of those people, and may say anything of others.
        """
        try:
            sql, values = rows.order_by().query.sql_with_params()
        except EmptyResultSet:
            return 0
        key = f"{supporter} of {sql} {values}"
        if among is None or among.bit_count() > FEW or key in self._read:
            return self._once(key, lambda: id_set(rows, supporter))
        theirs = {f"{supporter}__any_of": ids_in(among)}
        return self._once(f"{key} among {_mark_of(among)}", lambda: id_set(rows.filter(**theirs), supporter))

    def _members(self, condition: Q) -> int:
        is_list = condition.connector == Q.AND and not condition.negated
        told = list(condition.children) if is_list else [condition]
        # What the person's own row says is asked first, and together.
        found = own = self.owners(_everybody().filter(*(_as_q(each) for each in told if _is_of_the_person(each))), "pk")
        for each in told:
            if not _is_of_the_person(each):
                found &= self._piece(each, own)
        return found

    def _piece(self, piece: Any, among: int) -> int:
        """Return a set that is right of the people in ``among``."""
        if piece == NOBODY:
            return 0
        if isinstance(piece, Having):
            return self.owners(piece.rows, piece.supporter, among=among)
        if isinstance(piece, NoneOf):
            return ~self._joined(piece.evidence, Q.OR, among)
        if not isinstance(piece, Q) or _is_of_the_person(piece):
            return self.owners(_everybody().filter(_as_q(piece)), "pk", among=among)
        found = self._joined(piece.children, piece.connector, among)
        return ~found if piece.negated else found

    def _joined(self, pieces: Iterable[Any], connector: str, among: int) -> int:
        join = and_ if connector == Q.AND else or_
        return reduce(join, (self._piece(each, among) for each in pieces), -1 if connector == Q.AND else 0)

    def _once(self, key: str, read: Callable[[], Read]) -> Read:
        found: Read | None = self._read.get(key)
        if found is None:
            found = read()
            if len(self._read) >= MOST_PIECES:
                self._read.clear()
            self._read[key] = found
        return found


def _mark_of(found: int) -> str:
    """Return what a set is known by, in a few bytes."""
    return hashlib.sha256(found.to_bytes(found.bit_length() // 8 + 1, "little", signed=True)).hexdigest()


def _everybody() -> QuerySet[Supporter]:
    """Everybody who may be in a segment."""
    return Supporter.objects.filter(merged_into=None, restricted_at=None)


def _as_q(piece: Any) -> Q:
    return piece if isinstance(piece, Q) else Q(piece)


def _is_of_the_person(piece: Any) -> bool:
    """Whether a condition asks nothing but columns of the person's own row."""
    if isinstance(piece, Q):
        return bool(piece.children) and all(_is_of_the_person(each) for each in piece.children)
    return isinstance(piece, tuple) and piece != NOBODY


def sets_of_the_minute(organisation_id: int, at: datetime) -> PeopleSets:
    """Return the sets of the minute that ``at`` lies in, shared by whoever counts in it: never a minute old."""
    return _kept(organisation_id, at.replace(second=0, microsecond=0))


@ttl_cache(60, most=4)
def _kept(organisation_id: int, minute: datetime) -> PeopleSets:
    return PeopleSets(ground_of(organisation_id, minute))
