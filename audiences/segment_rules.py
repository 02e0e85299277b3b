"""The rule of a segment: a tree read from JSON, checked whole, written back the same. Pure: no database, no clock.

``{"all": [rule, …]}`` (every one; none given: everybody), ``{"any": [rule, …]}`` (one at least), ``{"not": rule}``,
``{"is": "<criterion>", …parameters}``, ``{"is": "segment", "segment": <id>}``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audiences.parameters import Parameter, UnreadableValue

MOST_LEVELS = 6
MOST_RULES = 60
IN_SEGMENT = "segment"

Parameters = tuple[Parameter, ...]


class InvalidRule(ValueError):
    """A rule nobody may save. ``path`` leads to the place, from the root: ``all[2].not.since``."""

    def __init__(self, path: str, words: str | Promise) -> None:
        self.path, self.words = path, words
        super().__init__(f"{path or 'rule'}: {words}")


@dataclass(frozen=True)
class All:
    """Everybody of whom every rule is true; without rules, everybody."""

    rules: tuple["Rule", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """Everybody of whom one of the rules is true."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Not:
    """Everybody of whom the rule is not true."""

    rule: "Rule"


@dataclass(frozen=True)
class Is:
    """Everybody who meets one criterion with these values, by the names of its parameters in order."""

    criterion: str
    given: tuple[tuple[str, Any], ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.given)


@dataclass(frozen=True)
class InSegment:
    """Everybody in another segment of the same organisation."""

    segment: int


Rule = All | AnyOf | Not | Is | InSegment


def parse_rule(told: Any, criteria: Mapping[str, Parameters]) -> Rule:
    """Return the rule that ``told`` (parsed JSON) states. ``criteria``: the parameters each criterion knows.

    Raises InvalidRule with the path: an unknown form, criterion, parameter or value, a required value missing, more
    than MOST_LEVELS levels or MOST_RULES rules. Whether a petition or a segment exists is not asked here.
    """
    rule = _parse(told, criteria, "", 1)
    if sum(1 for _each in walk(rule)) > MOST_RULES:
        raise InvalidRule("", _("This rule is too long: put a part of it into a segment of its own."))
    return rule


def _parse(told: Any, criteria: Mapping[str, Parameters], path: str, level: int) -> Rule:
    if level > MOST_LEVELS:
        raise InvalidRule(path, _("This is nested too deeply: put a part of it into a segment of its own."))
    if not isinstance(told, dict):
        raise InvalidRule(path, _("This is not a rule."))
    if "is" in told:
        return _parse_criterion(told, criteria, path)
    if len(told) != 1:
        raise InvalidRule(path, _("This is not a rule."))
    word, inner = next(iter(told.items()))
    here = f"{path}.{word}" if path else str(word)
    if word == "not":
        return Not(_parse(inner, criteria, here, level + 1))
    if word not in ("all", "any") or not isinstance(inner, list) or len(inner) > MOST_RULES:
        raise InvalidRule(path, _("This is not a rule."))
    rules = tuple(_parse(each, criteria, f"{here}[{number}]", level + 1) for number, each in enumerate(inner))
    if word == "all":
        return All(rules)
    if not rules:
        raise InvalidRule(path, _("Say at least one thing, of which one is to be true."))
    return AnyOf(rules)


def _parse_criterion(told: dict[str, Any], criteria: Mapping[str, Parameters], path: str) -> Rule:
    key = told["is"]
    if key == IN_SEGMENT:
        number = told.get("segment")
        if set(told) != {"is", "segment"} or isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InvalidRule(path, _("Choose a segment."))
        return InSegment(number)
    if not isinstance(key, str) or key not in criteria:
        raise InvalidRule(path, _("This criterion is not known here."))
    parameters = {each.name: each for each in criteria[key]}
    for name in told:
        if name != "is" and name not in parameters:
            raise InvalidRule(_join(path, str(name)), _("This criterion has no such value."))
    given = tuple(
        (name, _read(parameter, told[name], _join(path, name)))
        for name, parameter in parameters.items()
        if _is_given(parameter, told, path)
    )
    return Is(key, given)


def _is_given(parameter: Parameter, told: dict[str, Any], path: str) -> bool:
    if parameter.name in told:
        return True
    if parameter.is_required:
        raise InvalidRule(_join(path, parameter.name), _("Something has to be chosen here."))
    return False


def _read(parameter: Parameter, value: Any, path: str) -> Any:
    try:
        return parameter.read(value)
    except UnreadableValue as error:
        raise InvalidRule(path, error.args[0]) from error


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def write_rule(rule: Rule, criteria: Mapping[str, Parameters]) -> dict[str, Any]:
    """Return the rule as JSON holds it; `parse_rule` gives the same rule back."""
    match rule:
        case All(rules):
            return {"all": [write_rule(each, criteria) for each in rules]}
        case AnyOf(rules):
            return {"any": [write_rule(each, criteria) for each in rules]}
        case Not(inner):
            return {"not": write_rule(inner, criteria)}
        case InSegment(number):
            return {"is": IN_SEGMENT, "segment": number}
        case Is(key):
            parameters = {each.name: each for each in criteria[key]}
            return {"is": key, **{name: parameters[name].write(value) for name, value in rule.given}}


def walk(rule: Rule) -> Iterator[Rule]:
    """Yield the rule and every rule in it."""
    yield rule
    match rule:
        case All(rules) | AnyOf(rules):
            for each in rules:
                yield from walk(each)
        case Not(inner):
            yield from walk(inner)


def segments_named(rule: Rule) -> frozenset[int]:
    """Return the ids of the segments the rule speaks of directly."""
    return frozenset(each.segment for each in walk(rule) if isinstance(each, InSegment))


def find_cycle(segment: int, rule: Rule, named_by: Callable[[int], frozenset[int]]) -> list[int]:
    """Return the way from ``segment`` back to itself if it had ``rule``, or nothing.

    ``named_by``: the segments another segment's saved rule speaks of.
    """
    return _way_back(segments_named(rule), segment, named_by, (segment,), set())


def _way_back(
    named: frozenset[int],
    wanted: int,
    named_by: Callable[[int], frozenset[int]],
    way: tuple[int, ...],
    seen: set[int],
) -> list[int]:
    for number in sorted(named):
        if number == wanted:
            return [*way, number]
        if number in seen:
            continue
        seen.add(number)
        found = _way_back(named_by(number), wanted, named_by, (*way, number), seen)
        if found:
            return found
    return []
