"""Who is in a segment, and at which addresses they may be reached. Every answer is one query."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from audiences.criteria.base import criteria, known_parameters
from audiences.models import Segment
from audiences.segment_rules import All, AnyOf, InSegment, Is, Not, Rule, parse_rule, segments_named
from audiences.selectors.ground import Ground, ground_of, known_to
from people.consent import ContactPurpose, consenting_points
from people.models import ContactPoint, Supporter

if TYPE_CHECKING:
    from accounts.models import User

Told = Rule | Mapping[str, Any]
MOST_PARTS = 300
EVERYBODY = ~Q(pk__in=[])


class UnknownSegment(Exception):
    """A rule speaks of a segment that is not there, or is another organisation's."""


class SegmentCycle(Exception):
    """Segments speak of one another in a circle. The actions refuse to save that."""


class SegmentTooLong(Exception):
    """A rule with all the segments it speaks of has more than MOST_PARTS parts. The actions refuse to save that."""


def members(rule: Told, *, organisation: Organisation | int, at: datetime) -> QuerySet[Supporter]:
    """Return the people an organisation knows of whom ``rule`` (a Rule, or its JSON) is true at ``at``.

    One query, without order; never a row that was merged into another, nor whose use is restricted (Art. 18 GDPR).
    Nothing is found out about people the organisation does not know, nor from rows it may not see
    (`selectors.ground`). Raises InvalidRule for JSON that is no rule, UnknownSegment, SegmentCycle and SegmentTooLong.
    """
    return members_on(rule, ground_of(_id(organisation), at))


def members_on(rule: Told, ground: Ground) -> QuerySet[Supporter]:
    """Return the same on a ground that was read before."""
    return Supporter.objects.filter(meaning(rule, ground), merged_into=None, restricted_at=None).order_by()


def meaning(rule: Told, ground: Ground) -> Q:
    """Return the condition on people that ``rule`` states, that the organisation knows them included.

    Raises what `members` raises.
    """
    parsed = _parsed(rule)
    compiler = _Compiler(ground)
    condition = compiler.condition(parsed)
    return condition if compiler.is_knowing(parsed) else condition & known_to(ground)


def spelled_out(rule: Told, ground: Ground) -> str:
    """Return what a rule is known by, those of the segments it speaks of included: one query for each depth of them."""
    parsed, told = _parsed(rule), dict[int, Any]()
    wanted = segments_named(parsed)
    while wanted:
        own = Segment.objects.filter(pk__in=wanted, organisation=ground.organisation)
        found = dict(own.values_list("pk", "rule"))
        told |= found
        named = [segments_named(parse_rule(each, known_parameters())) for each in found.values()]
        wanted = frozenset[int]().union(*named) - told.keys()
    return f"{parsed!r} {sorted(told.items())!r}"


def visible_members(rule: Told, *, user: "User", organisation: Organisation | int, at: datetime) -> QuerySet[Supporter]:
    """Return the members whom the user may see one by one: for samples and exports."""
    seen = Supporter.objects.all().visible_to(user).order_by()
    return members(rule, organisation=organisation, at=at).filter(pk__in=seen.values("pk"))


def reachable(rule: Told, *, purpose: ContactPurpose, at: datetime) -> QuerySet[ContactPoint]:
    """Return the addresses of members that may be written to for ``purpose``, as far as rows can say.

    The organisation is the purpose's own. Consent and pauses are `people.consent`'s to say. Suppressions
    are kept by keyed hash and cannot be joined: queueing takes them out, and `selectors.reach` estimates them.
    """
    if purpose.organisation_id is None:
        raise ValueError("A segment is written to for an organisation.")
    people = members(rule, organisation=purpose.organisation_id, at=at)
    return consenting_points(purpose, at).filter(supporter__in=people.values("pk"))


def _id(organisation: Organisation | int) -> int:
    return organisation if isinstance(organisation, int) else organisation.pk


def _parsed(rule: Told) -> Rule:
    if isinstance(rule, All | AnyOf | Not | Is | InSegment):
        return rule
    return parse_rule(rule, known_parameters())


class _Compiler:
    """Turns one rule into a condition, the segments it speaks of included; each of them is read once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.rules: dict[int, Rule] = {}
        self.size = 0

    def condition(self, rule: Rule, way: tuple[int, ...] = ()) -> Q:
        """Return the condition on supporters, which is never empty. Asked before `is_knowing`: it finds circles."""
        self.size += 1
        if self.size > MOST_PARTS:
            raise SegmentTooLong
        # Django takes an empty condition for nothing at all: negated or in an OR it would change what is meant.
        return self._stated(rule, way) or EVERYBODY

    def _stated(self, rule: Rule, way: tuple[int, ...]) -> Q:
        match rule:
            case All(rules):
                return reduce(and_, (self.condition(each, way) for each in rules), Q())
            case AnyOf(rules):
                return reduce(or_, (self.condition(each, way) for each in rules))
            case Not(inner):
                return ~self.condition(inner, way)
            case InSegment(number):
                if number in way:
                    raise SegmentCycle(number)
                return self.condition(self._rule_of(number), (*way, number))
            case Is(key):
                return criteria()[key].condition(rule.values, self.ground)

    def is_knowing(self, rule: Rule) -> bool:
        """Whether all who meet the rule are known to the organisation by the rule itself."""
        match rule:
            case All(rules):
                return any(self.is_knowing(each) for each in rules)
            case AnyOf(rules):
                return all(self.is_knowing(each) for each in rules)
            case Not():
                return False
            case InSegment(number):
                return self.is_knowing(self._rule_of(number))
            case Is(key):
                return criteria()[key].is_knowing(rule.values, self.ground)

    def _rule_of(self, number: int) -> Rule:
        if number not in self.rules:
            own = Segment.objects.filter(pk=number, organisation=self.ground.organisation)
            told = own.values_list("rule", flat=True).first()
            if told is None:
                raise UnknownSegment(number)
            self.rules[number] = parse_rule(told, known_parameters())
        return self.rules[number]
