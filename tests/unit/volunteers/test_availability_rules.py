"""Which parts of the week something falls into."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from volunteers.availability_rules import Part, is_free, parts_of

BRUSSELS = ZoneInfo("Europe/Brussels")
MORNING, AFTERNOON, EVENING = (6, "morning"), (6, "afternoon"), (6, "evening")


@pytest.mark.parametrize(
    ("first", "last", "parts"),
    [
        ((7, 10), (7, 12), {MORNING}),
        ((7, 10), (7, 13), {MORNING, AFTERNOON}),
        ((7, 18), (7, 21), {EVENING}),
        ((7, 22), (8, 2), {EVENING, (7, "morning")}),
        ((7, 20), (8, 0), {EVENING}),
    ],
)
def test_parts_are_those_the_local_clock_shows(first: tuple[int, int], last: tuple[int, int], parts: set[Part]) -> None:
    starts, ends = (datetime(2026, 3, day, hour, tzinfo=BRUSSELS) for day, hour in (first, last))
    assert parts_of(starts, ends, BRUSSELS) == parts


def test_who_named_no_times_or_one_of_them_is_free() -> None:
    assert is_free(set(), {MORNING})
    assert is_free({AFTERNOON}, {MORNING, AFTERNOON})
    assert not is_free({EVENING}, {MORNING, AFTERNOON})
