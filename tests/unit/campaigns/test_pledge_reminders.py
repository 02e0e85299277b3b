"""Reminders of pledges: once per occasion, after outages and clock changes, at most what consent allows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.actions import pledge_reminders
from campaigns.actions.pledge_kinds import KindAsTold, change_kind, fingerprint
from campaigns.actions.pledge_reminders import queue_due_pledge_reminders, schedule_of, stand_of
from campaigns.actions.pledges import Reminding, move_pledge, set_reminding, withdraw_pledge
from campaigns.models import Campaign, Pledge, PledgeKind, PledgeReminderRule
from campaigns.pledge_enums import RemindMe, Standing, ToldBy
from campaigns.pledge_schedule import occasions_of
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.consents import suppress_address
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import ContactPoint, Supporter
from tests.factories.accounts import make_user
from tests.factories.cms import make_petition
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MADE = datetime(2026, 6, 1, 9, tzinfo=UTC)
LAST_DAY = date(2026, 7, 31)
WEEKS3 = datetime(2026, 7, 10, 9, tzinfo=UTC)  # 11:00 in Brussels
WEEK = datetime(2026, 7, 24, 9, tzinfo=UTC)
DAYS2 = datetime(2026, 7, 29, 9, tzinfo=UTC)
OVER = datetime(2026, 7, 31, 22, tzinfo=UTC)  # midnight in Brussels
PHONE = "+32470123456"
_numbers = count(100)


@pytest.fixture
def kind() -> PledgeKind:
    return make_kind(make_petition().campaign, due_date=LAST_DAY)


def author(kind: PledgeKind, *, at: datetime = MADE, agrees: bool = True, **told: Any) -> Pledge:
    pledge = make_pledge(kind, f"person{next(_numbers)}@example.org", at=at, **told)
    if agrees:
        let_remind(pledge, at=at)
    return pledge


def moved(pledge: Pledge, step: str, at: datetime, **fields: str) -> Pledge:
    return move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=at, **fields)


def keys() -> list[str]:
    rows = OutboundMessage.objects.filter(idempotency_key__startswith="pledge-reminder:").order_by("idempotency_key")
    return [key.split(":", 3)[3] for key in rows.values_list("idempotency_key", flat=True)]


def status() -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.filter(idempotency_key__startswith="pledge-reminder:").order_by("pk")
    return list(rows.values_list("status", "reason"))


def live(start: datetime, end: datetime, step: timedelta) -> None:
    while start <= end:
        queue_due_pledge_reminders(at=start)
        start += step


def test_reminders_go_at_each_moment_of_the_schedule_once(kind: PledgeKind) -> None:
    pledge = author(kind, phone=PHONE, locale="fr")
    live(MADE, OVER + 5 * DAY, timedelta(hours=9))
    rows = OutboundMessage.objects.filter(template="pledge_reminder").order_by("not_before", "channel")
    assert [(row.channel, row.not_before, row.expires_at, row.language) for row in rows] == [
        ("email", WEEKS3, WEEK, "fr"),
        ("email", WEEK, DAYS2, "fr"),
        ("sms", WEEK, DAYS2, "fr"),
        ("email", DAYS2, OVER, "fr"),
        ("sms", DAYS2, OVER, "fr"),
    ]
    assert {(row.purpose, row.status, row.scope) for row in rows} == {("reminder", "ready", kind.campaign.slug)}
    assert {row.organisation for row in rows} == {kind.campaign.organisation}
    assert rows[0].idempotency_key == f"pledge-reminder:pledge:{pledge.pk}:weeks3:email:2026-07-31"


def test_reminder_missed_for_days_is_made_good_and_the_latest_only(kind: PledgeKind) -> None:
    author(kind)
    queue_due_pledge_reminders(at=DAYS2 + DAY)
    assert keys() == ["days2:email:2026-07-31"]


@pytest.mark.parametrize("at", [WEEKS3 - MINUTE, OVER, OVER + MINUTE])
def test_reminder_whose_time_is_not_now_is_not_queued(kind: PledgeKind, at: datetime) -> None:
    author(kind)
    assert queue_due_pledge_reminders(at=at) == 0
    assert keys() == []


def test_who_promised_after_a_moment_gets_the_next(kind: PledgeKind) -> None:
    author(kind, at=WEEKS3 + MINUTE)
    queue_due_pledge_reminders(at=WEEKS3 + 2 * MINUTE)
    assert keys() == []
    queue_due_pledge_reminders(at=WEEK)
    assert keys() == ["week:email:2026-07-31"]


@pytest.mark.parametrize(
    "change",
    [
        lambda pledge: moved(pledge, "sent", MADE + DAY),
        lambda pledge: moved(pledge, "confirmed", MADE + DAY),
        lambda pledge: moved(pledge, "informed", MADE + DAY, ending="gave_up"),
        lambda pledge: withdraw_pledge(pledge=pledge, at=MADE + DAY),
        lambda pledge: set_reminding(pledge=pledge, reminding=Reminding(RemindMe.NEVER), at=MADE + DAY),
        lambda pledge: Pledge.objects.filter(pk=pledge.pk).update(supporter=None),
        lambda pledge: PledgeReminderRule.objects.update(is_active=False),
    ],
    ids=["acted", "complete", "gave up", "taken back", "never", "erased", "rules off"],
)
def test_nobody_is_reminded_for_whom_it_is_not(kind: PledgeKind, change: Callable[[Pledge], Any]) -> None:
    change(author(kind))
    for at in (WEEKS3, WEEK, DAYS2):
        queue_due_pledge_reminders(at=at)
    assert keys() == []


def test_follow_up_asks_three_weeks_after_the_form_was_sent(kind: PledgeKind) -> None:
    moved(author(kind), "sent", datetime(2026, 7, 20, 16, tzinfo=UTC))
    live(WEEKS3, OVER + 30 * DAY, timedelta(hours=11))
    row = OutboundMessage.objects.get(template="pledge_follow_up")
    assert row.not_before == datetime(2026, 8, 10, 9, tzinfo=UTC)
    assert row.expires_at - row.not_before == 3 * DAY
    assert keys() == ["letter:email:2026-07-20"]


def test_who_wants_it_once_gets_the_one(kind: PledgeKind) -> None:
    author(kind, remind=RemindMe.ONCE)
    live(MADE, OVER + DAY, timedelta(hours=9))
    assert keys() == ["week:email:2026-07-31"]


def test_who_chose_a_day_is_reminded_on_it_and_never_else(kind: PledgeKind) -> None:
    pledge = author(kind, remind=RemindMe.ON_DAY, remind_date=date(2026, 7, 26))
    live(MADE, OVER + DAY, timedelta(hours=9))
    assert keys() == ["chosen.day:email:2026-07-26"]
    row = OutboundMessage.objects.get(template="pledge_reminder")
    assert (row.not_before, row.expires_at) == (datetime(2026, 7, 26, 9, tzinfo=UTC), OVER)
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.ON_DAY, date(2026, 7, 28)), at=WEEK + 2 * DAY)
    queue_due_pledge_reminders(at=DAYS2)
    assert keys() == ["chosen.day:email:2026-07-26", "chosen.day:email:2026-07-28"]


def test_chosen_day_of_a_kind_without_a_last_day_is_kept() -> None:
    kind = make_kind(make_petition().campaign, "apply-for-citizenship")
    author(kind, remind=RemindMe.ON_DAY, remind_date=date(2026, 7, 26))
    queue_due_pledge_reminders(at=datetime(2026, 7, 29, 9, tzinfo=UTC))
    assert keys() == ["chosen.day:email:2026-07-26"]
    queue_due_pledge_reminders(at=datetime(2026, 9, 29, 9, tzinfo=UTC))
    assert len(keys()) == 1


def test_changed_wish_brings_no_reminder_from_the_past(kind: PledgeKind) -> None:
    pledge = author(kind, remind=RemindMe.NEVER)
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.ONCE), at=WEEK + 3 * DAY)
    live(WEEK + 3 * DAY, OVER, timedelta(hours=9))
    assert keys() == []
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.AS_NEEDED), at=DAYS2 - MINUTE)
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.AS_NEEDED), at=DAYS2 + MINUTE)  # the same again
    queue_due_pledge_reminders(at=DAYS2 + 2 * MINUTE)
    assert keys() == ["days2:email:2026-07-31"]


def test_wish_changed_by_promising_again_brings_no_reminder_from_the_past(kind: PledgeKind) -> None:
    told = {"email": "again@example.org", "remind": RemindMe.NEVER}
    let_remind(make_pledge(kind, at=MADE, **told), at=MADE)
    make_pledge(kind, at=WEEK + 3 * DAY, **{**told, "remind": RemindMe.ONCE})
    queue_due_pledge_reminders(at=WEEK + 3 * DAY)
    assert keys() == []


def test_line_removed_and_added_again_reminds_nobody_twice(kind: PledgeKind) -> None:
    author(kind)
    queue_due_pledge_reminders(at=WEEK)
    lines = list(kind.reminder_rules.values("key", "moment", "step", "days", "hour", "channel", "text", "is_the_one"))
    told = [{**line, "key": "" if line["key"] == "week" else line["key"]} for line in lines]
    with time_machine.travel(WEEK + DAY, tick=False):
        change_kind(kind=kind, told=KindAsTold({}, {}, told), seen=fingerprint(kind), by=make_user("ada"))
    queue_due_pledge_reminders(at=WEEK + DAY)
    assert keys() == ["week:email:2026-07-31"]
    PledgeKind.objects.update(due_date=LAST_DAY + 7 * DAY)
    queue_due_pledge_reminders(at=WEEK + 7 * DAY)
    assert len(keys()) == 2


def test_moved_last_day_is_another_occasion(kind: PledgeKind) -> None:
    author(kind)
    queue_due_pledge_reminders(at=WEEK)
    PledgeKind.objects.update(due_date=LAST_DAY + 7 * DAY)
    queue_due_pledge_reminders(at=WEEK + DAY)
    queue_due_pledge_reminders(at=WEEK + 7 * DAY)
    assert keys() == ["week:email:2026-07-31", "week:email:2026-08-07", "weeks3:email:2026-08-07"]


def test_days_and_hours_are_those_of_the_campaigns_own_zone(kind: PledgeKind) -> None:
    Campaign.objects.update(time_zone="America/New_York")
    author(kind)
    queue_due_pledge_reminders(at=WEEKS3 + timedelta(hours=6) - MINUTE)
    assert keys() == []
    queue_due_pledge_reminders(at=WEEKS3 + timedelta(hours=6))
    assert keys() == ["weeks3:email:2026-07-31"]


# --- Consent --------------------------------------------------------------------------------------


def test_who_did_not_agree_leaves_a_row_that_says_so(kind: PledgeKind) -> None:
    author(kind, agrees=False)
    queue_due_pledge_reminders(at=WEEK)
    assert status() == [(MessageStatus.SUPPRESSED, "no-consent")]
    queue_due_pledge_reminders(at=WEEK + MINUTE)
    assert len(keys()) == 1


def test_suppressed_address_leaves_a_row_that_says_so(kind: PledgeKind) -> None:
    point = ContactPoint.objects.get(supporter=author(kind).supporter)
    suppress_address(channel=Channel.EMAIL, canonical=point.canonical, reason=SuppressionReason.BOUNCE, by="t", at=MADE)
    queue_due_pledge_reminders(at=WEEK)
    assert status() == [(MessageStatus.SUPPRESSED, "suppressed:bounce")]


def deliver(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        deliver_messages(at=at)


def test_consent_withdrawn_between_queue_and_send_is_asked_again(kind: PledgeKind) -> None:
    pledge = author(kind, phone=PHONE)
    queue_due_pledge_reminders(at=WEEK)
    let_remind(pledge, ConsentState.WITHDRAWN, at=WEEK)
    deliver(WEEK)
    assert status() == [(MessageStatus.SUPPRESSED, "withdrawn")] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda pledge: moved(pledge, "sent", WEEK),
        lambda pledge: moved(pledge, "informed", WEEK, ending="not_eligible"),
        lambda pledge: withdraw_pledge(pledge=pledge, at=WEEK),
        lambda pledge: set_reminding(pledge=pledge, reminding=Reminding(RemindMe.NEVER), at=WEEK),
        lambda pledge: set_reminding(pledge=pledge, reminding=Reminding(RemindMe.ON_DAY, LAST_DAY), at=WEEK),
        lambda pledge: PledgeKind.objects.update(due_date=LAST_DAY + DAY),
        lambda pledge: PledgeReminderRule.objects.update(is_active=False),
        lambda pledge: PledgeReminderRule.objects.all().delete(),
        lambda pledge: Pledge.objects.filter(pk=pledge.pk).update(supporter=None),
    ],
)
def test_what_is_not_true_any_more_when_it_would_leave_does_not(
    kind: PledgeKind, change: Callable[[Pledge], Any], settings: Any
) -> None:
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), "tests.factories.messaging.RecordingSender")
    pledge = author(kind)
    queue_due_pledge_reminders(at=WEEK)
    change(pledge)
    deliver(WEEK)
    assert status() == [(MessageStatus.CANCELLED, "not needed any more")]


def test_who_got_a_step_further_without_acting_is_reminded_all_the_same(kind: PledgeKind, settings: Any) -> None:
    settings.MESSAGE_SENDERS = dict.fromkeys(("email", "sms"), "tests.factories.messaging.RecordingSender")
    pledge = author(kind)
    queue_due_pledge_reminders(at=WEEK)
    moved(pledge, "form_given", WEEK)
    deliver(WEEK)
    assert status() == [(MessageStatus.SENT, "")]


# --- Twice, at once, clocks, deaths -----------------------------------------------------------------


def test_reminders_with_the_clock_put_forward_and_back_are_once(kind: PledgeKind) -> None:
    author(kind)
    for at in (DAYS2, WEEK, DAYS2, OVER + DAY, WEEK, DAYS2):
        queue_due_pledge_reminders(at=at)
    assert keys() == ["days2:email:2026-07-31", "week:email:2026-07-31"]


@pytest.mark.django_db(transaction=True)
def test_reminders_of_two_beats_and_two_workers_at_once_are_one_each(kind: PledgeKind) -> None:
    for number in range(3):
        author(kind, phone=f"+3247012345{number}", remind=RemindMe.ONCE if number else RemindMe.AS_NEEDED)
    results = run_at_once(*[lambda: queue_due_pledge_reminders(at=WEEK)] * 4)
    assert all(isinstance(result, int) for result in results), results
    assert len(keys()) == 6
    connection.close()


def test_death_between_two_batches_leaves_the_rest_for_the_next_beat(
    kind: PledgeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pledge_reminders, "BATCH", 2)
    for _ in range(5):
        author(kind)
    queue, batches = pledge_reminders.queue_messages, iter([True, False])

    def dying(**told: Any) -> None:
        if not next(batches):
            raise KeyboardInterrupt
        queue(**told)

    monkeypatch.setattr(pledge_reminders, "queue_messages", dying)
    with pytest.raises(KeyboardInterrupt):
        queue_due_pledge_reminders(at=WEEK)
    assert len(keys()) == 2
    monkeypatch.setattr(pledge_reminders, "queue_messages", queue)
    assert queue_due_pledge_reminders(at=WEEK) == 3
    assert len(set(keys())) == 1
    assert len(keys()) == 5


def test_who_has_no_address_on_a_channel_is_not_read_again_and_again(kind: PledgeKind) -> None:
    author(kind)
    PledgeReminderRule.objects.filter(channel=Channel.EMAIL).delete()
    assert queue_due_pledge_reminders(at=WEEK) == 0


@pytest.mark.parametrize("people", [1, 3])
def test_reminders_cost_the_same_for_any_number(people: int, django_assert_num_queries: Any) -> None:
    kind = make_kind(make_petition().campaign, due_date=LAST_DAY)
    for number in range(people):
        author(kind, phone=f"+3247012345{number}")
    with django_assert_num_queries(17):
        assert queue_due_pledge_reminders(at=WEEK) == people * 2
    with django_assert_num_queries(9):  # nothing left to do
        assert queue_due_pledge_reminders(at=WEEK) == 0


def test_task_reads_the_clock_once_and_queues(kind: PledgeKind) -> None:
    from campaigns.tasks import remind_of_pledges

    author(kind)
    with time_machine.travel(WEEK, tick=False):
        remind_of_pledges(told_by="a newer release")
    assert len(keys()) == 1


# --- The query finds whom the rules mean ------------------------------------------------------------

people = st.lists(
    st.fixed_dictionaries(
        {
            "standing": st.sampled_from(Standing),
            "step": st.sampled_from(["informed", "form_given", "sent", "confirmed"]),
            "remind": st.sampled_from(RemindMe),
            "step_at": st.integers(0, 70 * 24).map(lambda hours: MADE + timedelta(hours=hours)),
            "remind_date": st.integers(0, 65).map(lambda days: (MADE + days * DAY).date()),
            "remind_set_at": st.none() | st.integers(0, 60).map(lambda days: MADE + days * DAY),
            "phone": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=people, hours=st.integers(0, 95 * 24), has_last_day=st.booleans())
def test_query_finds_whom_the_rules_mean(kind: PledgeKind, told: Any, hours: int, has_last_day: bool) -> None:
    OutboundMessage.objects.all().delete()
    Pledge.objects.all().delete()
    ContactPoint.objects.all().delete()
    Supporter.objects.all().delete()
    PledgeKind.objects.update(due_date=LAST_DAY if has_last_day else None)
    at, expected = MADE + timedelta(hours=hours), set()
    schedule = schedule_of(PledgeKind.objects.get())
    for each in told:
        pledge = author(kind, agrees=False, phone=f"+32470{next(_numbers):06}" if each.pop("phone") else "")
        Pledge.objects.filter(pk=pledge.pk).update(**each)
        pledge.refresh_from_db()
        channels = set(ContactPoint.objects.filter(supporter=pledge.supporter).values_list("channel", flat=True))
        occasions = occasions_of(schedule.rules, stand_of(pledge), last_day=schedule.last_day, zone=schedule.zone)
        expected |= {
            f"pledge-reminder:pledge:{pledge.pk}{one.ending}"
            for one in occasions
            if one.is_due(at) and one.channel in channels
        }
    queue_due_pledge_reminders(at=at)
    rows = OutboundMessage.objects.filter(idempotency_key__startswith="pledge-reminder:")
    assert set(rows.values_list("idempotency_key", flat=True)) == expected
    assert queue_due_pledge_reminders(at=at) == 0
