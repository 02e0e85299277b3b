"""The steps of a journey: read whole or refused, laid out so that nothing is done twice, waited for on real clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.journey_rules import (
    Check,
    InvalidSteps,
    Until,
    Wait,
    lay_out,
    parse_steps,
    until_ends,
    wait_ends,
    walk,
)

BRUSSELS = ZoneInfo("Europe/Brussels")


def step(kind: str, key: str = "a", **fields: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, **fields}


SEND = step("send", text=1, purpose="campaign_news", useful_hours=24)


@pytest.mark.parametrize(
    ("told", "key", "name"),
    [
        ([], "", ""),
        ({}, "", ""),
        (["x"], "", ""),
        ([{"kind": "leave"}], "", ""),
        ([step("fly")], "a", ""),
        ([step("wait")], "a", "days"),
        ([step("wait", days=-1)], "a", "days"),
        ([step("wait", days=True)], "a", "days"),
        ([step("wait", days=1, at="25:00")], "a", "at"),
        ([step("until", days=1, side="before")], "a", "at"),
        ([step("until", days=1, side="within", at="10:00")], "a", "side"),
        ([{**SEND, "purpose": "service"}], "a", "purpose"),
        ([{**SEND, "useful_hours": 0}], "a", "useful_hours"),
        ([{**SEND, "text": None}], "a", "text"),
        ([step("task", title=" ", days=1)], "a", "title"),
        ([step("call", url="http://example.org")], "a", "url"),
        ([step("call", url="https://user@example.org")], "a", "url"),
        ([step("leave"), step("leave")], "a", ""),
        ([step("check", segment=1, then=[step("leave", "b"), step("leave", "b")])], "b", ""),
    ],
)
def test_steps_that_cannot_be_done_are_refused_with_the_place(told: Any, key: str, name: str) -> None:
    with pytest.raises(InvalidSteps) as refused:
        parse_steps(told)
    assert (refused.value.key, refused.value.name) == (key, name)


def test_steps_too_deep_or_too_many_are_refused() -> None:
    deep: Any = [step("leave", "end")]
    for number in range(4):
        deep = [step("check", f"k{number}", segment=1, then=deep)]
    with pytest.raises(InvalidSteps):
        parse_steps(deep)
    with pytest.raises(InvalidSteps):
        parse_steps([step("leave", f"k{number}") for number in range(61)])


def ways(told: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Return every way somebody can take, as the keys they pass."""
    program = lay_out(parse_steps(told)).instructions

    def follow(place: int) -> set[tuple[str, ...]]:
        if place >= len(program):
            return {()}
        here = program[place]
        places = {here.following, here.otherwise} if isinstance(here.step, Check) else {here.following}
        return {(here.step.key, *rest) for each in places for rest in follow(each)}

    return follow(0)


def test_checks_lead_through_one_branch_and_on_behind_both() -> None:
    inner = step("check", "c2", segment=2, then=[step("leave", "d")], otherwise=[step("leave", "e")])
    told = [
        step("leave", "a"),
        step("check", "c1", segment=1, then=[step("leave", "b"), inner], otherwise=[step("leave", "f")]),
        step("leave", "g"),
    ]
    assert ways(told) == {
        ("a", "c1", "b", "c2", "d", "g"),
        ("a", "c1", "b", "c2", "e", "g"),
        ("a", "c1", "f", "g"),
    }


def test_check_without_branches_goes_on() -> None:
    assert ways([step("check", "c", segment=1), step("leave", "a")]) == {("c", "a")}


trees = st.recursive(
    st.lists(st.just("leaf"), min_size=1, max_size=3),
    lambda inner: st.lists(st.one_of(st.just("leaf"), st.tuples(inner, inner)), min_size=1, max_size=3),
    max_leaves=8,
)


def grown(tree: Any, count: Any) -> list[dict[str, Any]]:
    steps = []
    for each in tree:
        key = f"k{next(count)}"
        if each == "leaf":
            steps.append(step("leave", key))
        else:
            steps.append(step("check", key, segment=1, then=grown(each[0], count), otherwise=grown(each[1], count)))
    return steps


@given(trees)
def test_every_step_is_met_on_some_way_and_places_only_grow(tree: Any) -> None:
    told = grown(tree, iter(range(1000)))
    try:
        steps = parse_steps(told)
    except InvalidSteps:
        return  # too deep
    program = lay_out(steps).instructions
    assert [each.step.key for each in program] == [each.key for each in walk(steps)]
    assert all(place < each.following and place < each.otherwise for place, each in enumerate(program))
    assert {key for way in ways(told) for key in way} == {each.step.key for each in program}


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("wait", "since", "until"),
    [
        (Wait("a", days=1, at="11:00"), local(2, 15), local(3, 11)),
        (Wait("a", days=1), local(2, 15), local(3, 15)),
        (Wait("a", at="11:00"), local(2, 10), local(2, 11)),
        (Wait("a", at="11:00"), local(2, 11), local(3, 11)),
        (Wait("a", hours=3), local(2, 10), local(2, 13)),
        (Wait("a", hours=20, at="11:00"), local(2, 10), local(3, 11)),
        (Wait("a", days=1), local(28, 15), local(29, 15)),  # the clocks go forward in between
        (Wait("a", days=1, at="02:30"), local(28, 15), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # no such hour
        (Wait("a", days=1, at="11:00"), local(24, 15, month=10), local(25, 11, month=10)),  # and back
    ],
)
def test_wait_ends_when_clocks_at_the_place_say_so(wait: Wait, since: datetime, until: datetime) -> None:
    assert wait_ends(wait, since=since.astimezone(UTC), zone=BRUSSELS) == until


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - it asks for such
    st.integers(0, 40),
    st.integers(0, 72),
    st.sampled_from(["", "00:00", "02:30", "11:00", "23:59"]),
)
def test_wait_always_ends_later_and_not_much(since: datetime, days: int, hours: int, at: str) -> None:
    if not (days or hours or at):
        return
    ends = wait_ends(Wait("a", days, hours, at), since=since, zone=BRUSSELS)
    assert since < ends <= since + timedelta(days=days + 1, hours=hours + 2)


def test_until_counts_days_around_the_date() -> None:
    anchor = local(31, 23, 59, month=7)
    assert until_ends(Until("a", 7, "before", "10:00"), anchor=anchor, zone=BRUSSELS) == local(24, 10, month=7)
    assert until_ends(Until("a", 1, "after", "09:00"), anchor=anchor, zone=BRUSSELS) == local(1, 9, month=8)
