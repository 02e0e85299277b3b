"""When people are reminded of what they promised. Pure: no database, no clock.

From the lines of a kind's schedule, its last day and where one pledge stands come occasions: moments with a latest
useful time. Everything is worked out on the wall clock of the campaign's zone and compared in UTC, because two times of
one zone compare by their hands alone, which is wrong in the night the clocks change. An hour that does not exist
(March) is the same number of minutes after the last one that does; one that exists twice (October) is the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.pledge_enums import ReminderMoment, ReminderWords, RemindMe, Standing

# How long a question how it went is of use, and a reminder on a chosen day where nothing has a last day.
FOLLOW_UP_FOR = timedelta(days=3)
CHOSEN_DAY_FOR = timedelta(days=7)
CHOSEN_HOUR = time(11)
# No line of a schedule can be called so: its key has no dot.
CHOSEN_KEY = "chosen.day"

# Whom a line concerns: with something still to do, or who did it and waits for the answer.
TO_DO = frozenset({Standing.OPEN})
UNFINISHED = frozenset({Standing.OPEN, Standing.ACTED})


@dataclass(frozen=True)
class Rule:
    """One line of a schedule: ``days`` before the last day or after ``step`` was reached, at ``hour``.

    ``since``: when staff added it; what was due before is not made good. None: it came with the kind.
    """

    key: str
    moment: ReminderMoment = ReminderMoment.BEFORE_LAST_DAY
    step: str = ""
    days: int = 7
    hour: time = time(11)
    channel: str = "email"
    text: ReminderWords = ReminderWords.DEADLINE
    is_the_one: bool = False
    since: datetime | None = None

    @property
    def concerned(self) -> frozenset[Standing]:
        """Where a pledge may stand for this line: whoever acted is never told that the last day comes nearer."""
        is_deadline = self.moment == ReminderMoment.BEFORE_LAST_DAY or self.text == ReminderWords.DEADLINE
        return TO_DO if is_deadline else UNFINISHED


@dataclass(frozen=True)
class Stand:
    """Where one pledge stands, and how often its author wants to be reminded.

    ``step_at``: when they last told us something, which is not before they promised. ``remind_date``: for ON_DAY.
    ``remind_set_at``: when they wished for other reminders than before; None: never.
    """

    standing: Standing
    step: str
    step_at: datetime
    remind: RemindMe = RemindMe.AS_NEEDED
    remind_date: date | None = None
    remind_set_at: datetime | None = None


@dataclass(frozen=True)
class Occasion:
    """One moment of one line: not before ``due_at``, and of no use from ``useless_at`` on. Both are in UTC.

    ``stamp``: the day it turns around, part of messages' keys. Another last day, another day chosen or the step reached
    another time is another occasion.
    """

    rule: Rule
    due_at: datetime
    useless_at: datetime
    stamp: str

    @property
    def key(self) -> str:
        return self.rule.key

    @property
    def channel(self) -> str:
        return self.rule.channel

    @property
    def ending(self) -> str:
        """What the message's key ends in."""
        return f":{self.key}:{self.channel}:{self.stamp}"

    def is_due(self, at: datetime) -> bool:
        return self.due_at <= at < self.useless_at


def occasions_of(rules: Iterable[Rule], stand: Stand, *, last_day: date | None, zone: ZoneInfo) -> list[Occasion]:
    """Return the occasions of one pledge as it stands, the earliest first.

    Left out is what was due before they last told us something (the page they told it on says the last day), before
    they wished to be reminded so, or before its line was there. On one
    channel each is of no use once the next one is due, so after an outage the latest alone is; of two at the same
    moment the later line of the schedule.
    """
    found = [
        each
        for rule in rules_for(rules, stand.remind)
        if concerns(rule, stand) and (each := _occasion(rule, stand, last_day, zone)) is not None
    ]
    told_at = max(stand.step_at, stand.remind_set_at or stand.step_at)
    return _of_lines_there(_one_at_a_time([each for each in found if each.due_at >= told_at]))


def deadline_occasions(
    rules: Iterable[Rule], remind: RemindMe, *, last_day: date | None, zone: ZoneInfo
) -> list[Occasion]:
    """Return what all who want ``remind`` are told before the last day, whoever they are; nothing without one.

    Never less than `occasions_of` finds for any of them: a question how it went may end one of these early.
    """
    lines = [rule for rule in rules_for(rules, remind) if rule.moment == ReminderMoment.BEFORE_LAST_DAY]
    found = [] if last_day is None else [_before(rule, last_day, zone) for rule in lines]
    return _of_lines_there(_one_at_a_time(found))


def rules_for(rules: Iterable[Rule], remind: RemindMe | str) -> list[Rule]:
    """Return the lines that are for somebody who wants to be reminded so.

    On a chosen day the reminder goes by the same channels as the one reminder of a schedule, else by e-mail.
    """
    lines = list(rules)
    if remind == RemindMe.AS_NEEDED:
        return lines
    if remind == RemindMe.ONCE:
        return [rule for rule in lines if rule.is_the_one]
    if remind == RemindMe.ON_DAY:
        channels = dict.fromkeys(rule.channel for rule in lines if rule.is_the_one) or {"email": None}
        return [chosen_rule(channel) for channel in channels]
    return []


def chosen_rule(channel: str) -> Rule:
    """Return the line that stands for a day somebody chose."""
    return Rule(CHOSEN_KEY, days=0, hour=CHOSEN_HOUR, channel=channel)


def concerns(rule: Rule, stand: Stand) -> bool:
    """Whether a line is for a pledge that stands so: nobody who finished, ended or took it back is written to."""
    is_at_step = rule.moment != ReminderMoment.AFTER_STEP or rule.step == stand.step
    return stand.standing in rule.concerned and is_at_step


def stamp_of(rule: Rule, stand: Stand, last_day: date | None, zone: ZoneInfo) -> str:
    """Return the day an occasion turns around as it stands in keys; blank where there is none."""
    if rule.key == CHOSEN_KEY:
        return _stamp(stand.remind_date)
    if rule.moment == ReminderMoment.AFTER_STEP:
        return _stamp(stand.step_at.astimezone(zone).date())
    return _stamp(last_day)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """Return in UTC the first moment that is no longer ``day`` in ``zone``."""
    return wall_moment(day + timedelta(days=1), time(), zone)


def wall_moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return in UTC when clocks in ``zone`` show ``hour`` on ``day``."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _occasion(rule: Rule, stand: Stand, last_day: date | None, zone: ZoneInfo) -> Occasion | None:
    if rule.key == CHOSEN_KEY:
        return _chosen(rule, stand.remind_date, last_day, zone) if stand.remind_date is not None else None
    if rule.moment == ReminderMoment.AFTER_STEP:
        return _after(rule, stand, last_day, zone)
    return _before(rule, last_day, zone) if last_day is not None else None


def _before(rule: Rule, last_day: date, zone: ZoneInfo) -> Occasion:
    due = wall_moment(last_day - timedelta(days=rule.days), rule.hour, zone)
    return Occasion(rule, due, day_ends(last_day, zone), _stamp(last_day))


def _chosen(rule: Rule, day: date, last_day: date | None, zone: ZoneInfo) -> Occasion:
    due = wall_moment(day, rule.hour, zone)
    return Occasion(rule, due, day_ends(last_day, zone) if last_day else due + CHOSEN_DAY_FOR, _stamp(day))


def _after(rule: Rule, stand: Stand, last_day: date | None, zone: ZoneInfo) -> Occasion:
    reached = stand.step_at.astimezone(zone).date()
    due = wall_moment(reached + timedelta(days=rule.days), rule.hour, zone)
    if due < stand.step_at:  # an hour that was over when they told us
        due = wall_moment(reached + timedelta(days=1), rule.hour, zone)
    useless = due + FOLLOW_UP_FOR
    if last_day is not None and stand.standing == Standing.OPEN:  # what they still have to do is too late then
        useless = min(useless, day_ends(last_day, zone))
    return Occasion(rule, due, useless, _stamp(reached))


def _of_lines_there(found: Iterable[Occasion]) -> list[Occasion]:
    """Leave out what was due before its line was there. What it ended stays ended: another line may have said it."""
    return [each for each in found if each.rule.since is None or each.due_at >= each.rule.since]


def _one_at_a_time(found: Iterable[Occasion]) -> list[Occasion]:
    """Return them in order, each of no use once the next on its channel is due; what never is of use is left out."""
    ordered = sorted(found, key=lambda each: each.due_at)
    kept = [_cut(each, ordered[number + 1 :]) for number, each in enumerate(ordered)]
    return [each for each in kept if each.due_at < each.useless_at]


def _cut(occasion: Occasion, later: Sequence[Occasion]) -> Occasion:
    following = next((each.due_at for each in later if each.channel == occasion.channel), occasion.useless_at)
    return Occasion(occasion.rule, occasion.due_at, min(occasion.useless_at, following), occasion.stamp)


def _stamp(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
