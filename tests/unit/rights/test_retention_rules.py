from datetime import date

import pytest

from rights.retention_rules import end_of_keeping


@pytest.mark.parametrize(
    ("ends", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 0, date(2026, 12, 16)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), 120, date(2036, 3, 31)),
        (None, 12, None),
    ],
)
def test_end_of_keeping(ends: date | None, months: int, due: date | None) -> None:
    assert end_of_keeping(ends, months) == due
