from datetime import date

import pytest

from rights.clocks import due_on, extended_to, threshold_on


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ((2026, 1, 15), (2026, 2, 15), (2026, 4, 15)),
        ((2026, 1, 31), (2026, 2, 28), (2026, 4, 30)),
        ((2028, 1, 30), (2028, 2, 29), (2028, 4, 30)),
        ((2026, 12, 31), (2027, 1, 31), (2027, 3, 31)),
        ((2026, 11, 30), (2026, 12, 30), (2027, 2, 28)),
    ],
)
def test_answer_is_due_the_same_day_of_the_month_or_its_last(
    received: tuple[int, int, int], due: tuple[int, int, int], extended: tuple[int, int, int]
) -> None:
    assert due_on(date(*received)) == date(*due)
    assert extended_to(date(*received)) == date(*extended)


@pytest.mark.parametrize(
    ("day", "threshold"), [(1, None), (10, None), (11, 10), (17, 10), (18, 3), (21, 3), (22, 0), (30, 0)]
)
def test_threshold_that_holds_on_a_day(day: int, threshold: int | None) -> None:
    assert threshold_on(date(2026, 3, 21), date(2026, 3, day)) == threshold
