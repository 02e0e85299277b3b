"""When reminders are due: pure rules, in any zone, on any day, on both sides of a clock change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.enums import Moment, ReminderText
from events.reminder_rules import EARLIEST_LEAD, FEEDBACK_FOR, LATEST_LAG, Occasion, Rule, occasions_of, wall_moment
from events.standard_reminders import AFTER, DAY_BEFORE, SAME_DAY, SOON, standard_rules

BRUSSELS = ZoneInfo("Europe/Brussels")
STANDARD = [Rule(**{name: value for name, value in row.items() if name != "text"}) for row in standard_rules()]
ZONES = st.sampled_from(
    ["Europe/Brussels", "Europe/Dublin", "Africa/Casablanca", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata",
     "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Cairo", "UTC"]
).map(ZoneInfo)  # fmt: skip
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RULES = st.lists(
    st.builds(
        Rule,
        key=st.uuids().map(lambda key: key.hex[:8]),
        moment=st.sampled_from(Moment),
        days=st.integers(0, 14),
        hour=st.times().map(lambda hour: hour.replace(second=0, microsecond=0, fold=0)),
        minutes=st.integers(0, 2 * 24 * 60),
        useless_minutes=st.sampled_from([0, 0, 1, 30, 600, 5000]),
        channel=st.sampled_from(["email", "sms"]),
    ),
    max_size=6,
    unique_by=lambda rule: rule.key,
)


def local(*parts: int, zone: ZoneInfo = BRUSSELS) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type, misc]


def occasions(start: datetime, rules: list[Rule] | None = None, zone: ZoneInfo = BRUSSELS) -> dict[str, Occasion]:
    found = occasions_of(
        STANDARD if rules is None else rules, starts_at=start, ends_at=start + timedelta(hours=2), zone=zone
    )
    return {each.key: each for each in found}


def test_standard_cadence_is_the_one_people_know() -> None:
    start = local(2026, 5, 2, 14)
    found = {key: (each.channel, each.due_at, each.useless_at) for key, each in occasions(start).items()}
    eleven, eight, soon = local(2026, 5, 1, 11), local(2026, 5, 2, 8), local(2026, 5, 2, 13, 30)
    assert found == {
        DAY_BEFORE: ("email", eleven, eight),
        f"{DAY_BEFORE}-sms": ("sms", eleven, soon),
        SAME_DAY: ("email", eight, start),
        SOON: ("sms", soon, start),
        AFTER: ("email", local(2026, 5, 2, 17), local(2026, 5, 5, 16)),
    }
    assert {row["key"]: row.get("text", ReminderText.REMINDER) for row in standard_rules()}[DAY_BEFORE] == "answer"


@pytest.mark.parametrize(("hour", "has_morning"), [(7, False), (8, False), (9, True), (23, True)])
def test_same_day_is_skipped_when_the_event_starts_by_eight(hour: int, has_morning: bool) -> None:
    found = occasions(local(2026, 5, 2, hour))
    assert (SAME_DAY in found) is has_morning
    assert found[DAY_BEFORE].useless_at == (local(2026, 5, 2, 8) if has_morning else local(2026, 5, 2, hour))


def test_occasion_concerns_nobody_who_came_after_it() -> None:
    morning = occasions(local(2026, 5, 2, 14))[SAME_DAY]
    assert morning.concerns(local(2026, 5, 2, 8))
    assert not morning.concerns(local(2026, 5, 2, 8, 1))


@pytest.mark.parametrize(
    ("day", "eleven", "eight"),
    [
        ((2026, 3, 29), "2026-03-28T10:00", "2026-03-29T06:00"),  # summer time begins that night
        ((2026, 3, 30), "2026-03-29T09:00", "2026-03-30T06:00"),
        ((2026, 10, 25), "2026-10-24T09:00", "2026-10-25T07:00"),  # and ends
        ((2026, 10, 26), "2026-10-25T10:00", "2026-10-26T07:00"),
    ],
)
def test_wall_clock_is_kept_across_a_clock_change(day: tuple[int, int, int], eleven: str, eight: str) -> None:
    found = occasions(local(*day, 14))
    assert f"{found[DAY_BEFORE].due_at:%Y-%m-%dT%H:%M}" == eleven
    assert f"{found[SAME_DAY].due_at:%Y-%m-%dT%H:%M}" == eight


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((2026, 3, 29), "2026-03-29T01:30"),  # 02:30 does not exist: clocks show 03:30
        ((2026, 10, 25), "2026-10-25T00:30"),  # 02:30 is twice: the first
    ],
)
def test_hour_that_is_missing_or_double_is_one_moment(day: tuple[int, int, int], expected: str) -> None:
    rule = Rule("night", Moment.DAY_AT, days=0, hour=time(2, 30))
    assert f"{occasions(local(*day, 14), [rule])['night'].due_at:%Y-%m-%dT%H:%M}" == expected


def test_half_an_hour_before_is_thirty_minutes_also_across_the_change() -> None:
    start = local(2026, 3, 29, 3)  # 30 minutes before by the hands would be 02:30, which there is not
    assert occasions(start, [Rule("soon", Moment.BEFORE_START, minutes=30)])["soon"].due_at == start.astimezone(
        UTC
    ) - timedelta(minutes=30)


def test_latest_useful_time_is_the_rules_own_where_it_is_earlier() -> None:
    found = occasions(local(2026, 5, 2, 14), [Rule("a", Moment.DAY_AT, days=1, hour=time(11), useless_minutes=90)])
    assert found["a"].useless_at == local(2026, 5, 1, 12, 30)


def test_confirmation_at_once_is_no_occasion() -> None:
    assert occasions(local(2026, 5, 2, 14), [Rule("now", Moment.AT_ONCE)]) == {}


def test_two_lines_at_one_moment_are_one() -> None:
    rules = [Rule(key, Moment.DAY_AT, days=1, hour=time(11)) for key in ("first", "second")]
    assert set(occasions(local(2026, 5, 2, 14), rules)) == {"second"}


@given(start=STARTS, length=st.integers(1, 3000), zone=ZONES, rules=RULES, after=st.integers(-3000, 60 * 24 * 20))
def test_never_two_due_at_once_on_a_channel_and_none_out_of_its_time(
    start: datetime, length: int, zone: ZoneInfo, rules: list[Rule], after: int
) -> None:
    end = start + timedelta(minutes=length)
    found = occasions_of(rules, starts_at=start, ends_at=end, zone=zone)
    at = start - timedelta(minutes=after)
    for channel in ("email", "sms"):
        due = [each for each in found if each.channel == channel and each.is_due(at) and each.useless_at <= start]
        assert len(due) <= 1
    for each in found:
        assert each.due_at < each.useless_at
        assert each.due_at.tzinfo is UTC
        if each.rule.moment == Moment.AFTER_END:
            assert end <= each.due_at
            assert each.useless_at <= end + FEEDBACK_FOR
            assert each.due_at - end < LATEST_LAG
        else:
            assert each.useless_at <= start
            assert start - each.due_at < EARLIEST_LEAD
        if each.rule.useless_minutes:
            assert each.useless_at - each.due_at <= timedelta(minutes=each.rule.useless_minutes)


@given(start=STARTS, zone=ZONES, rules=RULES)
def test_the_last_before_the_start_is_of_use_until_it_unless_told_otherwise(
    start: datetime, zone: ZoneInfo, rules: list[Rule]
) -> None:
    found = occasions_of(rules, starts_at=start, ends_at=start + timedelta(hours=1), zone=zone)
    for channel in ("email", "sms"):
        before = [each for each in found if each.channel == channel and each.due_at < start]
        if before and not before[-1].rule.useless_minutes:
            assert before[-1].useless_at == start


@given(start=STARTS, zone=ZONES, days=st.integers(0, 14), hour=st.times())
def test_clocks_show_the_hour_unless_there_is_none(start: datetime, zone: ZoneInfo, days: int, hour: time) -> None:
    hour = hour.replace(second=0, microsecond=0, fold=0)
    day = start.astimezone(zone).date() - timedelta(days=days)
    moment = wall_moment(start, days=days, hour=hour, zone=zone)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) != datetime.combine(day, hour):
        earlier, later = (moment + timedelta(hours=hours) for hours in (-25, 25))
        assert earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset(), "no clock change near"
        assert shown.replace(tzinfo=None) > datetime.combine(day, hour)
    else:
        assert shown.fold == 0
