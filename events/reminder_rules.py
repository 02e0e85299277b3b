"""When people are reminded of what they registered for. Pure: no database, no clock.

From the lines of a schedule and one start and end in a time zone come occasions: moments with a latest useful time.
Everything is worked out on the wall clock of the zone and compared in UTC, because two times of one zone compare by
their hands alone, which is wrong in the night the clocks change. An hour that does not exist (March) is the same
number of minutes after the last one that does; one that exists twice (October) is the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.enums import Moment

FEEDBACK_FOR = timedelta(days=3)
# How far ahead of a start a reminder may be due: whole days before and the hours of the longest day.
LONGEST_DAYS = 30
LONGEST_MINUTES = 2 * 24 * 60
EARLIEST_LEAD = timedelta(days=LONGEST_DAYS + 2)
LATEST_LAG = timedelta(minutes=LONGEST_MINUTES) + FEEDBACK_FOR


@dataclass(frozen=True)
class Rule:
    """One line of a schedule: ``useless_minutes`` 0 means until the start (after the end: for three days)."""

    key: str
    moment: Moment
    days: int = 0
    hour: time = time(11)
    minutes: int = 0
    useless_minutes: int = 0
    channel: str = "email"


@dataclass(frozen=True)
class Occasion:
    """One moment of one rule: not before ``due_at``, and of no use from ``useless_at`` on. Both are in UTC."""

    rule: Rule
    due_at: datetime
    useless_at: datetime

    @property
    def key(self) -> str:
        return self.rule.key

    @property
    def channel(self) -> str:
        return self.rule.channel

    def is_due(self, at: datetime) -> bool:
        return self.due_at <= at < self.useless_at

    def concerns(self, made_at: datetime) -> bool:
        """Whether it is for somebody who took their place at ``made_at``: who came later knows."""
        return made_at <= self.due_at


def occasions_of(rules: Iterable[Rule], *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> list[Occasion]:
    """Return the occasions of a schedule for one timeslot, the earliest first.

    What would be due at the start or later is left out, as is AT_ONCE: the confirmation answers a form and needs no
    schedule. On one channel, what comes before the start is of no use once the next one is due, so after an outage the
    latest one alone is; of two at the same moment the later line of the schedule.
    """
    start, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    before: list[tuple[datetime, Rule]] = []
    after: list[Occasion] = []
    for rule in rules:
        if rule.moment == Moment.AFTER_END:
            after.append(_after(rule, end))
        elif rule.moment != Moment.AT_ONCE and (due := _due_before(rule, start, zone)) < start:
            before.append((due, rule))
    before.sort(key=lambda each: each[0])
    found = [
        Occasion(rule, due, _useless_before(rule, due, start, before[number + 1 :]))
        for number, (due, rule) in enumerate(before)
    ]
    return sorted(
        [each for each in (*found, *after) if each.due_at < each.useless_at], key=lambda each: (each.due_at, each.key)
    )


def wall_moment(start: datetime, *, days: int, hour: time, zone: ZoneInfo) -> datetime:
    """Return in UTC when clocks in ``zone`` show ``hour``, so many days before the local day of ``start``."""
    day = start.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _due_before(rule: Rule, start: datetime, zone: ZoneInfo) -> datetime:
    if rule.moment == Moment.BEFORE_START:
        return start - timedelta(minutes=rule.minutes)
    return wall_moment(start, days=rule.days, hour=rule.hour, zone=zone)


def _useless_before(rule: Rule, due: datetime, start: datetime, later: list[tuple[datetime, Rule]]) -> datetime:
    ends = [start, *(next_due for next_due, other in later if other.channel == rule.channel)]
    if rule.useless_minutes:
        ends.append(due + timedelta(minutes=rule.useless_minutes))
    return min(ends)


def _after(rule: Rule, end: datetime) -> Occasion:
    due, last = end + timedelta(minutes=rule.minutes), end + FEEDBACK_FOR
    if rule.useless_minutes:
        last = min(last, due + timedelta(minutes=rule.useless_minutes))
    return Occasion(rule, due, last)
