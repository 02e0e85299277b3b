"""What a kind of pledge offers on a day: whether it is open, how long still, and which reminders can still come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from campaigns.pledge_enums import ReminderMoment, RemindMe
from campaigns.pledge_opening import LONGEST_AHEAD, Opening
from campaigns.pledge_schedule import Rule

LAST = date(2026, 7, 31)
AFTER = Rule("letter", ReminderMoment.AFTER_STEP, step="sent")


@pytest.mark.parametrize(
    ("today", "left", "closed"),
    [(LAST - timedelta(days=90), 90, ""), (LAST, 0, ""), (LAST + timedelta(days=1), None, "over")],
)
def test_opening_counts_the_days_to_the_last_and_closes_after_it(today: date, left: int | None, closed: str) -> None:
    opening = Opening(today, LAST)
    assert (opening.days_left, opening.closed) == (left, closed)


def test_opening_that_staff_closed_is_closed_before_the_last_day_and_over_after_it() -> None:
    assert Opening(LAST, LAST, takes_pledges=False).closed == "closed"
    assert Opening(LAST + timedelta(days=1), LAST, takes_pledges=False).closed == "over"


def test_opening_without_a_last_day_never_ends_and_reminds_within_a_year() -> None:
    opening = Opening(LAST, None)
    assert (opening.days_left, opening.closed) == (None, "")
    assert opening.offers == (RemindMe.ON_DAY, RemindMe.NEVER)
    after = replace(opening, lines=(AFTER,))
    assert after.offers == (RemindMe.AS_NEEDED, RemindMe.ON_DAY, RemindMe.NEVER)
    assert opening.last_reminder == LAST + LONGEST_AHEAD


@pytest.mark.parametrize(
    ("left", "offered"),
    [
        (8, (RemindMe.AS_NEEDED, RemindMe.ONCE, RemindMe.ON_DAY, RemindMe.NEVER)),
        (7, (RemindMe.AS_NEEDED, RemindMe.ON_DAY, RemindMe.NEVER)),
        (2, (RemindMe.ON_DAY, RemindMe.NEVER)),
        (0, (RemindMe.NEVER,)),
    ],
)
def test_opening_offers_only_reminders_that_can_still_come(left: int, offered: tuple[RemindMe, ...]) -> None:
    lines = (Rule("week", days=7, is_the_one=True), Rule("days2", days=2))
    assert Opening(LAST - timedelta(days=left), LAST, lines=lines).offers == offered


@pytest.mark.parametrize(
    ("lines", "offered"),
    [
        ((), (RemindMe.ON_DAY, RemindMe.NEVER)),
        ((AFTER,), (RemindMe.AS_NEEDED, RemindMe.ON_DAY, RemindMe.NEVER)),
        ((Rule("week"),), (RemindMe.AS_NEEDED, RemindMe.ON_DAY, RemindMe.NEVER)),
        (
            (Rule("early", days=40, is_the_one=True), Rule("week")),
            (RemindMe.AS_NEEDED, RemindMe.ON_DAY, RemindMe.NEVER),
        ),
    ],
)
def test_opening_offers_no_reminder_without_a_line_that_sends_it(
    lines: tuple[Rule, ...], offered: tuple[RemindMe, ...]
) -> None:
    assert Opening(LAST - timedelta(days=30), LAST, lines=lines).offers == offered
