"""A rule as a sentence, in the interface's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audiences.criteria.base import Clause, Criterion, criteria
from audiences.models import Segment
from audiences.parameters import Day, OneOf, Parameter, SomeOf
from audiences.segment_rules import All, AnyOf, InSegment, Is, Not, Rule
from audiences.selectors.ground import Ground

MOST_NAMED = 5


def describe_rule(rule: Rule, ground: Ground) -> str:
    """Return "Everybody who …" for a rule, with the names its values have for the organisation."""
    return Describer(ground).sentence(rule)


class Describer:
    """Says rules as sentences; the names of options are read once however many rules are said."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._names: dict[Any, dict[Any, str]] = {}

    def sentence(self, rule: Rule) -> str:
        told, excepted = _split(rule)
        wanted = self._joined(told, _and) if told else ""
        barred = self._joined(excepted, _or_who) if excepted else ""
        if wanted and barred:
            return _("Everybody who %(wanted)s, but not who %(barred)s.") % {"wanted": wanted, "barred": barred}
        if barred:
            return _("Everybody, but not who %(barred)s.") % {"barred": barred}
        return _("Everybody who %(wanted)s.") % {"wanted": wanted} if wanted else _("Everybody we know.")

    def phrase(self, rule: Rule) -> str:
        """Return what stands behind "who"."""
        match rule:
            case All(rules):
                return self._joined(rules, _and) if rules else _("is known to us")
            case AnyOf(rules):
                return self._joined(rules, _or)
            case Not(inner):
                return _("not: %(rule)s") % {"rule": self._enclosed(inner)}
            case InSegment(number):
                return _("is in the segment “%(segment)s”") % {"segment": self._segment(number)}
            case Is(key):
                criterion = criteria()[key]
                said = (self._clause(clause, criterion, rule.values) for clause in criterion.clauses)
                return " ".join(each for each in said if each)

    def _joined(self, rules: Iterable[Rule], join: Any) -> str:
        parts = [self._enclosed(each) for each in rules]
        found = parts[0]
        for part in parts[1:]:
            found = join(found, part)
        return found

    def _enclosed(self, rule: Rule) -> str:
        """Return a phrase, in brackets where it is a group of several."""
        is_group = isinstance(rule, All | AnyOf) and len(rule.rules) > 1
        return f"({self.phrase(rule)})" if is_group else self.phrase(rule)

    def _clause(self, clause: Clause, criterion: Criterion, values: dict[str, Any]) -> str:
        if any(name not in values for name in clause.names):
            return str(clause.without)
        parameters = {each.name: each for each in criterion.parameters}
        return str(clause.text) % {
            name: self._value(criterion, parameters[name], values[name]) for name in clause.names
        }

    def _value(self, criterion: Criterion, parameter: Parameter, value: Any) -> str:
        if isinstance(parameter, Day):
            return date_format(value, "DATE_FORMAT")
        if not isinstance(parameter, OneOf):
            return str(value)
        names = self._names_of(criterion, parameter)
        several = value if isinstance(parameter, SomeOf) else (value,)
        said = [names.get(each, _("(no longer there)")) for each in several[:MOST_NAMED]]
        if len(several) > MOST_NAMED:
            said.append(_("%(count)s more") % {"count": len(several) - MOST_NAMED})
        found = said[0]
        for each in said[1:]:
            found = _or(found, each)
        return found

    def _names_of(self, criterion: Criterion, parameter: OneOf) -> dict[Any, str]:
        key = (criterion.key, parameter.name)
        if key not in self._names:
            self._names[key] = dict(parameter.options(self.ground))
        return self._names[key]

    def _segment(self, number: int) -> str:
        own = Segment.objects.filter(pk=number, organisation=self.ground.organisation)
        return own.values_list("name", flat=True).first() or _("(no longer there)")


def _split(rule: Rule) -> tuple[list[Rule], list[Rule]]:
    """Return what has to be true, and what must not be."""
    rules = rule.rules if isinstance(rule, All) else (rule,)
    told: list[Rule] = [each for each in rules if not isinstance(each, Not)]
    return told, [each.rule for each in rules if isinstance(each, Not)]


def _and(first: str, second: str) -> str:
    return _("%(first)s and %(second)s") % {"first": first, "second": second}


def _or_who(first: str, second: str) -> str:
    return _("%(first)s or who %(second)s") % {"first": first, "second": second}


def _or(first: str, second: str) -> str:
    return _("%(first)s or %(second)s") % {"first": first, "second": second}
