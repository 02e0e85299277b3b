"""When a pledge's author is reminded: pure, whatever the schedule, the zone and the night the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.pledge_enums import ReminderMoment, ReminderWords, RemindMe, Standing
from campaigns.pledge_schedule import (
    CHOSEN_KEY,
    FOLLOW_UP_FOR,
    Occasion,
    Rule,
    Stand,
    day_ends,
    deadline_occasions,
    occasions_of,
    wall_moment,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
LAST = date(2026, 7, 31)
MADE = datetime(2026, 5, 1, 9, tzinfo=UTC)
WEEKS3 = Rule("weeks3", days=21)
WEEK = Rule("week", days=7, is_the_one=True)
WEEK_SMS = Rule("week_sms", days=7, channel="sms", is_the_one=True)
DAYS2 = Rule("days2", days=2)
LETTER = Rule("letter", ReminderMoment.AFTER_STEP, step="sent", days=21, text=ReminderWords.FOLLOW_UP)
ASKS = Rule("asks", ReminderMoment.AFTER_STEP, step="informed", days=3, text=ReminderWords.FOLLOW_UP)
SCHEDULE = (WEEKS3, WEEK, WEEK_SMS, DAYS2, LETTER)


def stand(standing: Standing = Standing.OPEN, step: str = "informed", at: datetime = MADE, **wishes: Any) -> Stand:
    return Stand(standing, step, at, **wishes)


def found(who: Stand, rules: Any = SCHEDULE, last_day: date | None = LAST) -> dict[str, Occasion]:
    return {each.key: each for each in occasions_of(rules, who, last_day=last_day, zone=BRUSSELS)}


def local(day: date, hour: int = 11, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BRUSSELS).astimezone(UTC)


def test_reminders_are_due_at_their_hour_and_each_until_the_next_on_its_channel() -> None:
    occasions = found(stand())
    assert {key: (each.due_at, each.useless_at) for key, each in occasions.items()} == {
        "weeks3": (local(date(2026, 7, 10)), local(date(2026, 7, 24))),
        "week": (local(date(2026, 7, 24)), local(date(2026, 7, 29))),
        "week_sms": (local(date(2026, 7, 24)), local(date(2026, 8, 1), 0)),
        "days2": (local(date(2026, 7, 29)), local(date(2026, 8, 1), 0)),
    }
    assert {each.stamp for each in occasions.values()} == {"2026-07-31"}


def test_reminder_on_the_last_day_itself_is_of_use_until_it_ends() -> None:
    only = found(stand(), [Rule("today", days=0, hour=time(8))])["today"]
    assert (only.due_at, only.useless_at) == (local(LAST, 8), local(date(2026, 8, 1), 0))


def test_once_is_the_one_on_each_channel_and_of_use_until_the_last_day_ends() -> None:
    occasions = found(stand(remind=RemindMe.ONCE))
    assert set(occasions) == {"week", "week_sms"}
    assert {each.useless_at for each in occasions.values()} == {day_ends(LAST, BRUSSELS)}


def test_never_is_nothing() -> None:
    assert found(stand(remind=RemindMe.NEVER)) == {}


def test_chosen_day_is_that_day_alone_at_eleven() -> None:
    who = stand(remind=RemindMe.ON_DAY, remind_date=date(2026, 7, 20))
    occasions = occasions_of(SCHEDULE, who, last_day=LAST, zone=BRUSSELS)
    assert {(each.key, each.channel, each.stamp) for each in occasions} == {
        (CHOSEN_KEY, "email", "2026-07-20"), (CHOSEN_KEY, "sms", "2026-07-20")
    }  # fmt: skip
    assert {(each.due_at, each.useless_at) for each in occasions} == {
        (local(date(2026, 7, 20)), day_ends(LAST, BRUSSELS))
    }


def test_chosen_day_without_a_schedule_or_a_last_day_is_by_mail_for_a_week() -> None:
    who = stand(remind=RemindMe.ON_DAY, remind_date=date(2026, 7, 20))
    (only,) = occasions_of([], who, last_day=None, zone=BRUSSELS)
    assert (only.channel, only.useless_at - only.due_at) == ("email", timedelta(days=7))


def test_chosen_day_after_the_last_one_is_nothing() -> None:
    assert found(stand(remind=RemindMe.ON_DAY, remind_date=date(2026, 8, 1))) == {}


@pytest.mark.parametrize("standing", [Standing.ACTED, Standing.COMPLETE, Standing.ENDED, Standing.WITHDRAWN])
@pytest.mark.parametrize("remind", list(RemindMe))
def test_who_has_nothing_to_do_any_more_gets_no_deadline(standing: Standing, remind: RemindMe) -> None:
    occasions = found(stand(standing, "sent", remind=remind, remind_date=LAST))
    assert set(occasions) == ({"letter"} if (standing, remind) == (Standing.ACTED, RemindMe.AS_NEEDED) else set())


def test_follow_up_asks_weeks_after_the_step_and_for_three_days_even_after_the_last_day() -> None:
    sent_at = local(date(2026, 7, 20), 18)
    only = found(stand(Standing.ACTED, "sent", sent_at))["letter"]
    assert (only.due_at, only.useless_at) == (local(date(2026, 8, 10)), local(date(2026, 8, 10)) + FOLLOW_UP_FOR)
    assert only.stamp == "2026-07-20"


def test_follow_up_of_what_is_still_to_do_ends_with_the_last_day() -> None:
    only = found(stand(at=local(date(2026, 7, 28), 18)), [ASKS])["asks"]
    assert (only.due_at, only.useless_at) == (local(LAST), day_ends(LAST, BRUSSELS))


def test_follow_up_is_for_who_stands_on_that_step_alone() -> None:
    assert found(stand(Standing.OPEN, "form_given"), [ASKS, LETTER]) == {}


def test_follow_up_whose_hour_was_over_on_the_same_day_comes_the_next() -> None:
    rule = Rule("same", ReminderMoment.AFTER_STEP, step="informed", days=0, text=ReminderWords.FOLLOW_UP)
    assert found(stand(at=local(date(2026, 7, 1), 15)), [rule])["same"].due_at == local(date(2026, 7, 2))
    assert found(stand(at=local(date(2026, 7, 1), 9)), [rule])["same"].due_at == local(date(2026, 7, 1))


def test_what_was_due_before_somebody_told_us_something_is_left_out() -> None:
    assert set(found(stand(at=local(date(2026, 7, 24), 11, 1)))) == {"days2"}


def test_moved_last_day_is_another_occasion() -> None:
    before, after = (found(stand(), last_day=day)["week"] for day in (LAST, date(2026, 8, 7)))
    assert before.ending == ":week:email:2026-07-31"
    assert after.ending == ":week:email:2026-08-07"
    assert after.due_at - before.due_at == timedelta(days=7)


def test_two_lines_at_one_moment_are_the_later_one() -> None:
    assert set(found(stand(), [Rule("first"), Rule("second")])) == {"second"}


@pytest.mark.parametrize(
    ("last_day", "hour", "expected"),
    [
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 02:30 does not exist: 03:30
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # exists twice: the first
        (date(2026, 3, 30), time(11), datetime(2026, 3, 30, 9, tzinfo=UTC)),
        (date(2026, 10, 26), time(11), datetime(2026, 10, 26, 10, tzinfo=UTC)),
    ],
)
def test_hour_in_the_nights_the_clocks_change(last_day: date, hour: time, expected: datetime) -> None:
    only = found(stand(at=datetime(2026, 1, 1, tzinfo=UTC)), [Rule("x", days=0, hour=hour)], last_day)["x"]
    assert only.due_at == expected


def test_last_day_of_23_and_of_25_hours_ends_at_midnight_there() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        assert day_ends(day, BRUSSELS) - wall_moment(day, time(), BRUSSELS) == timedelta(hours=hours)


# --- Whatever the schedule ------------------------------------------------------------------------

ZONES = st.sampled_from([BRUSSELS, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Beirut")])
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
MOMENTS = st.builds(lambda day, hour: datetime.combine(day, hour, UTC), DAYS, st.times())
RULES = st.lists(
    st.builds(
        Rule,
        key=st.text("abcdef", min_size=1, max_size=3),
        moment=st.sampled_from(ReminderMoment),
        step=st.sampled_from(["informed", "sent"]),
        days=st.integers(0, 40),
        hour=st.times().map(lambda hour: hour.replace(second=0, microsecond=0, fold=0)),
        channel=st.sampled_from(["email", "sms"]),
        text=st.sampled_from(ReminderWords),
        is_the_one=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda rule: rule.key,
)
STANDS = st.builds(
    Stand,
    standing=st.sampled_from(Standing),
    step=st.sampled_from(["informed", "sent"]),
    step_at=MOMENTS,
    remind=st.sampled_from(RemindMe),
    remind_date=DAYS,
)


@given(rules=RULES, who=STANDS, last_day=st.none() | DAYS, zone=ZONES, minutes=st.integers(-3000, 60 * 24 * 60))
def test_never_two_due_at_once_on_a_channel_and_none_out_of_its_time(
    rules: list[Rule], who: Stand, last_day: date | None, zone: ZoneInfo, minutes: int
) -> None:
    occasions = occasions_of(rules, who, last_day=last_day, zone=zone)
    at = who.step_at + timedelta(minutes=minutes)
    for channel in ("email", "sms"):
        assert len([each for each in occasions if each.channel == channel and each.is_due(at)]) <= 1
    assert len({each.ending for each in occasions}) == len(occasions)
    for each in occasions:
        assert who.step_at <= each.due_at < each.useless_at
        assert (each.due_at.tzinfo, each.useless_at.tzinfo) == (UTC, UTC)
        assert who.standing in (Standing.OPEN, Standing.ACTED)
        assert who.remind != RemindMe.NEVER
        is_deadline = each.rule.moment == ReminderMoment.BEFORE_LAST_DAY
        assert who.standing == Standing.OPEN or not is_deadline
        if last_day is not None and who.standing == Standing.OPEN:
            assert each.useless_at <= day_ends(last_day, zone)
        if each.rule.moment == ReminderMoment.AFTER_STEP:
            assert each.useless_at - each.due_at <= FOLLOW_UP_FOR
            assert each.rule.step == who.step


@given(rules=RULES, who=STANDS, last_day=DAYS, zone=ZONES, minutes=st.integers(0, 60 * 24 * 60))
def test_what_all_are_told_before_the_last_day_holds_what_each_is_told(
    rules: list[Rule], who: Stand, last_day: date, zone: ZoneInfo, minutes: int
) -> None:
    at = who.step_at + timedelta(minutes=minutes)
    of_all = {
        each.ending for each in deadline_occasions(rules, who.remind, last_day=last_day, zone=zone) if each.is_due(at)
    }
    for each in occasions_of(rules, who, last_day=last_day, zone=zone):
        if each.rule.moment == ReminderMoment.BEFORE_LAST_DAY and each.key != CHOSEN_KEY and each.is_due(at):
            assert each.ending in of_all


@given(rules=RULES, who=STANDS, last_day=DAYS, zone=ZONES)
def test_the_last_before_the_last_day_is_of_use_until_it_ends(
    rules: list[Rule], who: Stand, last_day: date, zone: ZoneInfo
) -> None:
    for channel in ("email", "sms"):
        before = [
            each
            for each in occasions_of(rules, who, last_day=last_day, zone=zone)
            if each.channel == channel and who.standing == Standing.OPEN
        ]
        if before and before[-1].rule.moment == ReminderMoment.BEFORE_LAST_DAY:
            assert before[-1].useless_at == day_ends(last_day, zone)


@given(day=DAYS, zone=ZONES, hour=st.times())
def test_clocks_show_the_hour_unless_there_is_none(day: date, zone: ZoneInfo, hour: time) -> None:
    hour = hour.replace(second=0, microsecond=0, fold=0)
    shown = wall_moment(day, hour, zone).astimezone(zone)
    if shown.replace(tzinfo=None) != datetime.combine(day, hour):
        assert shown.replace(tzinfo=None) > datetime.combine(day, hour)
        around = [(shown + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-25, 25)]
        assert around[0] != around[1], "no clock change near"
    else:
        assert shown.fold == 0
