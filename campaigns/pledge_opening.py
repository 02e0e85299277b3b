"""Whether a kind takes pledges on a day, how long one has still, and on which days one may be reminded."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from campaigns.actions.pledge_reminders import schedule_of
from campaigns.pledge_enums import ReminderMoment, RemindMe
from campaigns.pledge_schedule import Rule, rules_for

if TYPE_CHECKING:
    from campaigns.models import PledgeKind

# Without a last day, a reminder may be asked for as long ahead as somebody means to keep a promise.
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Opening:
    """One kind on one day. ``last_day``: the last on which it makes sense to act; None: there is none.

    ``lines``: those in use of the kind's schedule, without which nobody is reminded but on a day they choose.
    ``is_called_off``: nobody can act any more, whatever the last day was to be.
    """

    today: date
    last_day: date | None
    takes_pledges: bool = True
    lines: tuple[Rule, ...] = ()
    is_called_off: bool = False

    @property
    def days_left(self) -> int | None:
        """Days until the last one, 0 on it; None without one, and once it is over."""
        return (self.last_day - self.today).days if self.last_day and not self.is_over else None

    @property
    def is_over(self) -> bool:
        return self.is_called_off or self.is_past

    @property
    def is_past(self) -> bool:
        return self.last_day is not None and self.last_day < self.today

    @property
    def closed(self) -> str:
        """Why nobody can promise it: ``over`` (past or called off), ``closed`` (staff closed it), or blank."""
        if self.is_over:
            return "over"
        return "" if self.takes_pledges else "closed"

    @property
    def first_reminder(self) -> date:
        """The first day on which one may be reminded: tomorrow."""
        return self.today + timedelta(days=1)

    @property
    def last_reminder(self) -> date:
        """The last day on which one may be reminded; before `first_reminder` where there is none left."""
        return self.today if self.is_called_off else self.last_day or self.today + LONGEST_AHEAD

    @property
    def offers(self) -> tuple[RemindMe, ...]:
        """How often one may ask to be reminded: only what can still happen."""
        found = []
        if self.counts_down or any(line.moment == ReminderMoment.AFTER_STEP for line in self.lines):
            found.append(RemindMe.AS_NEEDED)
        if any(line.is_the_one for line in self._to_come()):
            found.append(RemindMe.ONCE)
        if self.first_reminder <= self.last_reminder:
            found.append(RemindMe.ON_DAY)
        return (*found, RemindMe.NEVER)

    @property
    def counts_down(self) -> bool:
        """Whether a reminder before the last day can still come."""
        return bool(self._to_come())

    def may_still_send(self, remind: RemindMe) -> bool:
        """Whether somebody who wishes so may still be reminded by a line of the schedule, today included."""
        return any(
            line.moment == ReminderMoment.AFTER_STEP
            or (self.last_day is not None and self.today + timedelta(days=line.days) <= self.last_day)
            for line in rules_for(self.lines, remind)
        )

    def _to_come(self) -> list[Rule]:
        """Return the lines before the last day whose day is to come; today's may be over."""
        before = [line for line in self.lines if line.moment == ReminderMoment.BEFORE_LAST_DAY]
        return [line for line in before if self.last_day and self.today + timedelta(days=line.days) < self.last_day]


def opening_of(kind: "PledgeKind", today: date) -> Opening:
    """Return how a kind stands on ``today``, a day in its campaign's zone."""
    return Opening(today, kind.last_day, kind.is_open, schedule_of(kind).rules, kind.is_called_off)
