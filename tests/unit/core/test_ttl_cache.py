"""Answers remembered for seconds."""

import pytest

from core import ttl_cache as module
from core.ttl_cache import clear_ttl_caches, ttl_cache


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The one number the clock shows."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_ttl_cache_remembers_by_arguments_until_its_time_is_over(seconds: list[float]) -> None:
    calls = []

    @ttl_cache(10)
    def answer(one: int, *, other: str = "") -> int:
        calls.append((one, other))
        return len(calls)

    assert [answer(1), answer(1), answer(2), answer(1, other="x")] == [1, 1, 2, 3]
    seconds[0] += 9.9
    assert answer(1) == 1
    seconds[0] += 0.1
    assert answer(1) == 4
    clear_ttl_caches()
    assert answer(1) == 5


def test_ttl_cache_remembers_nothing_as_an_answer_but_no_exception(seconds: list[float]) -> None:
    calls = []

    @ttl_cache(10)
    def answer(fails: bool) -> None:
        calls.append(fails)
        if fails:
            raise LookupError

    for _ in range(2):
        answer(False)
        with pytest.raises(LookupError):
            answer(True)
    assert calls == [False, True, True]


def test_ttl_cache_does_not_grow_without_end(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_ENTRIES", 3)

    @ttl_cache(10)
    def answer(number: int) -> int:
        return number

    assert [answer(number) for number in range(10)] == list(range(10))
    assert len(module._all[-1]) <= 3


def test_ttl_cache_forgets_what_was_being_read_while_all_was_forgotten(seconds: list[float]) -> None:
    rows = ["old"]

    @ttl_cache(10)
    def answer() -> str:
        found = rows[0]
        if found == "old":
            rows[0] = "new"
            clear_ttl_caches()  # another thread changed the row and said so, after this one had read it
        return found

    assert [answer(), answer()] == ["old", "new"]
