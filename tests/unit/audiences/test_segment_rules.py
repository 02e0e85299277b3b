"""Reading a rule: what is accepted is written back the same, what is not is refused with its place."""

from datetime import date
from typing import Any

import pytest

from audiences.parameters import Day, Days, OneOf, SomeOf, Words
from audiences.segment_rules import (
    MOST_LEVELS,
    MOST_RULES,
    All,
    InSegment,
    InvalidRule,
    Is,
    Not,
    find_cycle,
    parse_rule,
    segments_named,
    write_rule,
)

KNOWN: dict[str, Any] = {
    "signed": (SomeOf("petitions", "", is_number=True), Day("since", "")),
    "lately": (Days("days", "", is_required=True),),
    "channel": (OneOf("channel", "", is_required=True),),
    "postcode": (Words("begins", "", is_required=True),),
}


def nested(levels: int) -> Any:
    rule: Any = {"is": "signed"}
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    "told",
    [
        {"all": []},
        {"is": "signed"},
        {"is": "signed", "petitions": [3, 7], "since": "2026-03-02"},
        {"any": [{"is": "lately", "days": 30}, {"not": {"is": "channel", "channel": "sms"}}]},
        {"all": [{"is": "segment", "segment": 9}, {"is": "postcode", "begins": "10"}]},
        nested(MOST_LEVELS),
    ],
)
def test_parse_rule_then_write_rule_gives_the_same(told: Any) -> None:
    assert write_rule(parse_rule(told, KNOWN), KNOWN) == told


def test_parse_rule_reads_values_and_puts_choices_in_order() -> None:
    rule = parse_rule({"is": "signed", "petitions": [7, 3, 7], "since": "2026-03-02"}, KNOWN)
    assert isinstance(rule, Is)
    assert rule.values == {"petitions": (3, 7), "since": date(2026, 3, 2)}


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"some": []}, ""),
        ({"all": [], "any": []}, ""),
        ({"any": []}, ""),
        ({"all": {}}, ""),
        ({"is": ["signed"]}, ""),
        ({"is": "born"}, ""),
        ({"all": [{"is": "signed"}, {"is": "born"}]}, "all[1]"),
        ({"all": [{"not": {"is": "signed", "until": "2026-01-01"}}]}, "all[0].not.until"),
        ({"is": "signed", "since": "yesterday"}, "since"),
        ({"is": "signed", "since": "1026-01-01"}, "since"),
        ({"is": "signed", "since": 5}, "since"),
        ({"is": "signed", "petitions": []}, "petitions"),
        ({"is": "signed", "petitions": "3"}, "petitions"),
        ({"is": "signed", "petitions": [True]}, "petitions"),
        ({"is": "signed", "petitions": [-1]}, "petitions"),
        ({"is": "signed", "petitions": [2**63]}, "petitions"),
        ({"is": "signed", "petitions": list(range(1, 102))}, "petitions"),
        ({"is": "lately"}, "days"),
        ({"is": "lately", "days": 0}, "days"),
        ({"is": "lately", "days": "30"}, "days"),
        ({"is": "channel", "channel": "a\0b"}, "channel"),
        ({"is": "postcode", "begins": "  "}, "begins"),
        ({"is": "segment"}, ""),
        ({"is": "segment", "segment": "9"}, ""),
        ({"is": "segment", "segment": 9, "days": 1}, ""),
    ],
)
def test_parse_rule_of_nonsense_is_refused_with_its_place(told: Any, path: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        parse_rule(told, KNOWN)
    assert refused.value.path == path
    assert str(refused.value.words)


def test_parse_rule_too_deep_or_too_long_is_refused() -> None:
    with pytest.raises(InvalidRule, match="deeply"):
        parse_rule(nested(MOST_LEVELS + 1), KNOWN)
    with pytest.raises(InvalidRule, match="long"):
        parse_rule({"all": [{"is": "signed"}] * MOST_RULES}, KNOWN)
    parse_rule({"all": [{"is": "signed"}] * (MOST_RULES - 1)}, KNOWN)


def test_segments_named_finds_them_at_every_depth() -> None:
    rule = All((InSegment(4), Not(All((InSegment(9),)))))
    assert segments_named(rule) == {4, 9}


def test_find_cycle_returns_the_way_back_or_nothing() -> None:
    uses = {2: frozenset({3}), 3: frozenset({1}), 4: frozenset({5}), 5: frozenset()}
    assert find_cycle(1, InSegment(2), lambda number: uses.get(number, frozenset())) == [1, 2, 3, 1]
    assert find_cycle(1, InSegment(1), lambda number: frozenset()) == [1, 1]
    assert find_cycle(1, InSegment(4), lambda number: uses.get(number, frozenset())) == []
