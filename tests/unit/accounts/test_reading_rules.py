"""When reading about people is unusual, as laws that hold for every history."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.reading_rules import is_unusual, usual_of

HISTORY = st.lists(st.integers(0, 10_000), max_size=30)
FLOOR, FACTOR = 2_000, 4


def judge(people: int, history: list[int]) -> bool:
    return is_unusual(people, history, floor=FLOOR, factor=FACTOR)


@given(HISTORY, st.integers(0, FLOOR))
def test_nothing_up_to_the_floor_is_unusual(history: list[int], people: int) -> None:
    assert not judge(people, history)


@given(HISTORY, st.integers(0, 100_000), st.integers(1, 1_000))
def test_who_reads_more_is_not_judged_more_gently(history: list[int], people: int, more: int) -> None:
    assert not judge(people, history) or judge(people + more, history)


@given(HISTORY, st.integers(0, 100_000), st.randoms())
def test_order_and_days_off_say_nothing(history: list[int], people: int, random: object) -> None:
    mixed = [*history, 0, 0]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge(people, mixed) == judge(people, history)


@given(HISTORY.filter(any))
def test_usual_day_lies_between_the_least_and_the_most(history: list[int]) -> None:
    worked = [people for people in history if people]
    assert min(worked) <= usual_of(history) <= max(worked)


@given(st.integers(1, 10_000), st.integers(1, 30))
def test_who_reads_as_always_is_never_unusual(people: int, days: int) -> None:
    assert not judge(people, [people] * days)


def test_newcomer_above_the_floor_is_unusual() -> None:
    assert judge(FLOOR + 1, [])
    assert judge(8_001, [2_000])
    assert not judge(8_000, [2_000])
