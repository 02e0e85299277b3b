"""Eight weeks of reminders of pledges with outages, double beats, lost mail, clocks put back and changes of mind."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.actions.pledges import PledgeTakenBackError, Reminding, move_pledge, set_reminding, withdraw_pledge
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import RemindMe, Standing, ToldBy
from campaigns.pledge_schedule import day_ends
from campaigns.zones import zone_of
from messaging.actions.deliver import deliver_messages
from messaging.models import OutboundMessage
from people.enums import ConsentState
from tests.factories.cms import make_petition
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.faults.test_reminders_over_time import Inbox

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Walk:
    """Some people who pledged, what they did and said, and when."""

    def __init__(self, last_day: date, seed: int, people: int) -> None:
        self.dice = random.Random(seed)
        self.start = datetime.combine(last_day, datetime.min.time(), UTC) - 26 * DAY
        self.kind = make_kind(make_petition().campaign, due_date=last_day)
        self.pledges = [self._promise(number) for number in range(people)]
        # When somebody had nothing to be reminded of any more, or took the consent back.
        self.over: dict[int, datetime] = {}
        self.moved: list[tuple[datetime, str]] = []

    def _promise(self, number: int) -> Pledge:
        at = self.start - timedelta(hours=self.dice.randint(1, 500))
        told: dict[str, Any] = {"phone": f"+3247012{number:04}"} if number % 2 else {}
        remind = self.dice.choice([*RemindMe, RemindMe.AS_NEEDED])
        if remind == RemindMe.ON_DAY:
            told["remind_date"] = (self.start + timedelta(days=self.dice.randint(1, 30))).date()
        pledge = make_pledge(self.kind, f"person{number}@example.org", at=at, remind=remind, **told)
        let_remind(pledge, at=at)
        return pledge

    def live(self) -> None:
        """Let time pass in uneven steps, with outages of days, two beats at each step, now and then a clock back."""
        now, end = self.start, self.start + 55 * DAY
        while now < end:
            with time_machine.travel(now, tick=False):
                self._something_happens(now)
                for _ in range(2):
                    queue_due_pledge_reminders(at=now)
                    deliver_messages(at=now)
                if self.dice.random() < 0.1:
                    queue_due_pledge_reminders(at=now - timedelta(hours=self.dice.randint(1, 60)))
            hours = self.dice.choice([5, 11, 24, 24, 36, 80])
            now += timedelta(hours=hours, minutes=self.dice.randint(0, 59))

    def _something_happens(self, now: datetime) -> None:
        luck, pledge = self.dice.random(), Pledge.objects.get(pk=self.dice.choice(self.pledges).pk)
        if luck < 0.08:
            self._move(pledge, self.dice.choice(["form_given", "sent", "confirmed"]), now)
        elif luck < 0.11:
            withdraw_pledge(pledge=pledge, at=now)
            self.over.setdefault(pledge.pk, now)
        elif luck < 0.14:
            let_remind(pledge, ConsentState.WITHDRAWN, at=now)
            self.over.setdefault(pledge.pk, now)
        elif luck < 0.17:
            set_reminding(pledge=pledge, reminding=Reminding(RemindMe.NEVER), at=now)
            self.over.setdefault(pledge.pk, now)
        elif luck < 0.19 and len(self.moved) < 3:
            kind = PledgeKind.objects.get()
            assert kind.due_date is not None
            self.moved.append((now, kind.due_date.isoformat()))
            PledgeKind.objects.update(due_date=kind.due_date + self.dice.choice([-2, 3, 9]) * DAY)

    def _move(self, pledge: Pledge, step: str, now: datetime) -> None:
        try:
            moved = move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=now)
        except PledgeTakenBackError:
            return
        if moved.standing == Standing.COMPLETE:
            self.over.setdefault(pledge.pk, now)

    def assert_what_must_hold(self) -> int:
        keys = Counter(letter.idempotency_key for _at, letter in Inbox.taken)
        assert not {key for key, times in keys.items() if times > 1}, "an occasion was told twice"
        rows = OutboundMessage.objects.in_bulk(keys, field_name="idempotency_key")
        zone = zone_of(self.kind.campaign)
        for at, letter in Inbox.taken:
            row = rows[letter.idempotency_key]
            assert row.not_before <= at <= row.expires_at, f"{letter.idempotency_key} at {at}"
            told = row.context
            if row.template == "pledge_reminder" and told["rule"] != "chosen.day":
                assert at < day_ends(date.fromisoformat(told["stamp"]), zone)
                late = [moved_at for moved_at, stamp in self.moved if stamp == told["stamp"] and moved_at < at]
                assert not late or self._was_moved_back(told["stamp"], at), "a letter names a last day that is none"
        self._assert_silence(rows)
        self._assert_one_at_a_time(rows)
        return len(rows)

    def _was_moved_back(self, stamp: str, at: datetime) -> bool:
        """Whether the last day was this one again when the letter left."""
        days = [day for _at, day in self.moved] + [str(PledgeKind.objects.get().due_date)]
        since = sum(moved_at < at for moved_at, _stamp in self.moved)
        return days[since] == stamp

    def _assert_silence(self, rows: dict[str, OutboundMessage]) -> None:
        """Who finished, took it back, or wants none is left alone from that moment on."""
        for at, letter in Inbox.taken:
            over = self.over.get(rows[letter.idempotency_key].context["pledge"])
            assert over is None or at < over, f"{letter.idempotency_key} at {at}, over since {over}"

    def _assert_one_at_a_time(self, rows: dict[str, OutboundMessage]) -> None:
        """Two to one person on one channel never leave at one moment: the later one makes the earlier useless."""
        moments = Counter(
            (at, letter.channel, rows[letter.idempotency_key].context["pledge"]) for at, letter in Inbox.taken
        )
        assert not {moment for moment, times in moments.items() if times > 1}


def run(last_day: date, seed: int, people: int, settings: Any) -> int:
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), "tests.faults.test_reminders_over_time.Inbox")
    Inbox.taken.clear()
    walk = Walk(last_day, seed, people)
    Inbox.dice = walk.dice  # type: ignore[misc]
    walk.live()
    return walk.assert_what_must_hold()


@pytest.mark.parametrize(
    ("last_day", "seed"),
    [(date(2026, 3, 29), 1), (date(2026, 10, 25), 2)],
    ids=["March", "October"],
)
def test_weeks_with_outages_and_changes_of_mind_tell_each_occasion_once_and_in_time(
    last_day: date, seed: int, settings: Any
) -> None:
    assert run(last_day, seed, 9, settings) > 8, "hardly anything was sent: the test proves nothing"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_weeks_of_many_people_and_many_seeds(seed: int, settings: Any) -> None:
    assert run(random.Random(seed).choice([date(2026, 3, 29), date(2026, 10, 25)]), seed, 40, settings) > 20
